// The last report of the sync thread, where everybody may read it, and whoever asked for an exchange waits for it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

#include "app/sync/report.hpp"
#include "core/result.hpp"

namespace till::app {

class ReportBoard {
 public:
  [[nodiscard]] SyncReport report() const;
  // The service's thread: all but the peers and the snapshots, which have their own ways here.
  void publish(SyncReport report, std::uint64_t carrier_listings);
  void publish_peers(std::vector<net::HubPeer> peers);
  void forget_peers();
  void publish_snapshots(SnapshotReport snapshots);

  // Calls `begin`, then waits until what waits is exchanged (exchange.hpp) or `limit` is over.
  Status wait_for_exchange(std::chrono::milliseconds limit, const std::function<void()>& begin);

 private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  SyncReport last_;
  std::uint64_t looks_ = 0;     // at the other terminals, that succeeded
  std::uint64_t listings_ = 0;  // of carriers, when `last_` was made
};

}  // namespace till::app
