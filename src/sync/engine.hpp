// The sync engine of one terminal: a state machine, `step(event) -> effects`. No thread, clock, disk or socket inside;
// the same code runs in the till and in the simulator. It may have several links at once: a hub, relays, carriers; what
// comes over one is not needed from another, and nothing depends on which was faster.
//
// The caller owns one thread for it and, around each step, one transaction:
//   begin; effects = engine.step(store, event, now); commit; then carry the effects out, in order.
// If step or commit fails: roll back, call `failed(error, now)`, carry out its effects. Nothing was sent and nothing
// was moved; the engine starts over from the durable state after a pause.
//
// Effects are requests: Connect is answered by LinkUp or LinkDown; after LinkDown the engine says when it wants to
// connect again. Wake asks for a Tick not later than that moment; a later Wake replaces an earlier one. After each
// step, while anything waits to be sent and sync is on, a request is outstanding or a Wake is set (`stuck()` checks
// it).
//
// Bounded: a step applies about kMaxOpsPerStep changes, or one segment when somebody else waits for the database
// (EngineConfig::somebody_waits), and keeps the other frames for the next one, which it asks for at once, so that a
// sale never waits long for the writer; kWindowBytes in flight; whatever the backlog, memory stays small.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "sync/apply.hpp"
#include "sync/bootstrap.hpp"
#include "sync/carrier_peer.hpp"
#include "sync/events.hpp"
#include "sync/live_peer.hpp"
#include "sync/peer.hpp"
#include "sync/status.hpp"
#include "sync/store.hpp"

namespace till::sync {

class Engine {
 public:
  Engine(EngineConfig config, SegmentKeys& keys, Random& random);

  Result<std::vector<Effect>> step(Store& store, const Event& event, Instant now);
  std::vector<Effect> failed(const Error& error, Instant now);

  // Reads the store for what is durable.
  Result<SyncStatus> status(Store& store) const;
  // A hub or a relay has shown its clock since the start.
  [[nodiscard]] bool has_trusted_time() const;
  [[nodiscard]] bool has_carrier() const;
  [[nodiscard]] const std::string& program() const { return config_.program; }
  // Of each link, and of the snapshot that is being taken in. Cheap.
  [[nodiscard]] std::vector<MemoryUse> memory() const;
  // The broken invariant as a sentence, empty when all is well. Cheap.
  Result<std::string> stuck(Store& store) const;

 private:
  Status handle(Step& step, const LinkUp& event);
  Status handle(Step& step, const LinkDown& event);
  Status handle(Step& step, const Received& event);
  Status handle(Step& step, const CarrierListed& event);
  Status handle(Step& step, const CarrierRead& event);
  Status handle(Step& step, const CarrierWritten& event);
  Status handle(Step& step, const Tick& event);
  Status handle(Step& step, const LocalCommit& event);
  Status handle(Step& step, const SyncNow& event);
  Status handle(Step& step, const NetworkChanged& event);
  Status handle(Step& step, const KeysChanged& event);
  Status handle(Step& step, const Pause& event);
  Status handle(Step& step, const Configure& event);
  Status handle(Step& step, const SnapshotFound& event);
  Status handle(Step& step, const SnapshotMissing& event);
  Status handle(Step& step, const SnapshotChunkCame& event);

  Status hurry(Step& step);
  Status exchange(Step& step);
  Status bootstrap(Step& step);
  void ask_for_chunk(Step& step);
  Result<Bootstrap::Piece> work_on_snapshot(Step& step);
  Status give_up_snapshot(Step& step, const Error& why);
  Status refuse_snapshot(Step& step, Peer& who, const Error& why);
  void tell_of_snapshot(Step& step, const std::string& trouble);
  Status start_incarnation(Step& step);
  void follow_incarnation(Step& step);
  Status trust_time(Step& step);
  void report_news(Step& step);
  Status set_wake(Step& step);
  Result<std::int64_t> next_deadline_us(Step& step);
  Peer* peer(LinkNumber link);
  [[nodiscard]] bool is_enrolled() const { return !config_.tenant.is_nil(); }
  [[nodiscard]] bool is_on() const { return is_enrolled() && !paused_; }

  EngineConfig config_;
  SegmentKeys& keys_;
  Random& random_;
  Applier applier_;
  Bootstrap bootstrap_;
  LinkNumber bootstrap_link_ = kHubLink;
  std::string snapshot_trouble_;  // that was told of last
  std::int64_t chunk_asked_us_ = 0;
  std::vector<std::unique_ptr<Peer>> peers_;

  Incarnation incarnation_ = 0;  // of the sessions
  bool paused_ = false;
  bool started_ = false;         // what an upgrade may have unblocked was tried
  bool more_to_retry_ = false;   // parked records that may go now
  std::int64_t wake_at_us_ = 0;  // what was asked for last; 0: nothing
  std::optional<UtcTime> last_success_;
  std::uint64_t sent_records_ = 0, applied_records_ = 0;
};

}  // namespace till::sync
