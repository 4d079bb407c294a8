#include "ui/theme.hpp"

#include <gtest/gtest.h>

namespace till::ui {
namespace {

class EveryTheme : public testing::TestWithParam<ThemeKind> {};
INSTANTIATE_TEST_SUITE_P(Themes, EveryTheme, testing::Values(ThemeKind::light, ThemeKind::dark, ThemeKind::contrast),
                         [](const auto& theme) { return std::string(to_string(theme.param)); });

TEST_P(EveryTheme, TextHasTheContrastThatItsRolePromises) {
  for (const ContrastPair& pair : contrast_pairs(palette(GetParam()))) {
    EXPECT_GE(contrast(pair.text, pair.ground), pair.at_least) << pair.what;
  }
}

TEST(Contrast, BlackOnWhiteIsTwentyOneToOne) {
  EXPECT_NEAR(contrast(0x000000, 0xFFFFFF), 21.0, 0.01);
}

TEST(Contrast, InkOnAnyCategoryColourIsReadable) {
  for (const Colour colour : {0xC7782BU, 0x3F8F3AU, 0x2F6FB3U, 0x7A4A2BU, 0xFFE600U, 0x101010U}) {
    EXPECT_GE(contrast(ink_on(colour), colour), 4.0) << std::hex << colour;
  }
}

TEST(ThemeNames, ComeBackAsThemselves) {
  for (const ThemeKind kind : {ThemeKind::light, ThemeKind::dark, ThemeKind::contrast}) {
    EXPECT_EQ(theme_kind_from(to_string(kind)), kind);
  }
  EXPECT_EQ(theme_kind_from("mauve"), ThemeKind::light);
}

TEST(ScaleFor, BelievesAMonitorThatKnowsItsSize) {
  const Scale scale = scale_for({1920, 1080, 477, 268}, 1920, 1080);
  EXPECT_NEAR(scale.px_per_mm, 4.03, 0.02);
}

TEST(ScaleFor, TakesTheTableWhenTheMonitorReportsNonsense) {
  EXPECT_NEAR(scale_for({1024, 768, 160, 90}, 1024, 768).px_per_mm, 3.36, 0.01);
  EXPECT_NEAR(scale_for({1366, 768, 1366, 768}, 1366, 768).px_per_mm, 3.95, 0.01);
  EXPECT_NEAR(scale_for({}, 1920, 1080).px_per_mm, 4.03, 0.01);
}

TEST(ScaleFor, ShrinksEverythingTogetherInASmallWindow) {
  EXPECT_LT(scale_for({1920, 1080, 477, 268}, 800, 600).px_per_mm, 3.2);
}

TEST(ScaleFor, APersonsFactorCounts) {
  EXPECT_NEAR(scale_for({}, 1920, 1080, 1.2F).px_per_mm, 4.03 * 1.2, 0.02);
}

}  // namespace
}  // namespace till::ui
