// One simulated terminal: the real engine and the real database over a disk in memory, and a clock that may be wrong.
// When the power goes it loses everything but what its disk had synced.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/random.hpp"
#include "domain/entities/documents.hpp"
#include "sim/ledger.hpp"
#include "sim/sim_keys.hpp"
#include "sim/snapshot_shelf.hpp"
#include "sim/till_disk.hpp"
#include "storage/replica.hpp"
#include "sync/engine.hpp"
#include "sync/policy.hpp"
#include "sync/settle_turn.hpp"

namespace till::sim {

class World;

class SkewedClock final : public Clock {
 public:
  explicit SkewedClock(World& world) : world_(world) {}
  UtcTime now() override;
  std::chrono::microseconds monotonic() override;
  void jump(std::int64_t skew_us) { skew_us_ = skew_us, was_wrong = true; }  // from true time
  void drift(std::int64_t ppm);                                              // from now on
  void put_right();
  bool was_wrong = false;  // at any time

 private:
  [[nodiscard]] std::int64_t skew_us() const;
  World& world_;
  std::int64_t skew_us_ = 0, drift_ppm_ = 0, drifts_since_us_ = 0;
};

class Terminal {
 public:
  Terminal(World& world, std::size_t number, const Id& tenant, const Id& device);
  [[nodiscard]] const Id& tenant() const { return tenant_; }
  [[nodiscard]] const Id& device() const { return device_; }
  [[nodiscard]] std::size_t number() const { return number_; }
  [[nodiscard]] bool is_on() const { return engine_ != nullptr; }
  TillDisk& disk() { return disk_; }
  sync::Store& store() { return disk_.store(); }
  [[nodiscard]] std::uint64_t waiting();  // own records that some hub does not hold
  [[nodiscard]] const sync::Engine* engine() const { return engine_.get(); }
  [[nodiscard]] bool is_connected(sync::LinkNumber link) const { return connections_.contains(link); }
  [[nodiscard]] std::uint32_t reader() const { return reader_; }  // what its program reads
  // What was finished here must be here; a restored disk takes it away.
  [[nodiscard]] bool continues_its_past() const { return !was_restored_; }
  // Another one goes by its name: what is said in that name is not all of its own saying.
  [[nodiscard]] bool has_twin() const { return has_twin_; }
  // Products of the future that were in what came from another machine: a copied folder, a snapshot.
  [[nodiscard]] const std::set<Id>& came_early() const { return came_early_; }
  // The hub takes nothing from it any more: it need not end as the others do.
  bool is_revoked = false;
  // When it was first switched on, true time; empty while nobody knows of it.
  [[nodiscard]] std::optional<UtcTime> known_since() const { return known_since_; }
  // How long it paused after each lost link before it tried again.
  [[nodiscard]] const std::vector<std::int64_t>& pauses_us() const { return pauses_us_; }

  // The network's answers.
  void attempt(sync::LinkNumber link, std::uint64_t connection);
  void link_up(std::uint64_t connection);
  void link_down(std::uint64_t connection, const std::string& reason);
  void received(std::uint64_t connection, const Bytes& frame);
  void flooded(sync::LinkNumber link, std::vector<Bytes> frames) { dispatch(sync::Received{link, std::move(frames)}); }

  // What people do (terminal_work.cpp).
  void edit(const Id& product);
  void sell(const std::vector<Id>& products);
  void sell_unsent();  // and the till is switched off before anybody hears of it
  void import(std::uint32_t rows);
  void keep_books();  // a setting, a customer, a table; a shift event, an audit entry, an order event
  void enter_much(std::uint32_t rows, std::size_t bytes);
  void make_snapshot();
  bool replace_lost_snapshot();  // and put it among the hub's objects
  void set_policy();      // of some field
  bool settle_by_hand();  // some conflict; false: there is none

  // Its tables (terminal_healing.cpp). Damaged: altered, and it has not noticed yet.
  void damage_tables(bool digests_too);
  void look_after_tables();
  [[nodiscard]] bool is_damaged() const { return is_damaged_; }
  // What was altered may be changed again by people, and nothing is left to notice.
  void is_well_if_it_agrees_with(Terminal& other);

  // What fate does.
  void collect_frames(std::int64_t wait_us) { collect_us_ = wait_us; }  // and hand them over together
  void crash(std::int64_t dark_us);
  void crash_at_operation(std::uint64_t operations, std::int64_t dark_us);  // from now
  void plug_folder(bool is_there);
  SkewedClock& clock() { return clock_; }
  void let_syncs_fail(std::uint32_t permille) { unsafe_permille_ = permille; }
  void take_copy();
  void restore_copy(bool noticed);
  // This terminal's folder is copied into `other`'s machine, and both are used.
  void copy_folder_to(Terminal& other, bool noticed);
  void begin_with(std::uint32_t reader) { reader_ = reader; }  // an older program, before it is switched on
  void upgrade(std::uint32_t reader);
  void sync_now() { dispatch(sync::SyncNow{}); }
  void power_on();
  void heal();  // its clock and its disk are well, and it is on

 private:
  class Patient;
  Status heal_what_is_wrong();
  void dispatch(const sync::Event& event);
  void step_failed(const Error& error);
  void carry_out(const std::vector<sync::Effect>& effects);
  void act(const sync::Connect& effect);
  void act(const sync::Disconnect& effect);
  void act(const sync::Send& effect);
  void act(const sync::ListCarrier& effect) { ask_folder(effect); }
  void act(const sync::ReadCarrier& effect) { ask_folder(effect); }
  void act(const sync::WriteCarrier& effect) { ask_folder(effect); }
  void act(const sync::Wake& effect);
  void act(const sync::Applied& effect);
  void act(const sync::Incident& effect);
  void act(const sync::NeedSnapshot& effect);
  void act(const sync::NeedSnapshotChunk& effect);
  template <class Other>
  void act(const Other&) {}  // what nobody here needs
  // `entry` is in the ledger once the change is durable, and when a change that failed turns out to be.
  using Change = std::function<Status(storage::Transaction&, LedgerEntry&)>;
  void transaction(const char* what, LedgerEntry entry, const Change& change);
  Status commit();
  void soon(void (Terminal::*what)());  // unless it goes dark before
  void look_after();
  void keep_up();
  void settle_in_time();
  void settle();
  void hand_over(sync::LinkNumber link);
  struct MadeSnapshot {
    sync::SnapshotManifest manifest;
    Bytes manifest_bytes;
    std::vector<Bytes> chunks;
    std::set<Id> early;
    sync::Incarnation incarnation = 0;  // that it was made under
  };
  void upload(const std::shared_ptr<MadeSnapshot>& made, std::size_t part);
  std::int64_t transfer_us();
  const ShelvedSnapshot* offer();
  [[nodiscard]] bool is_as_signed(const ShelvedSnapshot& shelved, std::uint32_t number, const Bytes& chunk) const;
  void ask_to_drop();
  void prune(const std::vector<sync::FeedPosition>& up_to, std::int64_t before_ms);
  void bring_back_what_was_pruned();
  bool is_bootstrapping();
  void connect_folder();
  template <class Request>
  void ask_folder(const Request& request);
  void power_is_gone(std::int64_t dark_us);
  void lose_everything_but_the_disk();
  void start_new_chain();
  void note_what_came_early();
  std::set<Id> products_of_the_future();
  [[nodiscard]] std::optional<sync::LinkNumber> link_of(std::uint64_t connection) const;
  void settle_doubts();
  void note(const std::string& line);
  [[nodiscard]] sync::Instant instant();
  Result<domain::Sale> next_sale(storage::Transaction& tx);

  World& world_;
  std::size_t number_;
  Id tenant_, device_;
  SeededRandom random_;
  SkewedClock clock_;
  TillDisk disk_;
  SimKeys keys_;
  storage::Replica replica_;
  std::unique_ptr<sync::Engine> engine_;  // null while dark
  std::map<sync::LinkNumber, std::uint64_t> connections_;
  std::map<sync::LinkNumber, std::int64_t> down_since_us_;
  std::vector<std::int64_t> pauses_us_;
  std::uint64_t wake_ = 0;  // the one that counts
  std::uint64_t life_ = 0;
  std::int64_t next_dark_us_ = 0;  // when the disk stops
  std::uint32_t reader_ = 0;
  std::size_t offers_ = 0;  // of snapshots, so far
  std::int64_t upkeep_at_us_ = 0;
  std::optional<UtcTime> known_since_;
  std::set<Id> came_early_;
  std::optional<sync::Policies> policies_;  // of the shop; empty: read them again
  sync::SettleTurn settle_turn_;
  std::int64_t settle_us_ = 0;  // when it is looked at next
  std::int64_t collect_us_ = 0;
  std::map<sync::LinkNumber, std::vector<Bytes>> arrived_;  // and not handed over yet
  bool has_folder_ = true;
  std::uint64_t folder_session_ = 0;
  std::uint32_t unsafe_permille_ = 0;
  bool was_restored_ = false, has_twin_ = false, is_damaged_ = false, has_false_digests_ = false;
  struct Copy {
    crash::Image image;
    std::vector<LedgerEntry> in_doubt;
  };
  std::optional<Copy> copy_;
  std::vector<LedgerEntry> in_doubt_;  // failed, and perhaps durable all the same
};

}  // namespace till::sim
