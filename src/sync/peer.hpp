// One link of the engine and what is at its end. LivePeer speaks the five messages with a hub or a relay, CarrierPeer
// reads and writes files. The engine hands each of them the step it is in; between steps a peer holds only what may be
// lost with the process and with every fault.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sync/apply.hpp"
#include "sync/backoff.hpp"
#include "sync/events.hpp"
#include "sync/memory.hpp"
#include "sync/snapshot.hpp"
#include "sync/status.hpp"
#include "sync/store.hpp"

namespace till::sync {

struct PeerConfig {
  LinkNumber link = kHubLink;  // says what is at its end
  std::string name = {};       // of a carrier, for sentences
};

struct EngineConfig {
  Id tenant;            // nil: not enrolled, nothing is sent
  std::string program;  // name and version, shown on other terminals
  EngineSettings settings;
  std::vector<PeerConfig> peers = {{kHubLink}};
  // Asked between segments: somebody waits for the database, so the step ends early and goes on right after. Empty:
  // nobody ever does.
  std::function<bool()> somebody_waits = {};
  std::uint32_t reader = kSchema;  // records that ask for a newer one are kept, and wait
};

// What a step is about, for the engine and its peers.
struct Step {
  Store& store;
  Instant now;
  SelfState self;
  const EngineConfig& config;
  SegmentKeys& keys;
  Random& random;
  Applier& applier;
  std::vector<Effect> effects = {};
  std::uint64_t confirmed_records = 0;  // own ones that became durable elsewhere
  bool is_bootstrapping = false;        // a snapshot is being taken in: no segments of others meanwhile
  bool is_other_incarnation = false;    // than that of the sessions
  std::optional<std::string> new_incarnation = std::nullopt;  // why, when a peer showed that this one cannot go on

  // Another segment may be taken in.
  [[nodiscard]] bool has_room() const {
    const std::size_t ops = applier.ops_of_this_step();
    return ops == 0 || (ops < kMaxOpsPerStep && !(config.somebody_waits && config.somebody_waits()));
  }
  [[nodiscard]] UtcTime trusted_now() const { return {now.utc.us + self.clock_offset_ms * 1000}; }
  void tell(Effect effect) { effects.push_back(std::move(effect)); }
  void status_changed() { effects.emplace_back(StatusChanged{}); }
};

inline void tell_of_fork(Step& step, const Id& device) {
  step.tell(Incident{"terminal " + to_string(device) +
                     " has written two different chains; its data folder may have been copied"});
}

class Peer {
 public:
  Peer(LinkNumber link, Backoff pauses) : backoff_(pauses), own_trouble_(pauses), link_(link) {}
  virtual ~Peer() = default;
  [[nodiscard]] LinkNumber link() const { return link_; }

  virtual Status link_up(Step& step) = 0;
  virtual Status link_down(Step& step, const std::string& reason);
  virtual Status tick(Step& step) = 0;
  virtual Status hurry(Step& step) = 0;  // a person or the network gives a reason to try now
  void hang_up(Step& step, std::string reason);
  // Takes what has come in, as far as the step's share of changes allows; then sends what may go.
  virtual Status read(Step& step) = 0;
  virtual Status write(Step& step) = 0;
  // When it must be asked again: 0 never.
  virtual Result<std::int64_t> next_deadline_us(Step& step) = 0;
  void begin_step();                        // the step before this one is committed, unless it failed
  void data_moved() { has_moved_ = true; }  // in this step
  // A transaction failed: a session starts over from the durable state, after a pause; a pause that is running is not
  // made longer. Pauses grow until a step that moved something is committed, whatever the other end does: a full disk
  // is no reason to connect twice a second. Returns when the link is tried again.
  std::int64_t failed(const Error& error, Instant now, Random& random, std::vector<Effect>& effects);
  virtual Result<PeerStatus> status(Store& store) const = 0;
  [[nodiscard]] virtual MemoryUse memory() const = 0;
  virtual void configure(const EngineSettings&) {}
  // May this one be taken in, for what was asked for?
  [[nodiscard]] virtual bool is_of_use(const SnapshotManifest&) const { return false; }
  // The snapshot that it asked for is in the data; or, there is none.
  virtual Status snapshot_taken(Step&) { return {}; }
  virtual Status snapshot_missing(Step&) { return {}; }
  // Trusted time less this machine's clock, as this peer last showed; empty when it never did.
  [[nodiscard]] virtual std::optional<std::int64_t> clock_offset_ms() const { return std::nullopt; }

 protected:
  // Everything that belongs to a session, which is over or begins anew.
  virtual void forget_session() = 0;
  // The session got as far as to be of use.
  [[nodiscard]] virtual bool was_of_use() const = 0;
  // If it was of no use and ends now, that is a failed attempt.
  [[nodiscard]] virtual bool counts_as_attempt() const { return state_ != LinkState::offline; }

  void connect(Step& step);
  void begin_session(Step& step);
  void became_of_use(Step& step);
  Result<PeerStatus> account(Store& store) const;  // what is the same for all kinds

  LinkState state_ = LinkState::offline;
  std::int64_t since_us_ = 0;       // of the present state
  std::int64_t connect_at_us_ = 0;  // while offline
  Backoff backoff_;                 // of what the network and the other end do
  Backoff own_trouble_;             // of what cannot be stored here
  std::uint32_t failures_in_row_ = 0;
  std::uint64_t sent_bytes_ = 0, received_bytes_ = 0;
  std::optional<UtcTime> last_success_;
  std::string problem_;

 private:
  void go_offline(Instant now, Random& random, std::vector<Effect>& effects, std::string reason, bool tell_link);

  LinkNumber link_;
  bool was_open_ = false;   // when this step began
  bool has_moved_ = false;  // in the step before
  std::uint64_t attempts_ = 0, successes_ = 0;
};

inline std::int64_t earlier(std::int64_t a, std::int64_t b) {
  if (a == 0) return b;
  return b == 0 || a < b ? a : b;
}

}  // namespace till::sync
