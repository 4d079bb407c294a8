// The thread that keeps this till in step: it runs the sync engine over the shop's database and carries out what the
// engine asks for (connect, send, fetch keys). Selling never waits for it. Made for a till that is a member of a
// tenant; for a till alone it says so and sleeps until `membership_changed`. The thread from inside:
// sync/sync_loop.hpp.
#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "app/shop.hpp"
#include "app/snapshots/care.hpp"
#include "app/sync/report.hpp"
#include "core/result.hpp"

namespace till::app {

class SyncService {
 public:
  // Called on the service's thread; must be quick. `remote`: other terminals' changes are in the data now.
  using Listener = std::function<void(bool remote)>;

  static Result<std::unique_ptr<SyncService>> start(Shop& shop, Listener listener);
  ~SyncService();
  SyncService(const SyncService&) = delete;
  SyncService& operator=(const SyncService&) = delete;

  void sync_now();
  void pause(bool on);
  void membership_changed();
  // The settings of this terminal's sync are others now.
  void settings_changed();
  // What was set aside may go now: somebody says so.
  void retry_parked();
  [[nodiscard]] SyncReport report() const;
  // Until nothing waits and the hub has nothing more (sync/exchange.hpp: or the carriers that are here), or `limit` is
  // over; for programs that end right after.
  Status run_once(std::chrono::milliseconds limit);
  // Makes a snapshot, asks the hub to drop what one stands for, or both; waits for an exchange first, and for the end.
  Result<SnapshotsDone> snapshots(const SnapshotOrder& order, std::chrono::milliseconds limit);
  // Whoever waits for that is told; for a program that is about to end.
  void give_up_snapshots();

 private:
  Status exchange_what_can_be(std::chrono::milliseconds limit);
  struct Impl;
  explicit SyncService(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace till::app
