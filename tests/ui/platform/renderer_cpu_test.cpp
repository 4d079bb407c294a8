#include "ui/platform/renderer_cpu.hpp"

#include <gtest/gtest.h>
#include <imgui.h>

#include "ui/platform/headless.hpp"

namespace till::ui {
namespace {

struct Pixel {
  int r, g, b;
  bool operator==(const Pixel&) const = default;
};

Pixel pixel(const Image& image, int x, int y) {
  const std::size_t at =
      (static_cast<std::size_t>(y) * static_cast<std::size_t>(image.width) + static_cast<std::size_t>(x)) * 4;
  return {image.rgba[at], image.rgba[at + 1], image.rgba[at + 2]};
}

std::unique_ptr<Headless> window_drawing(std::function<void()> draw) {
  HeadlessConfig config;
  config.size = {320, 240};
  config.frame.background = {10, 20, 30};
  config.frame.fonts.faces = {{"body", 18}};
  auto window = Headless::create(config);
  EXPECT_TRUE(window.has_value());
  (*window)->frame().draw = std::move(draw);
  return std::move(*window);
}

TEST(CpuRenderer, DrawsRectanglesExactlyOverTheBackground) {
  auto window = window_drawing([] {
    ImGui::GetBackgroundDrawList()->AddRectFilled({10, 10}, {20, 15}, IM_COL32(200, 100, 50, 255));
  });
  const Image image = *window->picture();
  EXPECT_EQ(pixel(image, 9, 10), (Pixel{10, 20, 30}));
  EXPECT_EQ(pixel(image, 10, 10), (Pixel{200, 100, 50}));
  EXPECT_EQ(pixel(image, 19, 14), (Pixel{200, 100, 50}));
  EXPECT_EQ(pixel(image, 20, 14), (Pixel{10, 20, 30}));
  EXPECT_EQ(pixel(image, 19, 15), (Pixel{10, 20, 30}));
}

TEST(CpuRenderer, CutsAtTheClipRectangle) {
  auto window = window_drawing([] {
    ImDrawList* list = ImGui::GetBackgroundDrawList();
    list->PushClipRect({0, 0}, {50, 50});
    list->AddCircleFilled({50, 50}, 30, IM_COL32_WHITE);
    list->PopClipRect();
  });
  const Image image = *window->picture();
  EXPECT_EQ(pixel(image, 49, 49), (Pixel{255, 255, 255}));
  EXPECT_EQ(pixel(image, 50, 49), (Pixel{10, 20, 30}));
}

TEST(CpuRenderer, WritesSharpText) {
  auto window = window_drawing([] { ImGui::GetBackgroundDrawList()->AddText({20, 20}, IM_COL32_WHITE, "HHH"); });
  const Image image = *window->picture();
  int bright = 0, dim = 0;
  for (int y = 15; y < 45; ++y)
    for (int x = 15; x < 80; ++x) {
      const int green = pixel(image, x, y).g;
      bright += green > 170 ? 1 : 0;
      dim += green > 30 && green <= 170 ? 1 : 0;
    }
  EXPECT_GT(bright, 60) << "the stems of an H are close to whole pixels";
  EXPECT_LT(dim, bright * 2);
}

TEST(CpuRenderer, DrawsNothingAgainWhileNothingChanges) {
  int x = 10;
  auto window = window_drawing([&] {
    const auto left = static_cast<float>(x);
    ImGui::GetBackgroundDrawList()->AddRectFilled({left, 10}, {left + 5, 15}, IM_COL32_WHITE);
  });
  ASSERT_TRUE(window->step());
  EXPECT_EQ(window->renderer().changed().size(), 1U);
  ASSERT_TRUE(window->step());
  EXPECT_TRUE(window->renderer().changed().empty());
  x = 12;
  ASSERT_TRUE(window->step());
  ASSERT_EQ(window->renderer().changed().size(), 1U);
  EXPECT_EQ(window->renderer().changed()[0], (PixelRect{0, 0, 32, 32}));
}

TEST(CpuRenderer, AFrameDrawnInPartsEqualsOneDrawnWhole) {
  int step = 0;
  auto window = window_drawing([&] {
    ImDrawList* list = ImGui::GetBackgroundDrawList();
    for (int i = 0; i < 12; ++i) {
      const auto at = static_cast<float>((i * 37 + step * i * 5) % 200);
      list->AddRectFilled({at, at / 2}, {at + 60, at / 2 + 40}, IM_COL32(20 * i, 255 - 20 * i, 90, 140), 9);
      list->AddText({at + 3, at / 2 + 8}, IM_COL32_BLACK, "4.20 EUR");
      list->AddLine({0, at}, {300, 200 - at}, IM_COL32(0, 0, 255, 200), 2.5F);
    }
  });
  for (step = 0; step < 6; ++step) {
    const Image parts = *window->picture();
    window->renderer().invalidate();
    const Image whole = *window->picture();
    EXPECT_EQ(parts.rgba, whole.rgba) << "after " << step << " changes";
  }
}

TEST(CpuRenderer, DrawsMoreThanSixtyFourThousandVertices) {
  auto window = window_drawing([] {
    ImDrawList* list = ImGui::GetBackgroundDrawList();
    for (int i = 0; i < 20'000; ++i) list->AddRectFilled({0, 0}, {4, 4}, IM_COL32(1, 1, 1, 255));
    list->AddRectFilled({100, 100}, {110, 110}, IM_COL32(9, 8, 7, 255));
  });
  EXPECT_EQ(pixel(*window->picture(), 105, 105), (Pixel{9, 8, 7}));
}

TEST(CpuRenderer, ShowsPictures) {
  auto window = window_drawing([] {});
  Image stamp{2, 2, {255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 9, 9, 9, 255}};
  const auto id = window->renderer().add_texture(stamp);
  ASSERT_TRUE(id);
  window->frame().draw = [&] { ImGui::GetBackgroundDrawList()->AddImage(*id, {40, 40}, {42, 42}); };
  const Image image = *window->picture();
  EXPECT_EQ(pixel(image, 40, 40), (Pixel{255, 0, 0}));
  EXPECT_EQ(pixel(image, 41, 40), (Pixel{0, 255, 0}));
  EXPECT_EQ(pixel(image, 40, 41), (Pixel{0, 0, 255}));
  window->renderer().remove_texture(*id);
  EXPECT_EQ(pixel(*window->picture(), 40, 40), (Pixel{10, 20, 30})) << "a removed picture is not drawn";
}

TEST(CpuRenderer, RefusesAPictureWithTooFewBytes) {
  auto window = window_drawing([] {});
  EXPECT_FALSE(window->renderer().add_texture({4, 4, {1, 2, 3}}));
}

TEST(CpuRenderer, TakesAnotherSize) {
  auto window = window_drawing([] {});
  ASSERT_TRUE(window->step());
  window->resize({640, 480});
  const Image image = *window->picture();
  EXPECT_EQ(image.width, 640);
  EXPECT_EQ(pixel(image, 639, 479), (Pixel{10, 20, 30}));
}

}  // namespace
}  // namespace till::ui
