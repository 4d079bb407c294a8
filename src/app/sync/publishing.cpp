// What others see of sync.
#include <algorithm>

#include "app/sync/sync_loop.hpp"
#include "core/log.hpp"
#include "storage/sync_queries.hpp"
#include "storage/sync_store.hpp"

namespace till::app {

namespace {
constexpr std::chrono::milliseconds kPublishPause{100};
}

// A step says something new about itself at each turn: what is shown of it is read ten times a second at most.
void SyncLoop::announce() {
  const auto due = published_at_ + kPublishPause;
  if (published_at_.count() == 0 || state_.clock.monotonic() >= due) {
    publish();
  } else {
    publish_at_ = due;
  }
}

void SyncLoop::publish() {
  published_at_ = state_.clock.monotonic();
  publish_at_ = {};
  SyncReport report;
  if (const auto read = state_.db->read([&](storage::Connection& conn) { return measure(conn, report); }); !read)
    log::warning("the state of sync cannot be read: {} ({})", read.error().message, read.error().cause);
  if (joined_) report.hub = joined_->url;
  if (joined_) report.tenant = joined_->tenant_name;
  report.keys_pending = joined_ && joined_->keys_pending;
  if (report.keys_pending) report.status.problem = keys_problem_;
  board.publish(std::move(report), carriers_.listings());
  if (told_) told_(false);
}

Status SyncLoop::measure(storage::Connection& conn, SyncReport& report) {
  storage::SyncStore store(conn);
  if (engine_) report.status = TRY(engine_->status(store));
  if (!joined_) return {};
  const auto lanes = TRY(storage::waiting_by_lane(conn));
  RateMeter::Counts confirmed{};
  for (std::size_t lane = 0; lane < sync::kLanes; ++lane) {
    confirmed[lane] = lanes[lane].confirmed;
    report.backlog += lanes[lane].records;
  }
  for (const auto& peer : report.status.peers) {
    for (std::size_t lane = 0; peer.link == sync::kHubLink && lane < sync::kLanes; ++lane)
      report.backlog += peer.there.after[lane] - std::min(peer.there.after[lane], peer.here.after[lane]);
  }
  backlog_peak_ = report.backlog == 0 ? 0 : std::max(report.backlog, backlog_peak_);
  report.backlog_peak = backlog_peak_;
  report.confirmed_per_minute = rates_.per_minute(state_.clock.monotonic(), confirmed);
  return {};
}

}  // namespace till::app
