// Random histories of one row, as terminals make them that see one another now and then.
#pragma once

#include <algorithm>
#include <numeric>
#include <vector>

#include "sync/merge.hpp"
#include "sync_fixture.hpp"

namespace till::sync {

struct Change {
  Op op;
  Order order;
  std::vector<std::size_t> after;  // changes that its author had seen
};

inline FieldMap one_or_two_fields(SeededRandom& random) {
  FieldMap fields = {{1, to_bytes("v" + std::to_string(random.below(3)))}};
  if (random.below(2) == 0) fields[2] = to_bytes("w" + std::to_string(random.below(3)));
  return fields;
}

// What terminals that see one another now and then do to one row: each change replaces what its author saw.
// `fields(random)`: what one change sets.
template <class Fields>
std::vector<Change> random_history(SeededRandom& random, std::size_t count, bool replacing, Fields&& fields) {
  constexpr std::size_t kAuthors = 3;
  std::vector<Change> history;
  std::vector<RowState> views(kAuthors);
  std::vector<std::vector<std::size_t>> seen(kAuthors);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t author = random.below(kAuthors);
    for (std::size_t other = 0; other < history.size(); ++other) {
      auto& mine = seen[author];
      if (random.below(3) != 0 || std::find(mine.begin(), mine.end(), other) != mine.end()) continue;
      const auto& needed = history[other].after;
      const bool knows_all = std::all_of(needed.begin(), needed.end(), [&](std::size_t n) {
        return std::find(mine.begin(), mine.end(), n) != mine.end();
      });
      if (!knows_all) continue;
      merge(views[author], history[other].op, history[other].order);
      mine.push_back(other);
    }
    Change change;
    change.order = {Stamp::of(1000 + static_cast<std::int64_t>(i), 0), id_of(0xde, static_cast<std::uint8_t>(author)),
                    1, i + 1};
    change.op.entity = 1;
    change.op.row = id_of(0xaa);
    change.op.fields = fields(random);
    for (const auto& [number, value] : change.op.fields) {
      const auto field = views[author].fields.find(number);
      if (!replacing || field == views[author].fields.end()) continue;
      auto& replaced = change.op.replaces[number] = {field->second.order};
      if (random.below(2) == 0) continue;
      for (const Rival& rival : field->second.rivals) replaced.push_back(rival.order);
    }
    change.after = seen[author];
    merge(views[author], change.op, change.order);
    seen[author].push_back(i);
    history.push_back(std::move(change));
  }
  return history;
}

inline std::vector<Change> random_history(SeededRandom& random, std::size_t count, bool replacing) {
  return random_history(random, count, replacing, one_or_two_fields);
}

inline RowState folded(const std::vector<Change>& history, const std::vector<std::size_t>& sequence) {
  RowState row;
  for (const std::size_t i : sequence) merge(row, history[i].op, history[i].order);
  return row;
}

inline std::vector<std::size_t> in_order(std::size_t count) {
  std::vector<std::size_t> sequence(count);
  std::iota(sequence.begin(), sequence.end(), 0);
  return sequence;
}

inline void shuffle(std::vector<std::size_t>& sequence, SeededRandom& random) {
  for (std::size_t i = sequence.size(); i > 1; --i) std::swap(sequence[i - 1], sequence[random.below(i)]);
}

// Some order in which nothing comes before what its author had seen.
inline std::vector<std::size_t> causal_order(const std::vector<Change>& history, SeededRandom& random) {
  std::vector<std::size_t> sequence;
  std::vector<bool> done(history.size());
  while (sequence.size() < history.size()) {
    const std::size_t i = random.below(history.size());
    const bool ready = !done[i] && std::all_of(history[i].after.begin(), history[i].after.end(),
                                               [&](std::size_t n) { return done[n]; });
    if (!ready) continue;
    done[i] = true;
    sequence.push_back(i);
  }
  return sequence;
}

}  // namespace till::sync
