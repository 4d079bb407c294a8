#include "sync/merge.hpp"

#include <gtest/gtest.h>

#include "histories.hpp"
#include "sync/apply.hpp"
#include "sync/progress.hpp"

namespace till::sync {
namespace {

TEST(Merge, TheStateIsTheSameInAllOrdersOfSixChanges) {
  SeededRandom random(1);
  for (int round = 0; round < 60; ++round) {
    const auto history = random_history(random, 6, round % 4 != 0);
    auto sequence = in_order(history.size());
    const RowState expected = folded(history, sequence);
    do {
      ASSERT_EQ(folded(history, sequence), expected) << "round " << round;
    } while (std::next_permutation(sequence.begin(), sequence.end()));
  }
}

TEST(Merge, ManyChangesInAnyOrderGiveTheSameWinnersAndRivals) {
  SeededRandom random(2);
  for (int round = 0; round < 1000; ++round) {
    const auto history = random_history(random, 30, true);
    auto sequence = in_order(history.size());
    const RowState expected = folded(history, sequence);
    shuffle(sequence, random);
    ASSERT_EQ(folded(history, sequence), expected) << "round " << round;
  }
}

TEST(Merge, InTheOrderOfTheirAuthorsNothingIsExpectedInTheEnd) {
  SeededRandom random(3);
  for (int round = 0; round < 300; ++round) {
    const auto history = random_history(random, 20, true);
    const RowState row = folded(history, causal_order(history, random));
    for (const auto& [number, state] : row.fields) {
      ASSERT_LE(state.expected.size(), 20U) << "bookkeeping grows past the changes there were";
    }
  }
}

TEST(Merge, AChangeThatComesAfterItsSuccessorIsDeadOnArrival) {
  RowState row;
  Op later = set_op(id_of(0xaa), 1, "new");
  const Order first{Stamp::of(10, 0), id_of(0xde, 1), 1, 1}, second{Stamp::of(20, 0), id_of(0xde, 2), 1, 1};
  later.replaces[1] = {first};
  merge(row, later, second);
  merge(row, set_op(id_of(0xaa), 1, "old"), first);
  EXPECT_EQ(as_text(row.values[1]), "new");
  EXPECT_TRUE(row.fields[1].rivals.empty());
  EXPECT_TRUE(row.fields[1].expected.empty());
}

TEST(Merge, APartFoldedFirstGivesTheSameAsAll) {
  SeededRandom random(4);
  for (int round = 0; round < 200; ++round) {
    const auto history = random_history(random, 20, true);
    RowState row;
    const std::size_t half = random.below(20);
    for (std::size_t i = 0; i < half; ++i) merge(row, history[i].op, history[i].order);
    RowState copy = row;
    for (std::size_t i = half; i < 20; ++i) merge(copy, history[i].op, history[i].order);
    ASSERT_EQ(copy, folded(history, in_order(20)));
  }
}

TEST(Merge, TheSameChangeTwiceInARowChangesNothing) {
  SeededRandom random(5);
  const auto history = random_history(random, 40, true);
  RowState row;
  for (const Change& change : history) {
    merge(row, change.op, change.order);
    const RowState before = row;
    const MergeOutcome again = merge(row, change.op, change.order);
    EXPECT_EQ(row, before);
    EXPECT_FALSE(again.states_changed);
  }
}

const Order kFirst{Stamp::of(10, 0), id_of(0xde, 1), 1, 1};
const Order kHere{Stamp::of(20, 0), id_of(0xde, 1), 1, 2};
const Order kThere{Stamp::of(20, 0), id_of(0xde, 2), 1, 1};

RowState edited_on_both(const std::string& here, const std::string& there) {
  RowState row;
  merge(row, set_op(id_of(0xaa), 1, "old"), kFirst);
  Op mine = set_op(id_of(0xaa), 1, here), theirs = set_op(id_of(0xaa), 1, there);
  mine.replaces[1] = theirs.replaces[1] = {kFirst};
  merge(row, mine, kHere);
  merge(row, theirs, kThere);
  return row;
}

TEST(Merge, TwoTerminalsOnTheSameFieldAreAConflictThatNamesBoth) {
  const RowState row = edited_on_both("here", "there");
  const auto found = conflicts(1, id_of(0xaa), row);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(as_text(found[0].winner), "there");  // equal time: the larger device
  EXPECT_EQ(as_text(found[0].rival), "here");
  EXPECT_EQ(found[0].rival_order, kHere);
}

TEST(Merge, WhatATerminalSaidOfItselfBeforeAndAfterARestoreIsNobodysConflict) {
  const RowState row = edited_on_both("said before", "said after");
  EXPECT_FALSE(conflicts(1, id_of(0xaa), row).empty());
  EXPECT_TRUE(conflicts(DeviceProgress::kEntity, id_of(0xaa), row).empty());
}

TEST(Merge, TheSameValueOnBothIsNoConflict) {
  EXPECT_TRUE(conflicts(1, id_of(0xaa), edited_on_both("same", "same")).empty());
}

TEST(Merge, AnEditThatSawTheOtherIsNoConflict) {
  RowState row;
  merge(row, set_op(id_of(0xaa), 1, "old"), kFirst);
  Op later = set_op(id_of(0xaa), 1, "new");
  later.replaces[1] = {kFirst};
  merge(row, later, kThere);
  EXPECT_TRUE(conflicts(1, id_of(0xaa), row).empty());
  EXPECT_TRUE(row.fields[1].rivals.empty());
}

TEST(Merge, ADecisionThatNamesAllCandidatesEndsTheConflict) {
  RowState row = edited_on_both("here", "there");
  Op decision = set_op(id_of(0xaa), 1, "here");
  decision.replaces[1] = {kHere, kThere};
  merge(row, decision, {Stamp::of(30, 0), id_of(0xde, 1), 1, 3});
  EXPECT_TRUE(conflicts(1, id_of(0xaa), row).empty());
  EXPECT_EQ(as_text(row.values[1]), "here");
}

TEST(Merge, DifferentFieldsOfARowBothStay) {
  RowState row;
  merge(row, set_op(id_of(0xaa), 1, "name"), kHere);
  merge(row, set_op(id_of(0xaa), 2, "price"), kThere);
  EXPECT_EQ(row.values.size(), 2U);
  EXPECT_TRUE(conflicts(1, id_of(0xaa), row).empty());
}

TEST(Merge, AnAmendmentTakesAWrongClockOutOfTheRanking) {
  RowState row = edited_on_both("here", "there");
  Amendment amendment;
  amendment.device = kThere.device;
  amendment.incarnation = 1;
  amendment.lane = Lane::normal;
  amendment.first = amendment.last = 1;
  amendment.ahead_ms = 15;
  const std::vector<Amendment> amendments = {amendment};
  const MergeOutcome outcome = rank_again(row, Ranking(amendments, Lane::normal));
  EXPECT_EQ(as_text(row.values[1]), "here");
  EXPECT_EQ(outcome.changed, std::vector<FieldNumber>{1});
  EXPECT_EQ(rank_again(row, Ranking(amendments, Lane::critical)).changed, std::vector<FieldNumber>{1})
      << "an amendment of another lane says nothing about this one";
}

TEST(Merge, ItDoesNotMatterWhetherTheAmendmentComesBeforeOrAfter) {
  SeededRandom random(6);
  for (int round = 0; round < 300; ++round) {
    const auto history = random_history(random, 12, true);
    Amendment amendment;
    amendment.device = id_of(0xde, 1);
    amendment.incarnation = 1;
    amendment.lane = Lane::normal;
    amendment.first = 1 + random.below(6);
    amendment.last = amendment.first + random.below(6);
    amendment.ahead_ms = static_cast<std::int64_t>(random.below(12));
    const std::vector<Amendment> amendments = {amendment};
    const Ranking ranking(amendments, Lane::normal);
    RowState before, after;
    for (const Change& change : history) merge(before, change.op, change.order, ranking);
    for (const Change& change : history) merge(after, change.op, change.order);
    const RowState as_it_was = after;
    const MergeOutcome outcome = rank_again(after, ranking);
    ASSERT_EQ(before, after) << "round " << round;
    ASSERT_EQ(outcome.states_changed, after != as_it_was) << "it would not be stored, round " << round;
  }
}

TEST(Flaw, IsFoundByEveryoneAlike) {
  Chain chain{{id_of(0xde, 1), 1, Lane::normal}};
  EXPECT_TRUE(flaw(chain.record({set_op(id_of(0xaa), 1, "x")})).empty());
  EXPECT_FALSE(flaw(chain.record({})).empty());
  EXPECT_FALSE(flaw(chain.record({set_op(id_of(0xaa), 1, "x"), set_op(id_of(0xaa), 2, "y")})).empty());
  EXPECT_FALSE(flaw(chain.record({set_op(Id{}, 1, "x")})).empty());
  Record backwards = chain.record({set_op(id_of(0xaa), 1, "x")});
  backwards.ops[0].replaces[1] = {backwards.order()};
  EXPECT_TRUE(flaw(backwards).empty()) << "whether it does depends on clocks that may be put right later";
}

TEST(Flaw, WhatReplacesALaterChangeWaitsUntilItsClockIsPutRight) {
  Chain ahead{{id_of(0xde, 1), 1, Lane::normal}}, right{{id_of(0xde, 2), 1, Lane::normal}};
  ahead.ms = right.ms + 3'600'000;
  const Record wrong = ahead.record({set_op(id_of(0xaa), 1, "x")});
  Record after = right.record({set_op(id_of(0xaa), 1, "y")});
  after.ops[0].replaces[1] = {wrong.order()};
  EXPECT_EQ(later_ones_replaced(after, Ranking()), std::vector{wrong.order()});
  Amendment amendment;
  amendment.device = wrong.feed.device;
  amendment.incarnation = wrong.feed.incarnation;
  amendment.lane = wrong.feed.lane;
  amendment.first = amendment.last = wrong.sequence;
  amendment.ahead_ms = 3'600'001;
  const std::vector<Amendment> known = {amendment};
  EXPECT_TRUE(later_ones_replaced(after, Ranking(known, Lane::normal)).empty());
}

}  // namespace
}  // namespace till::sync
