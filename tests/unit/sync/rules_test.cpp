// The small rules: stamps, back-off, lanes, incarnations.
#include <gtest/gtest.h>

#include "sim/till_disk.hpp"
#include "sync/backoff.hpp"
#include "sync/incarnation.hpp"
#include "sync/lane_scheduler.hpp"
#include "sync/stamp.hpp"
#include "sync_fixture.hpp"

namespace till::sync {
namespace {

TEST(StampTest, OnlyEverGrows) {
  SeededRandom random(1);
  Stamp last;
  std::int64_t us = 1'790'000'000'000'000;
  for (int i = 0; i < 10'000; ++i) {
    us += static_cast<std::int64_t>(random.below(4000)) - 2000;  // a clock that goes back as often as not
    const Stamp next = next_stamp(last, {us}, static_cast<std::uint16_t>(random.u64()), random);
    ASSERT_GT(next, last);
    last = next;
  }
}

TEST(StampTest, FollowsTheClockWhenItIsAhead) {
  SeededRandom random(1);
  EXPECT_EQ(next_stamp(Stamp::of(1000, 7), {5'000'000}, 42, random), Stamp::of(5000, 42));
}

TEST(StampTest, IsFutureBeyondFiveMinutesAndDueWhenItIsNot) {
  const UtcTime now{1'790'000'000'000'000};
  const std::int64_t ms = now.us / 1000;
  EXPECT_FALSE(is_future(Stamp::of(ms + kFutureLimit_ms, 9), now));
  const Stamp future = Stamp::of(ms + kFutureLimit_ms + 1, 0);
  EXPECT_TRUE(is_future(future, now));
  EXPECT_FALSE(is_future(future, due_at(future)));
}

TEST(StampTest, ClocksBeforeAndBeyondReasonAreClamped) {
  EXPECT_EQ(Stamp::of(-5, 0).ms(), 0);
  EXPECT_EQ(Stamp::of(INT64_MAX, 0).ms(), (std::int64_t{1} << 48) - 1);
}

TEST(BackoffTest, DoublesItsLimitUpToTheCapWithFullJitter) {
  SeededRandom random(1);
  for (int attempt = 0; attempt < 40; ++attempt) {
    std::int64_t most = 0;
    for (int i = 0; i < 200; ++i) {
      Backoff backoff({1000, 300'000});
      for (int n = 0; n < attempt; ++n) backoff.next_ms(random);
      const std::int64_t wait = backoff.next_ms(random);
      ASSERT_GE(wait, 1);
      most = std::max(most, wait);
    }
    const std::int64_t limit = attempt > 8 ? 300'000 : std::min<std::int64_t>(300'000, 1000LL << attempt);
    EXPECT_LE(most, limit);
    EXPECT_GT(most, limit / 2) << "no jitter would always be the limit, this is never near it";
  }
}

TEST(BackoffTest, ResetStartsOver) {
  SeededRandom random(1);
  Backoff backoff({1000, 300'000});
  for (int i = 0; i < 20; ++i) backoff.next_ms(random);
  backoff.reset();
  EXPECT_LE(backoff.next_ms(random), 1000);
}

TEST(Lanes, ShareByWeightWhenAllAreFull) {
  LaneScheduler scheduler;
  std::array<std::size_t, kLanes> bytes{};
  for (int i = 0; i < 15'000; ++i) {
    const Lane lane = *scheduler.pick({true, true, true, true});
    scheduler.charge(lane, 1000);
    bytes[index(lane)] += 1000;
  }
  for (std::size_t i = 0; i < kLanes; ++i) {
    EXPECT_NEAR(static_cast<double>(bytes[i]) / 1e6, static_cast<double>(kLaneWeights[i]), 0.2);
  }
}

TEST(Lanes, ASaleOvertakesAnImportAtOnce) {
  LaneScheduler scheduler;
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(scheduler.pick({false, false, true, false}), Lane::normal);
    scheduler.charge(Lane::normal, 600'000);
  }
  EXPECT_EQ(scheduler.pick({true, false, true, false}), Lane::critical);
}

TEST(Lanes, NothingToDoIsNothing) {
  EXPECT_EQ(LaneScheduler{}.pick({}), std::nullopt);
}

TEST(IncarnationTest, ContinuesOnlyWithProof) {
  EXPECT_EQ(judge_start({}), Continuity::continues);
  StartEvidence evidence;
  evidence.has_own_past = true;
  EXPECT_EQ(judge_start(evidence), Continuity::continues);
  evidence.tail_is_safe = false;
  EXPECT_EQ(judge_start(evidence), Continuity::unclean_tail);
  evidence.same_database_file = false;
  EXPECT_EQ(judge_start(evidence), Continuity::copied);
  evidence.same_machine = false;
  EXPECT_EQ(judge_start(evidence), Continuity::other_machine);
  evidence.restored = true;
  EXPECT_EQ(judge_start(evidence), Continuity::restored);
  EXPECT_FALSE(sentence(Continuity::restored).empty());
}

TEST(IncarnationTest, AHubThatKnowsMoreOrElseContradicts) {
  sim::TillDisk disk(id_of(0xde, 1), 5);
  value_of(disk.open());
  const Feed feed{id_of(0xde, 1), 5, Lane::critical};
  Chain chain{feed};
  value_of(disk.begin());
  const Record record = chain.record({set_op(id_of(0xaa), 1, "x")});
  const RecordBytes bytes = chain.append(record);
  value_of(disk.store().append_own(record, bytes.body, bytes.hash));
  value_of(disk.commit());
  Store& store = disk.store();
  RecordHash other = bytes.hash;
  other[0] ^= 1;
  EXPECT_FALSE(value_of(contradicts(store, {{feed, 1, bytes.hash, 0}}, feed.device, 5)));
  EXPECT_TRUE(value_of(contradicts(store, {{feed, 1, other, 0}}, feed.device, 5)));
  EXPECT_TRUE(value_of(contradicts(store, {{feed, 2, bytes.hash, 0}}, feed.device, 5)));
  EXPECT_FALSE(value_of(contradicts(store, {{feed, 2, bytes.hash, 0}}, feed.device, 6)));
}

}  // namespace
}  // namespace till::sync
