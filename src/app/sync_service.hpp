// The thread that keeps this till in step: it runs the sync engine over the shop's database and carries out what the
// engine asks for (connect, send, fetch keys). Selling never waits for it. Made for a till that is a member of a
// tenant; for a till alone it says so and sleeps until `membership_changed`.
#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/enrolment.hpp"
#include "app/shop.hpp"
#include "sync/engine.hpp"

namespace till::app {

struct SyncReport {
  sync::SyncStatus status;
  std::string hub, tenant;
  bool keys_pending = false;
  std::vector<net::HubPeer> peers;  // as the hub last listed them
  std::array<std::uint64_t, sync::kLanes> confirmed_per_minute{};
  // What is still to be sent and taken in, and the most it was since there was nothing.
  std::uint64_t backlog = 0, backlog_peak = 0;
};

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
  // Until nothing waits and the hub has nothing more (sync_exchange.hpp: or the carriers that are here), or `limit` is
  // over; for programs that end right after.
  Status run_once(std::chrono::milliseconds limit);

 private:
  struct Impl;
  explicit SyncService(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace till::app
