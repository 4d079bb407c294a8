// The sync engine of one terminal: a state machine, `step(event) -> effects`. No thread, clock, disk or socket inside;
// the same code runs in the till and in the simulator. It knows one uplink (the hub); links are numbered so that more
// can follow.
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
// Bounded: a step applies about kMaxOpsPerStep changes and keeps the other frames for the next one, which it asks for
// at once, so that a sale never waits long for the writer; kWindowBytes in flight; whatever the backlog, memory stays
// small.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/bytes.hpp"
#include "core/clock.hpp"
#include "core/random.hpp"
#include "core/result.hpp"
#include "sync/apply.hpp"
#include "sync/backoff.hpp"
#include "sync/messages.hpp"
#include "sync/outbox.hpp"
#include "sync/segment_keys.hpp"
#include "sync/store.hpp"

namespace till::sync {

using LinkNumber = std::uint32_t;
constexpr LinkNumber kHubLink = 0;
constexpr std::size_t kMaxFramesPerStep = 64;
constexpr std::size_t kMaxOpsPerStep = 256;

struct Instant {
  std::int64_t mono_us = 0;  // never goes back
  UtcTime utc;               // the machine's clock, as wrong as it may be
};

// What happened.
struct LinkUp {
  LinkNumber link = kHubLink;
};
struct LinkDown {
  LinkNumber link = kHubLink;
  std::string reason;  // a sentence for the panel
};
struct Received {
  LinkNumber link = kHubLink;
  std::vector<Bytes> frames;  // at most kMaxFramesPerStep
};
struct Tick {};
struct LocalCommit {};     // something was appended to the own log
struct SyncNow {};         // a person asked for it
struct NetworkChanged {};  // an interface came up, the machine woke
struct KeysChanged {};     // the ring or the list of devices grew
struct Pause {
  bool on = true;
};
using Event = std::variant<LinkUp, LinkDown, Received, Tick, LocalCommit, SyncNow, NetworkChanged, KeysChanged, Pause>;

// What is to be done.
struct Connect {
  LinkNumber link = kHubLink;
};
struct Disconnect {
  LinkNumber link = kHubLink;
  std::string reason;
};
struct Send {
  LinkNumber link = kHubLink;
  Bytes frame;
};
struct Wake {
  std::int64_t mono_us = 0;
};
struct Applied {  // remote changes are in the data: publish a new snapshot
  std::uint64_t records = 0;
  std::vector<EntityNumber> entities;
};
struct NeedKeys {  // ask for the key ring or for the list of devices
  EpochNumber epoch = 0;
  std::optional<Id> device;
};
struct StatusChanged {};
struct Incident {  // for the journal: a fork, a new incarnation
  std::string sentence;
};
using Effect = std::variant<Connect, Disconnect, Send, Wake, Applied, NeedKeys, StatusChanged, Incident>;

struct EngineConfig {
  Id tenant;            // nil: not enrolled, nothing is sent
  std::string program;  // name and version, shown on other terminals
  std::int64_t ack_timeout_ms = 30'000;
  std::int64_t poll_interval_ms = 15'000;  // asks again for what may have been lost on the way
  BackoffConfig backoff;
};

enum class LinkState : std::uint8_t { not_enrolled, paused, offline, connecting, connected };

struct SyncStatus {
  LinkState link = LinkState::not_enrolled;
  std::array<std::uint64_t, kLanes> waiting{};  // own records that nobody else holds durably yet
  std::optional<UtcTime> oldest;                // when the oldest of them was made
  std::optional<UtcTime> last_success;          // last acknowledgement or applied segment, this machine's clock
  std::int64_t next_attempt_mono_us = 0;        // while offline
  std::uint64_t parked = 0, conflicts = 0;
  std::int64_t clock_offset_ms = 0;                     // trusted time less this machine's clock
  std::uint64_t sent_records = 0, applied_records = 0;  // since the start
  std::string problem;                                  // empty when all is well
  bool caught_up = false;  // connected, and the hub had nothing more for this terminal when last asked

  [[nodiscard]] std::uint64_t waiting_total() const;
};

class Engine {
 public:
  Engine(EngineConfig config, SegmentKeys& keys, Random& random);

  Result<std::vector<Effect>> step(Store& store, const Event& event, Instant now);
  std::vector<Effect> failed(const Error& error, Instant now);

  // Reads the store for what is durable.
  Result<SyncStatus> status(Store& store) const;
  // The broken invariant as a sentence, empty when all is well. Cheap.
  Result<std::string> stuck(Store& store) const;

 private:
  // What is lost with the process, and with every fault.
  struct Session {
    LinkState link = LinkState::offline;
    bool has_hello = false;      // the hub's HELLO is in
    bool greeted = false;        // and its last HAVE
    bool more_to_retry = false;  // parked records that may go now
    std::deque<Bytes> inbox;     // received, not yet read
    std::size_t inbox_bytes = 0;
    std::vector<FeedHead> hub_heads;  // of our feeds, while HAVEs come in
    std::int64_t since_us = 0;        // of the present link state
    std::int64_t hello_utc_us = 0;    // this machine's clock when HELLO went out
    std::int64_t connect_at_us = 0;   // while offline
    std::int64_t poll_at_us = 0;      // while greeted
    std::int64_t unrefuse_at_us = 0;  // while the hub refuses our records
    std::optional<Cursor> wanted;     // the last WANT
    std::optional<Cursor> end;        // there was nothing behind this, in answer to it
  };

  Status handle(const LinkUp& event);
  Status handle(const LinkDown& event);
  Status handle(const Received& event);
  Status handle(const Tick& event);
  Status handle(const LocalCommit& event);
  Status handle(const SyncNow& event);
  Status handle(const NetworkChanged& event);
  Status handle(const KeysChanged& event);
  Status handle(const Pause& event);

  Status read_inbox();
  Status take(const Hello& hello);
  Status take(const Have& have);
  Status take(const Want& want);
  Status take(const SegmentMessage& segment);
  Status take(const Ack& ack);
  Result<bool> fits_the_stream(const SegmentMessage& segment, Lane lane);
  Status taken(const TakenSegment& taken, const SegmentMessage& segment, const Envelope& envelope);
  Status finish_greeting();
  Status trust_time(std::int64_t hub_ms, std::int64_t own_ms, std::int64_t tolerance_ms);

  Status say_hello();
  Status say_want(std::vector<FeedRange> ranges = {});
  Status start_incarnation(std::string_view why);
  Status hurry();
  void go_offline(std::string reason, bool tell_link);
  void connect();
  Status pump();
  void report_news();
  Status set_wake();
  Result<std::int64_t> next_deadline_us();
  void send(const Message& message);
  [[nodiscard]] UtcTime trusted_now() const;
  [[nodiscard]] bool is_enrolled() const { return !config_.tenant.is_nil(); }

  EngineConfig config_;
  SegmentKeys& keys_;
  Random& random_;
  Backoff backoff_;
  Outbox outbox_;
  Applier applier_;
  Session session_;

  // Of the current step.
  Store* store_ = nullptr;
  Instant now_;
  SelfState self_;
  std::vector<Effect> effects_;
  bool cursor_moved_ = false;

  bool paused_ = false;
  bool started_ = false;         // what an upgrade may have unblocked was tried
  std::int64_t wake_at_us_ = 0;  // what was asked for last; 0: nothing
  std::optional<UtcTime> last_success_;
  std::uint64_t sent_records_ = 0, applied_records_ = 0;
  std::string problem_;
};

}  // namespace till::sync
