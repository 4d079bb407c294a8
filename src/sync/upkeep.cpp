#include "sync/upkeep.hpp"

#include "sync/amend.hpp"

namespace till::sync {

namespace {

std::string duration(std::int64_t ms) {
  const std::int64_t minutes = ms / 60'000;
  if (minutes < 120) return std::to_string(minutes) + " minutes";
  if (minutes < 2 * 24 * 60) return std::to_string(minutes / 60) + " hours";
  return std::to_string(minutes / (24 * 60)) + " days";
}

}  // namespace

Result<UpkeepNews> keep_up(Store& store, LocalLog& log, SegmentKeys& keys, Random& random, const std::string& program,
                           UtcTime trusted_now) {
  UpkeepNews news;
  const SelfState self = TRY(store.self());
  const auto ahead = ahead_ms(self, trusted_now);
  if (ahead && TRY(amend_own_clock(store, log, keys, random, trusted_now))) {
    news.was_ahead_ms = ahead;
    news.wrote = true;
  }
  news.divergences = TRY(divergences(store));
  if (TRY(publish_progress(store, log, program, trusted_now))) news.wrote = true;
  return news;
}

std::string sentence_of_clock(std::int64_t ahead_ms) {
  return "this terminal's clock was " + duration(ahead_ms) +
         " ahead; what it changed meanwhile is dated right now. Set the PC's clock if it is still wrong";
}

std::string sentence_of(const Divergence& divergence) {
  return "terminal " + to_string(divergence.device) + " has the same records and another result in " +
         std::to_string(divergence.entities.size()) + (divergence.entities.size() == 1 ? " table" : " tables") +
         "; nothing is lost. Run tillctl doctor on both, and report it";
}

}  // namespace till::sync
