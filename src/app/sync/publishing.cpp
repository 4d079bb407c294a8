// What others see of sync.
#include <algorithm>

#include "app/sync/sync_loop.hpp"
#include "storage/sync_queries.hpp"
#include "storage/sync_store.hpp"

namespace till::app {

void SyncLoop::publish(bool remote) {
  SyncReport report;
  if (engine_) report.status = read_status();
  if (joined_) measure(report);
  if (joined_) report.hub = joined_->url;
  if (joined_) report.tenant = joined_->tenant_name;
  report.keys_pending = joined_ && joined_->keys_pending;
  board.publish(std::move(report), carriers_.listings());
  if (told_) told_(remote);
}

sync::SyncStatus SyncLoop::read_status() {
  auto read = state_.db->write(
      [&](storage::Transaction& tx) {
        storage::SyncStore store(tx);
        return engine_->status(store);
      },
      storage::Priority::background);
  return read ? std::move(*read) : sync::SyncStatus{};
}

void SyncLoop::measure(SyncReport& report) {
  const auto lanes = state_.db->read([](storage::Connection& conn) { return storage::waiting_by_lane(conn); });
  RateMeter::Counts confirmed{};
  for (std::size_t lane = 0; lanes && lane < sync::kLanes; ++lane) {
    confirmed[lane] = (*lanes)[lane].confirmed;
    report.backlog += (*lanes)[lane].records;
  }
  for (const auto& peer : report.status.peers) {
    for (std::size_t lane = 0; peer.link == sync::kHubLink && lane < sync::kLanes; ++lane)
      report.backlog += peer.there.after[lane] - std::min(peer.there.after[lane], peer.here.after[lane]);
  }
  backlog_peak_ = report.backlog == 0 ? 0 : std::max(report.backlog, backlog_peak_);
  report.backlog_peak = backlog_peak_;
  report.confirmed_per_minute = rates_.per_minute(state_.clock.monotonic(), confirmed);
}

}  // namespace till::app
