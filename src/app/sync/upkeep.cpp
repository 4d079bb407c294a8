#include "app/sync/upkeep.hpp"

#include "core/log.hpp"
#include "storage/sync_store.hpp"
#include "sync/upkeep.hpp"

namespace till::app {

std::vector<std::string> Upkeep::after_step(const sync::Engine& engine, sync::SegmentKeys& keys) {
  const bool trusted = engine.has_trusted_time();
  const bool only_carriers = !trusted && engine.has_carrier();
  if ((!trusted && !only_carriers) || state_.clock.monotonic() < due_at_) return {};
  due_at_ = state_.clock.monotonic() + std::chrono::milliseconds(sync::kUpkeepInterval_ms);
  const auto news = change(
      state_,
      [&](storage::Transaction& tx) -> Result<sync::UpkeepNews> {
        storage::SyncStore store(tx);
        const auto self = TRY(store.self());
        const UtcTime trusted_now{state_.clock.now().us + self.clock_offset_ms * 1000};
        return sync::keep_up(store, state_.replica->log(), keys, state_.random, engine.program(),
                             {trusted_now, trusted, only_carriers});
      },
      storage::Priority::background);
  if (!news) {
    log::warning("sync upkeep failed: {} ({})", news.error().message, news.error().cause);
    return {};
  }
  std::vector<std::string> sentences;
  if (news->was_ahead_ms) sentences.push_back(sync::sentence_of_clock(*news->was_ahead_ms));
  for (const auto& divergence : news->divergences) {
    if (diverging_.insert(divergence.device).second) sentences.push_back(sync::sentence_of(divergence));
  }
  if (!news->divergences.empty()) tell_diverging_(news->divergences);
  return sentences;
}

}  // namespace till::app
