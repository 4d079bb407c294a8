#include "app/sync/report_board.hpp"

#include <algorithm>
#include <utility>

#include "app/sync/exchange.hpp"

namespace till::app {

namespace {
constexpr std::chrono::seconds kSecondChance{3};  // for one exchange, after an attempt that failed
}

SyncReport ReportBoard::report() const {
  std::lock_guard lock(mutex_);
  return last_;
}

void ReportBoard::publish(SyncReport report, std::uint64_t carrier_listings) {
  {
    std::lock_guard lock(mutex_);
    report.peers = std::move(last_.peers);
    report.snapshots = std::move(last_.snapshots);
    last_ = std::move(report);
    listings_ = carrier_listings;
  }
  changed_.notify_all();
}

void ReportBoard::publish_peers(std::vector<net::HubPeer> peers) {
  {
    std::lock_guard lock(mutex_);
    last_.peers = std::move(peers);
    ++looks_;
  }
  changed_.notify_all();
}

void ReportBoard::forget_peers() {
  std::lock_guard lock(mutex_);
  last_.peers.clear();
}

void ReportBoard::publish_snapshots(SnapshotReport snapshots) {
  {
    std::lock_guard lock(mutex_);
    last_.snapshots = std::move(snapshots);
  }
  changed_.notify_all();
}

Status ReportBoard::wait_for_exchange(std::chrono::milliseconds limit, const std::function<void()>& begin) {
  std::unique_lock lock(mutex_);
  if (last_.status.link == sync::LinkState::paused) return invalid("sync is paused; let it go on first (menu: Sync)");
  const auto looked = looks_, listed = listings_;
  const auto asked = last_.status;
  begin();
  const auto done = [&] { return is_exchanged(asked, last_.status, looks_ > looked, listings_ > listed); };
  const auto failed = [&] { return has_failed(last_.status); };
  changed_.wait_for(lock, limit, [&] { return done() || failed(); });
  if (changed_.wait_for(lock, std::min<std::chrono::milliseconds>(limit, kSecondChance), done)) return {};
  if (last_.keys_pending)
    return fail(
        ErrorKind::retry,
        "this terminal waits for the shop's keys; approve it at a terminal that has them: tillctl devices approve");
  const auto problem = problem_of(last_.status);
  return fail(ErrorKind::retry, problem.empty() ? "the hub did not answer in time; try again" : problem);
}

}  // namespace till::app
