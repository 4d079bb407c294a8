#include "sync/upkeep.hpp"

#include <algorithm>
#include <map>

#include "sync/amend.hpp"

namespace till::sync {

namespace {

std::string duration(std::int64_t ms) {
  const std::int64_t minutes = ms / 60'000;
  if (minutes < 120) return std::to_string(minutes) + " minutes";
  if (minutes < 2 * 24 * 60) return std::to_string(minutes / 60) + " hours";
  return std::to_string(minutes / (24 * 60)) + " days";
}

// What another terminal says, in its own feed, to hold of this one's records is confirmed.
Status confirm_by_others(Store& store, const Id& own_device) {
  std::map<Feed, std::uint64_t> held;
  for (const DeviceProgress& theirs : TRY(store.progress())) {
    if (theirs.id == own_device) continue;
    for (const FeedPosition& position : theirs.vector) {
      if (position.feed.device != own_device) continue;
      auto& last = held[position.feed];
      last = std::max(last, position.sequence);
    }
  }
  for (const auto& [feed, sequence] : held) {
    const auto own = TRY(store.own_feed_at(kOtherTerminals, feed));
    if (own && own->acked < std::min(sequence, own->cut)) {
      TRY(store.set_acked(kOtherTerminals, feed, std::min(sequence, own->cut)));
    }
  }
  return {};
}

}  // namespace

Result<UpkeepNews> keep_up(Store& store, LocalLog& log, SegmentKeys& keys, Random& random, const std::string& program,
                           const UpkeepTime& time) {
  UpkeepNews news;
  const SelfState self = TRY(store.self());
  const auto ahead = time.is_trusted ? ahead_ms(self, time.trusted_now) : std::nullopt;
  if (ahead && TRY(amend_own_clock(store, log, keys, random, time.trusted_now))) {
    TRY(log.seal(store));  // what is published below is of the log as it stands
    news.was_ahead_ms = ahead;
    news.wrote = true;
  }
  TRY(confirm_by_others(store, self.device));
  news.divergences = TRY(divergences(store));
  if (TRY(publish_progress(store, log, program, time.trusted_now, time.only_carriers))) news.wrote = true;
  return news;
}

std::string sentence_of_clock(std::int64_t ahead_ms) {
  return "this terminal's clock was " + duration(ahead_ms) +
         " ahead; what it changed meanwhile is dated right now. Set the PC's clock if it is still wrong";
}

std::string sentence_of(const Divergence& divergence) {
  return "terminal " + to_string(divergence.device) + " has the same records and another result in " +
         std::to_string(divergence.entities.size()) + (divergence.entities.size() == 1 ? " table" : " tables") +
         "; nothing is lost. This one folds its own again from the log";
}

}  // namespace till::sync
