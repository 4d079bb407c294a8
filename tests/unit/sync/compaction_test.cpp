#include "sync/compaction.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "sync_fixture.hpp"

namespace till::sync {
namespace {

constexpr std::int64_t kNow_ms = 1'790'000'000'000, kLapse_ms = 30 * kDay_ms;

Id device(std::uint8_t n) {
  return id_of(0xde, n);
}
Feed feed(std::uint8_t n) {
  return {device(n), 11, Lane::critical};
}
DeviceProgress said(std::uint8_t n, std::int64_t at_ms, std::vector<FeedPosition> vector) {
  DeviceProgress progress;
  progress.id = device(n);
  progress.at_ms = progress.vector_at_ms = at_ms;
  progress.vector = std::move(vector);
  progress.digests = {{1, 5, 5}, {20, 1, 1}};
  return progress;
}
std::vector<Standing> standing_of(const std::vector<DeviceStanding>& devices) {
  std::vector<Standing> found;
  for (const DeviceStanding& one : devices) found.push_back(one.standing);
  return found;
}

TEST(Compaction, WhoWasNotHeardOfForTheLapseTimeIsLapsedAndARevokedOneIsRevoked) {
  const std::vector<KnownDevice> devices = {
      {device(1), false, 0}, {device(2), false, 0}, {device(3), true, kNow_ms}, {device(4), false, kNow_ms - kDay_ms}};
  const auto found =
      standings(devices, {said(1, kNow_ms - kLapse_ms + 1, {}), said(2, kNow_ms - kLapse_ms, {}), said(3, kNow_ms, {})},
                kNow_ms, kLapse_ms);
  EXPECT_EQ(standing_of(found),
            (std::vector<Standing>{Standing::active, Standing::lapsed, Standing::revoked, Standing::active}));
}

TEST(Compaction, AClockInTheFutureDoesNotKeepATerminalActiveForEver) {
  const auto found = standings({{device(1), false, 0}}, {said(1, kNow_ms + 900 * kDay_ms, {})}, kNow_ms, kLapse_ms);
  EXPECT_EQ(found.front().standing, Standing::lapsed);
}

TEST(Compaction, TheCutIsWhatEveryActiveTerminalHolds) {
  const std::vector<DeviceProgress> progress = {said(1, kNow_ms, {{feed(1), 10}, {feed(2), 7}}),
                                                said(2, kNow_ms, {{feed(1), 8}, {feed(2), 9}, {feed(3), 4}}),
                                                said(3, kNow_ms - kLapse_ms, {{feed(1), 1}})};
  const auto devices = standings({{device(1)}, {device(2)}, {device(3)}}, progress, kNow_ms, kLapse_ms);
  const StableCut cut(devices, progress);
  EXPECT_EQ(cut.position(feed(1)), 8U) << "the lapsed one does not hold it back";
  EXPECT_EQ(cut.position(feed(2)), 7U);
  EXPECT_EQ(cut.position(feed(3)), 0U) << "one of them has nothing of it";
  EXPECT_TRUE(cut.covers({{feed(1), 8}, {feed(2), 7}}));
  EXPECT_FALSE(cut.covers({{feed(1), 8}, {feed(2), 8}}));
  EXPECT_FALSE(cut.covers({{feed(3), 1}}));
}

TEST(Compaction, ANewTerminalThatHasSaidNothingYetHoldsEverythingBackUntilItLapses) {
  const std::vector<DeviceProgress> progress = {said(1, kNow_ms, {{feed(1), 10}})};
  const std::vector<KnownDevice> fresh = {{device(1)}, {device(2), false, kNow_ms - kDay_ms}};
  EXPECT_FALSE(StableCut(standings(fresh, progress, kNow_ms, kLapse_ms), progress).covers({{feed(1), 1}}));
  const std::vector<KnownDevice> old = {{device(1)}, {device(2), false, kNow_ms - kLapse_ms}};
  EXPECT_TRUE(StableCut(standings(old, progress, kNow_ms, kLapse_ms), progress).covers({{feed(1), 10}}));
}

TEST(Compaction, NothingIsStableWhereNobodyIsActive) {
  EXPECT_FALSE(StableCut({}, {}).covers({{feed(1), 1}}));
}

SnapshotManifest made(std::uint64_t epoch, std::uint64_t reached, std::int64_t at_ms) {
  SnapshotManifest manifest;
  manifest.cursor = {epoch, {reached, reached, reached, reached}};
  manifest.made_at_ms = at_ms;
  return manifest;
}
Cursor hub(std::uint64_t epoch, std::uint64_t last) {
  return {epoch, {last, last, last, last}};
}

TEST(Compaction, ASnapshotIsDueAfterManySegmentsOrAfterFewWhenTheLastIsOld) {
  EXPECT_FALSE(is_snapshot_due(nullptr, hub(1, 499), kNow_ms)) << "the log of a young shop is soon read";
  EXPECT_TRUE(is_snapshot_due(nullptr, hub(1, 500), kNow_ms));
  const auto fresh = made(1, 5'000, kNow_ms - kDay_ms), old = made(1, 5'000, kNow_ms - 7 * kDay_ms);
  EXPECT_FALSE(is_snapshot_due(&fresh, hub(1, 14'999), kNow_ms));
  EXPECT_TRUE(is_snapshot_due(&fresh, hub(1, 15'000), kNow_ms));
  EXPECT_FALSE(is_snapshot_due(&old, hub(1, 5'499), kNow_ms));
  EXPECT_TRUE(is_snapshot_due(&old, hub(1, 5'500), kNow_ms));
  EXPECT_TRUE(is_snapshot_due(&fresh, hub(2, 5'000), kNow_ms)) << "the hub was restored: nothing may be dropped by it";
}

TEST(Compaction, EverybodyDrawsTheSameLotsAndOnlyWholeActiveTerminalsTakePart) {
  std::vector<DeviceProgress> progress;
  std::vector<KnownDevice> devices;
  for (std::uint8_t n = 1; n <= 6; ++n) {
    progress.push_back(said(n, kNow_ms, {}));
    devices.push_back({device(n), n == 5});
  }
  progress[2].digests.pop_back();  // the third leaves a table out
  const auto active = standings(devices, progress, kNow_ms, kLapse_ms);
  const auto makers = snapshot_makers(active, progress, {1, 20}, kNow_ms);
  EXPECT_EQ(makers.size(), 4U);
  EXPECT_EQ(std::count(makers.begin(), makers.end(), device(3)), 0);
  EXPECT_EQ(std::count(makers.begin(), makers.end(), device(5)), 0);
  std::reverse(progress.begin(), progress.end());
  EXPECT_EQ(snapshot_makers(active, progress, {1, 20}, kNow_ms), makers);
  std::set<Id> first;
  for (int day = 0; day < 40; ++day)
    first.insert(snapshot_makers(active, progress, {1, 20}, kNow_ms + day * kDay_ms).front());
  EXPECT_EQ(first.size(), 4U) << "the turn goes round";
}

}  // namespace
}  // namespace till::sync
