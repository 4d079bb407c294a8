#include "ui/platform/dirty_tiles.hpp"

#include <gtest/gtest.h>

namespace till::ui {
namespace {

constexpr PixelSize kSize{320, 200};

std::vector<PixelRect> frame(DirtyTiles& tiles, const std::vector<std::pair<PixelRect, std::uint64_t>>& content) {
  tiles.begin(kSize, 0);
  for (const auto& [box, hash] : content) tiles.add(box, hash);
  const auto rects = tiles.finish();
  return {rects.begin(), rects.end()};
}

TEST(DirtyTiles, TheFirstFrameIsAllNew) {
  DirtyTiles tiles;
  EXPECT_EQ(frame(tiles, {}), (std::vector<PixelRect>{{0, 0, 320, 200}}));
}

TEST(DirtyTiles, TheSameFrameAgainIsClean) {
  DirtyTiles tiles;
  frame(tiles, {{{10, 10, 50, 20}, 1}, {{0, 0, 320, 200}, 2}});
  EXPECT_TRUE(frame(tiles, {{{10, 10, 50, 20}, 1}, {{0, 0, 320, 200}, 2}}).empty());
}

TEST(DirtyTiles, OnlyTheTilesOfAChangeAreDirty) {
  DirtyTiles tiles;
  frame(tiles, {{{40, 40, 60, 60}, 1}});
  EXPECT_EQ(frame(tiles, {{{40, 40, 60, 60}, 2}}), (std::vector<PixelRect>{{32, 32, 64, 64}}));
}

TEST(DirtyTiles, SomethingThatMovedDirtiesWhereItWasAndWhereItIs) {
  DirtyTiles tiles;
  frame(tiles, {{{0, 0, 10, 10}, 1}});
  EXPECT_EQ(frame(tiles, {{{310, 195, 320, 200}, 1}}), (std::vector<PixelRect>{{0, 0, 32, 32}, {288, 192, 320, 200}}));
}

TEST(DirtyTiles, TheOrderOfPaintingMatters) {
  DirtyTiles tiles;
  frame(tiles, {{{0, 0, 10, 10}, 1}, {{0, 0, 10, 10}, 2}});
  EXPECT_FALSE(frame(tiles, {{{0, 0, 10, 10}, 2}, {{0, 0, 10, 10}, 1}}).empty());
}

TEST(DirtyTiles, RunsOfEqualWidthJoinDownwards) {
  DirtyTiles tiles;
  frame(tiles, {});
  EXPECT_EQ(frame(tiles, {{{64, 0, 128, 200}, 1}}), (std::vector<PixelRect>{{64, 0, 128, 200}}));
}

TEST(DirtyTiles, AnotherSizeOrALostWindowIsAllNew) {
  DirtyTiles tiles;
  frame(tiles, {});
  tiles.begin({100, 100}, 0);
  EXPECT_EQ(tiles.finish().size(), 1U);
  tiles.begin({100, 100}, 0);
  EXPECT_TRUE(tiles.finish().empty());
  tiles.invalidate();
  tiles.begin({100, 100}, 0);
  EXPECT_EQ(tiles.finish().size(), 1U);
}

TEST(DirtyTiles, AnotherBackgroundIsAllNew) {
  DirtyTiles tiles;
  frame(tiles, {});
  tiles.begin(kSize, 99);
  const auto rects = tiles.finish();
  std::int64_t area = 0;
  for (const PixelRect& r : rects) area += r.area();
  EXPECT_EQ(area, 320 * 200);
}

}  // namespace
}  // namespace till::ui
