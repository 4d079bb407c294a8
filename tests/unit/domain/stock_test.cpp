// The rule of stock counts against a world that knows what really stands on the shelf.
#include "domain/stock.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include <vector>

#include "core/random.hpp"

namespace till::domain {
namespace {

struct Terminal {
  std::vector<StockMove> moves;
  std::vector<StockCount> counts;

  std::int64_t moved() const { return stock_milli(moves, {}); }
  std::int64_t stock() const { return stock_milli(moves, counts); }
  std::int64_t last_us() const {
    std::int64_t last = 0;
    for (const auto& count : counts) last = std::max(last, count.order_us);
    return last;
  }
  StockCount count(const Id& id, std::int64_t counted, UtcTime now) {
    StockCount c;
    c.id = id;
    c.counted_milli = counted;
    c.moved_milli = moved();
    c.expected_milli = stock();
    c.order_us = next_order_us(now, last_us());
    counts.push_back(c);
    return c;
  }
  void hear(const Terminal& other) {
    for (const auto& move : other.moves)
      if (std::ranges::find(moves, move.id, &StockMove::id) == moves.end()) moves.push_back(move);
    for (const auto& count : other.counts)
      if (std::ranges::find(counts, count.id, &StockCount::id) == counts.end()) counts.push_back(count);
  }
};

Id next_id() {
  static std::uint64_t n = 0;
  ++n;
  Id id;
  for (int i = 0; i < 8; ++i) id.bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(n >> (8 * i));
  return id;
}

StockMove move(std::int64_t delta) {
  StockMove m;
  m.id = next_id();
  m.delta_milli = delta;
  return m;
}

TEST(Stock, a_sale_made_elsewhere_meanwhile_comes_off_what_was_counted) {
  Terminal here, there;
  here.moves = there.moves = {move(10'000)};
  there.moves.push_back(move(-2000));
  here.count(next_id(), 9000, {100});
  EXPECT_EQ(here.stock(), 9000);
  here.hear(there);
  there.hear(here);
  EXPECT_EQ(here.stock(), 7000);
  EXPECT_EQ(there.stock(), 7000);
}

TEST(Stock, of_two_counts_that_did_not_know_each_other_one_stands_and_the_difference_is_not_taken_twice) {
  Terminal here, there;
  here.moves = there.moves = {move(10'000)};
  here.count(next_id(), 8000, {100});
  there.count(next_id(), 8000, {101});
  here.hear(there);
  EXPECT_EQ(here.stock(), 8000);
}

TEST(Stock, a_count_that_went_on_from_a_superseded_one_is_exact) {
  Terminal here, there;
  here.moves = there.moves = {move(10'000)};
  here.count(next_id(), 7000, {100});
  there.count(next_id(), 8000, {300});
  here.count(next_id(), 6500, {200});  // has seen the 7000, not the 8000
  here.hear(there);
  there.hear(here);
  EXPECT_EQ(here.stock(), 8000);
  EXPECT_EQ(there.stock(), 8000);
  here.moves.push_back(move(-500));
  EXPECT_EQ(here.stock(), 7500);
  here.count(next_id(), 7400, {250});  // its clock is behind, and yet it has seen the 8000
  EXPECT_EQ(here.stock(), 7400);
}

TEST(Stock, every_terminal_comes_to_the_same_stock_and_a_last_count_that_saw_all_is_the_truth) {
  SeededRandom random(11);
  for (int round = 0; round < 300; ++round) {
    std::vector<Terminal> terminals(3);
    for (int step = 0; step < 40; ++step) {
      Terminal& at = terminals[random.below(3)];
      const auto what = random.below(10);
      if (what < 5) at.moves.push_back(move(static_cast<std::int64_t>(random.below(9)) * 1000 - 4000));
      if (what >= 5 && what < 7) {
        const auto counted = static_cast<std::int64_t>(random.below(20)) * 1000;
        at.count(next_id(), counted, {static_cast<std::int64_t>(random.below(100))});
        EXPECT_EQ(at.stock(), counted) << "what was counted is what is there, on the terminal that counted";
      }
      if (what >= 7) at.hear(terminals[random.below(3)]);
    }
    for (int twice = 0; twice < 2; ++twice)
      for (auto& to : terminals)
        for (const auto& from : terminals) to.hear(from);
    EXPECT_EQ(terminals[0].stock(), terminals[1].stock());
    EXPECT_EQ(terminals[0].stock(), terminals[2].stock());
    terminals[1].count(next_id(), 5000, {0});
    terminals[2].hear(terminals[1]);
    EXPECT_EQ(terminals[2].stock(), 5000);
  }
}

}  // namespace
}  // namespace till::domain
