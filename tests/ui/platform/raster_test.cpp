#include "ui/platform/raster.hpp"

#include <gtest/gtest.h>

#include <random>

namespace till::ui {
namespace {

constexpr int kSide = 64;
constexpr PixelRect kAll{0, 0, kSide, kSide};
constexpr std::uint32_t kWhite = 0xFFFFFFFFU, kBlack = 0xFF000000U;

struct Canvas {
  std::vector<std::uint32_t> pixels = std::vector<std::uint32_t>(kSide * kSide, kBlack);
  Surface surface{pixels.data(), kSide};
  [[nodiscard]] std::uint32_t at(int x, int y) const { return pixels[static_cast<std::size_t>(y * kSide + x)]; }
  [[nodiscard]] int count(std::uint32_t colour) const {
    return static_cast<int>(std::count(pixels.begin(), pixels.end(), colour));
  }
};

RasterVertex corner(double x, double y, std::uint32_t argb = kWhite) {
  return {static_cast<int>(x * kSubpixel), static_cast<int>(y * kSubpixel), argb, 0, 0};
}

TEST(Raster, ATriangleHoldsThePixelsWhoseCentreItHolds) {
  Canvas canvas;
  fill_flat_triangle(canvas.surface, kAll, {corner(0, 0), corner(4, 0), corner(0, 4)});
  // The slanted side runs through the centres of the diagonal; it is a right side, so those are outside.
  EXPECT_EQ(canvas.count(kWhite), 6);
  EXPECT_EQ(canvas.at(0, 0), kWhite);
  EXPECT_EQ(canvas.at(2, 0), kWhite);
  EXPECT_EQ(canvas.at(3, 0), kBlack);
  EXPECT_EQ(canvas.at(0, 3), kBlack);
}

TEST(Raster, TheOrderOfCornersDoesNotMatter) {
  const RasterVertex a = corner(3.3, 1.2), b = corner(40.7, 22.9), c = corner(9.1, 51.6);
  Canvas first;
  fill_flat_triangle(first.surface, kAll, {a, b, c});
  const RasterVertex orders[5][3] = {{a, c, b}, {b, a, c}, {b, c, a}, {c, a, b}, {c, b, a}};
  for (const auto& order : orders) {
    Canvas other;
    fill_flat_triangle(other.surface, kAll, order);
    EXPECT_EQ(other.pixels, first.pixels);
  }
}

// Half transparent white shows an overlap as a third colour and a gap as black.
TEST(Raster, TrianglesThatShareAnEdgeNeitherOverlapNorLeaveAGap) {
  std::mt19937 random(7);
  std::uniform_int_distribution<int> place(0, kSide * kSubpixel);
  constexpr std::uint32_t kHalf = 0x80FFFFFFU;
  const std::uint32_t once = blended(kBlack, kHalf);
  for (int round = 0; round < 300; ++round) {
    Canvas canvas;
    const RasterVertex middle{place(random), place(random), kHalf, 0, 0};
    const RasterVertex corners[5] = {corner(0, 0, kHalf), corner(kSide, 0, kHalf), corner(kSide, kSide, kHalf),
                                     corner(0, kSide, kHalf), corner(0, 0, kHalf)};
    for (int i = 0; i < 4; ++i) fill_flat_triangle(canvas.surface, kAll, {middle, corners[i], corners[i + 1]});
    ASSERT_EQ(canvas.count(once), kSide * kSide) << "round " << round;
  }
}

TEST(Raster, NothingIsDrawnOutsideTheClip) {
  Canvas canvas;
  const PixelRect clip{10, 20, 30, 25};
  fill_flat_triangle(canvas.surface, clip, {corner(-500, -500), corner(900, 0), corner(0, 900)});
  EXPECT_EQ(canvas.count(kWhite), 20 * 5);
  EXPECT_EQ(canvas.at(10, 20), kWhite);
  EXPECT_EQ(canvas.at(29, 24), kWhite);
}

TEST(Raster, DegenerateTrianglesDrawNothing) {
  Canvas canvas;
  fill_flat_triangle(canvas.surface, kAll, {corner(1, 1), corner(30, 30), corner(15, 15)});
  fill_flat_triangle(canvas.surface, kAll, {corner(5, 5), corner(5, 5), corner(5, 5)});
  EXPECT_EQ(canvas.count(kBlack), kSide * kSide);
}

TEST(Raster, BlendingIsExactAtItsEnds) {
  EXPECT_EQ(blended(0xFF123456U, 0x00FFFFFFU), 0xFF123456U);
  EXPECT_EQ(blended(0xFF123456U, 0xFFABCDEFU), 0xFFABCDEFU);
  EXPECT_EQ(blended(kBlack, 0x80FFFFFFU), 0xFF808080U);
}

TEST(Raster, BlendingMatchesTheFormulaRounded) {
  for (std::uint32_t alpha = 0; alpha < 256; ++alpha)
    for (const std::uint32_t below : {0U, 1U, 100U, 254U, 255U}) {
      const std::uint32_t above = 200;
      const std::uint32_t exact = (above * alpha + below * (255 - alpha) + 127) / 255;
      EXPECT_EQ(blended(kBlack | below, (alpha << 24) | above) & 0xFFU, exact) << alpha << " over " << below;
    }
}

TEST(Raster, AFadingTriangleRunsFromCornerToCorner) {
  Canvas canvas;
  fill_shaded_triangle(canvas.surface, kAll, nullptr,
                       {corner(0, 0, 0xFFFFFFFFU), corner(64, 0, 0x00FFFFFFU), corner(0, 64, 0xFFFFFFFFU)});
  EXPECT_GT(canvas.at(0, 0) & 0xFFU, 250U);
  EXPECT_LT(canvas.at(62, 0) & 0xFFU, 12U);
  EXPECT_NEAR(static_cast<double>(canvas.at(31, 0) & 0xFFU), 128, 4);
}

Texture checker() {
  static const std::vector<std::uint8_t> kCoverage{0,   255, 64,  255,  //
                                                   255, 0,   255, 128};
  Texture texture;
  texture.width = 4;
  texture.height = 2;
  texture.coverage = kCoverage.data();
  return texture;
}

RasterVertex textured(double x, double y, float u, float v, std::uint32_t argb = kWhite) {
  RasterVertex vertex = corner(x, y, argb);
  vertex.u = u;
  vertex.v = v;
  return vertex;
}

TEST(Raster, AnAlignedGlyphIsCopiedTexelByTexel) {
  Canvas canvas;
  fill_quad(canvas.surface, kAll, checker(), textured(10, 20, 0, 0), textured(14, 22, 4, 2));
  EXPECT_EQ(canvas.at(10, 20), kBlack);
  EXPECT_EQ(canvas.at(11, 20), kWhite);
  EXPECT_EQ(canvas.at(12, 20) & 0xFFU, 64U);
  EXPECT_EQ(canvas.at(13, 21) & 0xFFU, 128U);
  EXPECT_EQ(canvas.at(14, 21), kBlack);
}

TEST(Raster, AGlyphBetweenPixelsIsSampledBilinearly) {
  Canvas canvas;
  fill_quad(canvas.surface, kAll, checker(), textured(10.5, 20, 0, 0), textured(14.5, 22, 4, 2));
  EXPECT_NEAR(static_cast<double>(canvas.at(11, 20) & 0xFFU), 127.5, 1);
  EXPECT_NEAR(static_cast<double>(canvas.at(12, 20) & 0xFFU), (255 + 64) / 2.0, 1);
}

TEST(Raster, ASizedTextureKeepsItsTint) {
  Texture picture;
  picture.width = picture.height = 1;
  picture.argb = {0xFF804020U};
  Canvas canvas;
  fill_quad(canvas.surface, kAll, picture, textured(0, 0, 0, 0, 0xFFFF00FFU), textured(8, 8, 1, 1, 0xFFFF00FFU));
  EXPECT_EQ(canvas.at(4, 4), 0xFF800020U);
}

}  // namespace
}  // namespace till::ui
