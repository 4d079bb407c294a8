#include <gtest/gtest.h>
#include <imgui.h>

#include <filesystem>
#include <fstream>

#include "support/temp_folder.hpp"
#include "ui/platform/fonts.hpp"
#include "ui/platform/image.hpp"

namespace till::ui {
namespace {

void write_file(const std::string& path, std::string_view content) {
  std::ofstream(path, std::ios::binary) << content;
}

class FontsTest : public testing::Test {
 protected:
  void SetUp() override { context_ = ImGui::CreateContext(); }
  void TearDown() override { ImGui::DestroyContext(context_); }
  ImFontAtlas& atlas() { return *ImGui::GetIO().Fonts; }
  ImGuiContext* context_ = nullptr;
};

FontPlan till_plan() {
  FontPlan plan;
  plan.faces = {{"body", 24},
                {"small", 18},
                {"large", 32, FontWeight::medium, FontCoverage::latin},
                {"total", 72, FontWeight::bold, FontCoverage::digits, false}};
  return plan;
}

TEST_F(FontsTest, CoverTheScriptsOfEurope) {
  const auto fonts = Fonts::build(atlas(), till_plan());
  ASSERT_TRUE(fonts);
  const ImFont* body = fonts->get("body");
  for (const char16_t c : std::u16string(u"AzÄßéŁžőșΑωΏБяёіҐ€₴₽£„“–…→"))
    EXPECT_NE(body->FindGlyphNoFallback(c), nullptr) << "U+" << std::hex << int{c};
}

TEST_F(FontsTest, TheAtlasStaysUnderFourMegabytes) {
  ASSERT_TRUE(Fonts::build(atlas(), till_plan()));
  unsigned char* pixels = nullptr;
  int width = 0, height = 0;
  atlas().GetTexDataAsAlpha8(&pixels, &width, &height);
  EXPECT_LE(width * height, 4 << 20);
}

TEST_F(FontsTest, DigitsAreEquallyWide) {
  const auto fonts = Fonts::build(atlas(), till_plan());
  ASSERT_TRUE(fonts);
  for (const char* name : {"body", "small", "large", "total"}) {
    const ImFont* font = fonts->get(name);
    for (ImWchar c = '1'; c <= '9'; ++c) EXPECT_EQ(font->GetCharAdvance(c), font->GetCharAdvance('0')) << name;
  }
}

TEST_F(FontsTest, AnUnknownFaceIsTheDefaultOne) {
  const auto fonts = Fonts::build(atlas(), till_plan());
  ASSERT_TRUE(fonts);
  ImGui::GetIO().FontDefault = fonts->get("small");
  EXPECT_EQ(fonts->get("no such face"), fonts->get("small"));
  EXPECT_NE(fonts->get("body"), fonts->get("total"));
}

TEST_F(FontsTest, ACapitalIsSmallerThanItsLine) {
  const auto fonts = Fonts::build(atlas(), till_plan());
  ASSERT_TRUE(fonts);
  const float height = Fonts::cap_height(*fonts->get("total"));
  EXPECT_GT(height, 36);
  EXPECT_LT(height, 60);
}

TEST_F(FontsTest, IconsGetTheirNamesFromTheList) {
  const test::TempFolder assets;
  std::filesystem::create_directories(assets.path() + "/icons");
  write_file(assets.path() + "/icons/icons.csv", "name,hex\ncoffee,e541\nlock,e897\nbroken,xyz\nfar,f0000\n");
  FontPlan plan = till_plan();
  plan.assets_folder = assets.path();
  const auto fonts = Fonts::build(atlas(), plan);
  ASSERT_TRUE(fonts);
  if (fonts->icons().empty()) GTEST_SKIP() << "no icon font on this machine";
  EXPECT_EQ(fonts->icon("coffee"), "\xEE\x95\x81");
  EXPECT_NE(fonts->get("body")->FindGlyphNoFallback(0xe541), nullptr);
  EXPECT_EQ(fonts->get("total")->FindGlyphNoFallback(0xe541), nullptr);
  EXPECT_EQ(fonts->icon("broken"), "");
  EXPECT_EQ(fonts->icon("far"), "");
}

TEST_F(FontsTest, AnEmptyPlanIsRefused) {
  EXPECT_FALSE(Fonts::build(atlas(), {}));
}

TEST(Images, GoThroughAPngUnchanged) {
  const test::TempFolder folder;
  Image image{3, 2, {}};
  for (int i = 0; i < 24; ++i) image.rgba.push_back(static_cast<std::uint8_t>(i * 10));
  const std::string path = folder.path() + "/a.png";
  ASSERT_TRUE(save_png(image, path));
  const auto again = load_png(path);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->width, 3);
  EXPECT_EQ(again->rgba, image.rgba);
}

TEST(Images, ThatAreDamagedMissingOrEmptyAreRefused) {
  const test::TempFolder folder;
  Image image{16, 16, std::vector<std::uint8_t>(16 * 16 * 4, 7)};
  const std::string path = folder.path() + "/a.png";
  ASSERT_TRUE(save_png(image, path));
  std::filesystem::resize_file(path, 50);
  EXPECT_FALSE(load_png(path));
  EXPECT_FALSE(load_png(folder.path() + "/none.png"));
  EXPECT_FALSE(decode_png(view("GIF89a")));
  EXPECT_FALSE(save_png({}, path));
  EXPECT_FALSE(save_png(image, folder.path() + "/no/such/folder.png"));
}

}  // namespace
}  // namespace till::ui
