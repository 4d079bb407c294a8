#include "sync/join.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace till::sync {

namespace {

std::vector<Rival> candidates_of(const FieldState& state, const Bytes& value) {
  std::vector<Rival> list;
  if (!state.order.is_none()) list.push_back({state.order, value});
  list.insert(list.end(), state.rivals.begin(), state.rivals.end());
  return list;
}

bool contains(const std::vector<Rival>& list, const Order& order) {
  return std::any_of(list.begin(), list.end(), [&](const Rival& rival) { return rival.order == order; });
}

struct Side {
  std::vector<Rival> candidates;
  const std::vector<Order>& expected;
  const SeenRecords& seen;
};

void keep_from(const Side& mine, const Side& other, Lane lane, std::vector<Rival>& kept) {
  for (const Rival& candidate : mine.candidates) {
    if (contains(kept, candidate.order)) continue;
    const bool is_there = contains(other.candidates, candidate.order);
    const bool was_replaced_unseen =
        std::find(other.expected.begin(), other.expected.end(), candidate.order) != other.expected.end();
    if (is_there || (!was_replaced_unseen && !other.seen.has(lane, candidate.order))) kept.push_back(candidate);
  }
}

// A field is never without a change. Where each side seems to have seen the end of all that the other has, a feed
// forked, and numbers do not tell its branches apart: nothing of it is proved to be replaced.
std::vector<Rival> kept_of(const Side& mine, const Side& theirs, Lane lane) {
  std::vector<Rival> kept;
  keep_from(mine, theirs, lane, kept);
  keep_from(theirs, mine, lane, kept);
  if (!kept.empty()) return kept;
  kept = mine.candidates;
  std::copy_if(theirs.candidates.begin(), theirs.candidates.end(), std::back_inserter(kept),
               [&](const Rival& candidate) { return !contains(mine.candidates, candidate.order); });
  return kept;
}

// What was replaced here and only the snapshot has seen is expected still: the snapshot may be given up, and the log
// bring it.
std::vector<Order> still_expected(const Side& here, const Side& there, Lane lane) {
  std::set<Order> expected(here.expected.begin(), here.expected.end());
  for (const Order& order : there.expected) {
    if (!there.seen.has(lane, order)) expected.insert(order);
  }
  std::erase_if(expected, [&](const Order& order) { return here.seen.has(lane, order); });
  return {expected.begin(), expected.end()};
}

}  // namespace

void SeenRecords::add(const Feed& feed, std::uint64_t sequence) {
  auto& last = last_[feed];
  last = std::max(last, sequence);
}

void SeenRecords::leave_out(const Feed& feed, std::uint64_t first, std::uint64_t last) {
  left_out_.push_back({feed, first, last});
}

void SeenRecords::left_out_is_now(const std::vector<Range>& parked) {
  const std::vector<Range> before = std::exchange(left_out_, {});
  std::copy_if(parked.begin(), parked.end(), std::back_inserter(left_out_), [&](const Range& now) {
    return std::any_of(before.begin(), before.end(), [&](const Range& then) {
      return then.feed == now.feed && then.first <= now.first && now.last <= then.last;
    });
  });
}

bool SeenRecords::has(const Feed& feed, std::uint64_t sequence) const {
  const auto found = last_.find(feed);
  if (found == last_.end() || found->second < sequence) return false;
  return std::none_of(left_out_.begin(), left_out_.end(), [&](const Range& range) {
    return range.feed == feed && range.first <= sequence && sequence <= range.last;
  });
}

std::vector<FeedPosition> SeenRecords::positions() const {
  std::vector<FeedPosition> positions;
  for (const auto& [feed, sequence] : last_) positions.push_back({feed, sequence});
  return positions;
}

MergeOutcome join(RowState& here, const SeenRecords& seen_here, const RowState& there, const SeenRecords& seen_there,
                  Lane lane, const Ranking& ranking) {
  MergeOutcome outcome;
  for (const auto& [number, other] : there.fields) {
    if (other.order.is_none()) continue;
    const bool is_new = !here.values.contains(number);
    FieldState& state = here.fields[number];
    Bytes& value = here.values[number];
    const FieldState before = state;
    const auto their_value = there.values.find(number);
    const Side mine{candidates_of(state, value), before.expected, seen_here};
    const Side theirs{candidates_of(other, their_value == there.values.end() ? Bytes{} : their_value->second),
                      other.expected, seen_there};
    std::vector<Rival> kept = kept_of(mine, theirs, lane);
    std::sort(kept.begin(), kept.end(),
              [&](const Rival& a, const Rival& b) { return ranking.before(b.order, a.order); });
    state.expected = still_expected(mine, theirs, lane);
    state.order = kept.front().order;
    if (value != kept.front().value || is_new) outcome.changed.push_back(number);
    value = std::move(kept.front().value);
    state.rivals.assign(std::make_move_iterator(kept.begin() + 1), std::make_move_iterator(kept.end()));
    const bool same = state == before && state.expected == before.expected;
    outcome.states_changed |= !same || is_new;
    outcome.rivals_changed |= state.rivals != before.rivals;
  }
  return outcome;
}

}  // namespace till::sync
