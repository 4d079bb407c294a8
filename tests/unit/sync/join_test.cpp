#include "sync/join.hpp"

#include <gtest/gtest.h>

#include "histories.hpp"

namespace till::sync {
namespace {

struct Half {
  RowState row;
  SeenRecords seen;
};

Feed feed_of(const Order& order) {
  return {order.device, order.incarnation, Lane::normal};
}

// The history numbers its changes through; here each author's own feed counts from 1.
std::vector<Change> numbered_by_feed(std::vector<Change> history) {
  std::map<Id, std::uint64_t> last;
  std::map<Order, Order> renamed;
  for (Change& change : history) {
    const Order before = change.order;
    change.order.sequence = ++last[change.order.device];
    renamed[before] = change.order;
    for (auto& [number, replaced] : change.op.replaces) {
      for (Order& order : replaced) order = renamed.at(order);
    }
  }
  return history;
}

// A side that has some of the changes, in some order; what is missing below the last of a feed counts as parked.
Half half(const std::vector<Change>& history, const std::vector<bool>& has, SeededRandom& random) {
  Half side;
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < history.size(); ++i) {
    if (has[i]) order.push_back(i);
  }
  shuffle(order, random);
  for (const std::size_t i : order) {
    merge(side.row, history[i].op, history[i].order);
    side.seen.add(feed_of(history[i].order), history[i].order.sequence);
  }
  for (std::size_t i = 0; i < history.size(); ++i) {
    const Order& missing = history[i].order;
    if (!has[i]) side.seen.leave_out(feed_of(missing), missing.sequence, missing.sequence);
  }
  return side;
}

std::vector<bool> some(std::size_t count, SeededRandom& random) {
  std::vector<bool> has(count);
  for (std::size_t i = 0; i < count; ++i) has[i] = random.below(2) == 0;
  return has;
}

std::vector<bool> either(const std::vector<bool>& a, const std::vector<bool>& b) {
  std::vector<bool> both(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) both[i] = a[i] || b[i];
  return both;
}

RowState joined(const Half& a, const Half& b) {
  RowState row = a.row;
  join(row, a.seen, b.row, b.seen, Lane::normal, {});
  return row;
}

TEST(Join, IsWhatMergingAllChangesGives) {
  SeededRandom random(1);
  for (int round = 0; round < 1000; ++round) {
    const auto history = numbered_by_feed(random_history(random, 16, true));
    const auto has_a = some(16, random), has_b = some(16, random);
    const Half a = half(history, has_a, random), b = half(history, has_b, random);
    const RowState expected = half(history, either(has_a, has_b), random).row;
    ASSERT_EQ(joined(a, b), expected) << "round " << round;
    ASSERT_EQ(joined(b, a), expected) << "round " << round << ", the other way round";
  }
}

TEST(Join, WhatComesAfterItIsMergedAsEver) {
  SeededRandom random(2);
  for (int round = 0; round < 1000; ++round) {
    const auto history = numbered_by_feed(random_history(random, 16, true));
    const auto has_a = some(16, random), has_b = some(16, random);
    const Half a = half(history, has_a, random), b = half(history, has_b, random);
    RowState row = joined(a, b);
    for (std::size_t i = 0; i < 16; ++i) {
      if (!has_a[i] && !has_b[i]) merge(row, history[i].op, history[i].order);
    }
    ASSERT_EQ(row, folded(history, in_order(16))) << "round " << round;
  }
}

TEST(Join, WithItselfChangesNothing) {
  SeededRandom random(3);
  for (int round = 0; round < 200; ++round) {
    const auto history = numbered_by_feed(random_history(random, 12, true));
    const Half a = half(history, some(12, random), random);
    RowState row = a.row;
    EXPECT_TRUE(join(row, a.seen, a.row, a.seen, Lane::normal, {}).changed.empty());
    ASSERT_EQ(row, a.row);
  }
}

// Each had a record of that number, and neither the other's: a new row stayed without its price, which no table takes,
// and the terminal asked for one snapshot after the other for ever.
TEST(Join, WhereAFeedForkedAFieldIsNeverWithoutAChange) {
  const Order of_one{Stamp::of(10, 0), id_of(0xde, 1), 1, 1}, of_twin{Stamp::of(20, 0), id_of(0xde, 1), 1, 1};
  SeenRecords seen;
  seen.add(feed_of(of_one), 1);
  RowState there;
  merge(there, set_op(id_of(0xaa), 1, "the twin's"), of_twin);
  RowState here;
  join(here, seen, there, seen, Lane::normal, {});
  EXPECT_EQ(here, there);

  RowState both;
  merge(both, set_op(id_of(0xaa), 1, "one's"), of_one);
  join(both, seen, there, seen, Lane::normal, {});
  EXPECT_EQ(as_text(both.values[1]), "the twin's");
  ASSERT_EQ(both.fields[1].rivals.size(), 1U);
  EXPECT_EQ(both.fields[1].rivals[0].order, of_one);
}

TEST(Join, AnEditMadeHereAfterWhatTheSnapshotHasStays) {
  RowState here, there;
  const Order old{Stamp::of(10, 0), id_of(0xde, 1), 1, 1}, mine{Stamp::of(20, 0), id_of(0xde, 2), 1, 1};
  merge(there, set_op(id_of(0xaa), 1, "old"), old);
  merge(here, set_op(id_of(0xaa), 1, "old"), old);
  Op edit = set_op(id_of(0xaa), 1, "mine");
  edit.replaces[1] = {old};
  merge(here, edit, mine);
  SeenRecords seen_here, seen_there;
  seen_here.add(feed_of(old), 1);
  seen_here.add(feed_of(mine), 1);
  seen_there.add(feed_of(old), 1);
  join(here, seen_here, there, seen_there, Lane::normal, {});
  EXPECT_EQ(as_text(here.values[1]), "mine");
  EXPECT_TRUE(here.fields[1].rivals.empty());
}

}  // namespace
}  // namespace till::sync
