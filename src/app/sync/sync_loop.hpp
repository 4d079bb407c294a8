// The thread of sync, from inside: takes the mail, runs the engine's step in a transaction, carries out its effects.
// All but `mailbox`, `board` and `snapshot_desk` belongs to that thread. By topic: sync_loop.cpp the loop and its
// steps, membership.cpp the engine's life, effects.cpp what the engine asks for, publishing.cpp what others see of it.
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app/carrier_link.hpp"
#include "app/enrolment.hpp"
#include "app/media_sync.hpp"
#include "app/shop_state.hpp"
#include "app/snapshots/snapshot_sync.hpp"
#include "app/sync/healer.hpp"
#include "app/sync/mailbox.hpp"
#include "app/sync/rate_meter.hpp"
#include "app/sync/report_board.hpp"
#include "app/sync/upkeep.hpp"
#include "net/network_watch.hpp"
#include "net/transports/live_link.hpp"
#include "sync/engine.hpp"
#include "sync/ring_keys.hpp"
#include "sync/settle_turn.hpp"

namespace till::app {

class SyncLoop {
 public:
  // `told` is called on the loop's thread: with false after each publication on the board, with true when other
  // terminals' changes are in the data.
  SyncLoop(Shop& shop, std::function<void(bool remote)> told);

  Mailbox mailbox;
  ReportBoard board;
  SnapshotDesk snapshot_desk;

  void run();          // until the mailbox stops
  void interrupt();    // any thread: gives up a call to the hub that is under way
  void close_links();  // after run()

 private:
  [[nodiscard]] sync::Instant now() const { return {state_.clock.monotonic().count(), state_.clock.now()}; }
  [[nodiscard]] std::chrono::microseconds pause() const;
  void attend_to(Mailbox::Mail mail);
  void step(const sync::Event& event);

  void watch_network();
  void load_membership();
  void meet_hub(const net::HubAddress& address);
  void move_to_hub();
  void make_engine();
  void build_engine();
  void renew_engine();
  void open_link();
  void start_media();
  void start_snapshots();
  void refresh_ring();
  void take_offered_keys();
  void take_into_use(const Result<bool>& tended);
  void tend_ring();
  void heed_lock_outs_now();
  void look_at_peers();
  void heed_word_of_hub(bool locked_out);
  Status meet_peers();

  void carry_out(std::vector<sync::Effect> effects);
  void carry_out(const sync::Connect& effect);
  void carry_out(const sync::Disconnect& effect);
  void carry_out(sync::Send& effect);
  void carry_out(sync::ListCarrier& effect);
  void carry_out(sync::ReadCarrier& effect);
  void carry_out(sync::WriteCarrier& effect);
  void carry_out(const sync::NeedSnapshot& effect);
  void carry_out(const sync::NeedSnapshotChunk& effect);
  void carry_out(const sync::Wake& effect);
  void carry_out(const sync::Applied& effect);
  void carry_out(const sync::NeedKeys& effect);
  void carry_out(const sync::StatusChanged& effect);
  void carry_out(const sync::Incident& effect);
  void settle_conflicts();
  void show_what_was_healed();

  void announce();
  void publish();
  Status measure(storage::Connection& conn, SyncReport& report);

  Shop& shop_;
  ShopState& state_;
  const std::function<void(bool remote)> told_;

  std::optional<HubMembership> joined_;
  std::optional<security::KeyRing> ring_;
  std::unique_ptr<sync::RingKeys> keys_;
  std::unique_ptr<sync::Engine> engine_;
  std::string keys_problem_;  // why it still waits for the keys; empty: nobody has left them yet
  std::mutex hub_mutex_;  // `hub_` is set by the loop, read by it alone without a lock, and stopped by others
  std::unique_ptr<net::HubClient> hub_;
  bool is_interrupted_ = false;
  std::atomic<bool> is_refused_ = false;  // by the hub, and not asked yet why; before the link, which sets it
  std::unique_ptr<net::LiveLink> link_;
  std::unique_ptr<MediaSync> media_;
  std::unique_ptr<SnapshotSync> snapshots_;
  std::unique_ptr<Healer> healer_;
  std::unique_ptr<net::NetworkWatch> network_;
  CarrierLinks carriers_;
  Upkeep upkeep_;
  std::chrono::microseconds wake_at_{0}, peers_at_{0};         // monotonic; 0: wake never, peers at once
  std::chrono::microseconds published_at_{0}, publish_at_{0};  // the last time; the next one, 0: nothing is new
  std::chrono::microseconds ring_at_{0};                       // monotonic: the next look at the ring

  sync::SettleTurn settle_turn_;
  std::shared_ptr<const ShopSettings> judged_by_;  // the settings that conflicts were last settled by
  RateMeter rates_;
  std::uint64_t backlog_peak_ = 0;
};

}  // namespace till::app
