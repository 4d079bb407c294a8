#include "ui/platform/script.hpp"

#include <gtest/gtest.h>
#include <imgui.h>

#include <filesystem>
#include <fstream>
#include <thread>

#include "support/temp_folder.hpp"
#include "ui/platform/headless.hpp"

namespace till::ui {
namespace {

// A little program: a key that counts, one that is disabled, a text field, a scrolling list.
class ScriptTest : public testing::Test {
 protected:
  void SetUp() override {
    HeadlessConfig config;
    config.size = {400, 300};
    config.frame.fonts.faces = {{"body", 18}};
    window_ = std::move(*Headless::create(config));
    window_->frame().draw = [this] { draw(); };
    window_->frame().on_scan = [this](const std::string& code) { scans_ += "[" + code + "]"; };
    hooks_.tap_patience = hooks_.expect_patience = std::chrono::milliseconds(60);
    hooks_.shots_folder = folder_.path() + "/shots";
    hooks_.state = [this](std::string_view state) -> std::optional<std::string> {
      if (state != "ready") return std::nullopt;
      return ready_ ? "" : "still busy";
    };
    hooks_.set_theme = [this](std::string_view name) -> Status {
      if (name == "ugly") return invalid("there is no theme ugly");
      theme_ = name;
      return {};
    };
  }

  Status play(std::string_view text) {
    auto steps = parse_script(text);
    if (!steps) return fail(steps.error());
    ScriptPlayer player(*steps, *window_, hooks_);
    return play_headless(player, *window_);
  }

  void add(const char* name, const std::string& label, std::uint8_t flags = kWidgetNone) {
    const ImVec2 at = ImGui::GetItemRectMin();
    const ImVec2 size = ImGui::GetItemRectSize();
    window_->frame().registry().add(name, {at.x, at.y, size.x, size.y}, flags, label);
  }

  void draw() {
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize({400, 300});
    ImGui::Begin("w", nullptr, ImGuiWindowFlags_NoDecoration);
    if (ImGui::Button("Count", {120, 40})) ++count_;
    add("count", std::to_string(count_));
    ImGui::Button("Never", {120, 40});
    add("never", "", kWidgetDisabled);
    ImGui::InputText("##t", text_, sizeof text_);
    add("field", text_);
    ImGui::BeginChild("list", {200, 60});
    for (int i = 0; i < 20; ++i) ImGui::Text("row");
    add("last_row", "row");
    ImGui::EndChild();
    drags_ += window_->frame().queue().drag().delta_y;
    ImGui::End();
  }

  test::TempFolder folder_;
  std::unique_ptr<Headless> window_;
  ScriptHooks hooks_;
  int count_ = 0;
  float drags_ = 0;
  char text_[64] = "";
  std::string scans_, theme_;
  std::atomic<bool> ready_ = false;
};

TEST_F(ScriptTest, TapsTypesScansAndLooks) {
  const Status played = play(R"(# a short sale
wait count
tap count
tap count          # twice
expect count 2
tap field
type "3 Käse"
scan 4006381333931
expect field "3 K"
key backspace
expect field "3 Käs"
absent nothing.like.it
)");
  EXPECT_TRUE(played) << (played ? "" : played.error().message);
  EXPECT_EQ(count_, 2);
  EXPECT_EQ(std::string(text_), "3 Käs");
  EXPECT_EQ(scans_, "[4006381333931]");
}

TEST_F(ScriptTest, TakesPictures) {
  ASSERT_TRUE(play("shot one.png\nsize 500 350\nshot two.png\n"));
  const auto one = load_png(hooks_.shots_folder + "/one.png");
  const auto two = load_png(hooks_.shots_folder + "/two.png");
  ASSERT_TRUE(one && two);
  EXPECT_EQ(one->width, 400);
  EXPECT_EQ(two->width, 500);
  EXPECT_EQ(two->height, 350);
}

TEST_F(ScriptTest, DragsAndPutsOnAnotherTheme) {
  ASSERT_TRUE(play("drag count 0 60\ntheme dark\n"));
  EXPECT_FLOAT_EQ(drags_, 60);
  EXPECT_EQ(theme_, "dark");
}

TEST_F(ScriptTest, WaitsForAWorkerThatWakesTheWindow) {
  std::thread worker([this] {
    ready_ = true;
    window_->wake();
  });
  const Status played = play("wait ready 30\ntap count\n");
  worker.join();
  EXPECT_TRUE(played);
  EXPECT_EQ(count_, 1);
}

TEST_F(ScriptTest, AFailureNamesTheLineAndWhatWasOnTheScreen) {
  const Status played = play("\ntap count\nexpect count 7\n");
  ASSERT_FALSE(played);
  EXPECT_NE(played.error().message.find("line 3"), std::string::npos) << played.error().message;
  EXPECT_NE(played.error().message.find("it says \"1\""), std::string::npos) << played.error().message;
  EXPECT_NE(played.error().cause.find("never (disabled)"), std::string::npos) << played.error().cause;
}

TEST_F(ScriptTest, ADisabledHiddenOrMissingWidgetCannotBeTapped) {
  EXPECT_NE(play("tap never").error().message.find("disabled"), std::string::npos);
  EXPECT_NE(play("tap last_row").error().message.find("out of sight"), std::string::npos);
  EXPECT_NE(play("tap ghost").error().message.find("not on the screen"), std::string::npos);
}

TEST_F(ScriptTest, AWaitInVainSaysWhy) {
  EXPECT_NE(play("wait ready 0.1").error().message.find("still busy"), std::string::npos);
  EXPECT_NE(play("wait nonsense 0.1").error().message.find("neither"), std::string::npos);
}

TEST_F(ScriptTest, AThemeThatDoesNotExistEndsThePlay) {
  EXPECT_FALSE(play("theme ugly"));
}

TEST(ScriptParser, KeepsWordsQuotesAndLines) {
  const auto steps = parse_script("tap a # c\n\n  type \"say \\\"hi\\\" # no\\x1d\"\r\nwait x 2\n");
  ASSERT_TRUE(steps);
  ASSERT_EQ(steps->size(), 3U);
  EXPECT_EQ((*steps)[1].arguments[0], "say \"hi\" # no\\x1d");
  EXPECT_EQ((*steps)[1].line, 3);
  EXPECT_EQ((*steps)[2].arguments.size(), 2U);
}

TEST(ScriptParser, RefusesWhatItDoesNotKnowWithTheLine) {
  for (const char* text : {"tap a\nfly away", "tap a\ntap", "tap a\ntype \"open", "tap a\ndrag a 1"}) {
    const auto steps = parse_script(text);
    ASSERT_FALSE(steps) << text;
    EXPECT_NE(steps.error().message.find("line 2"), std::string::npos) << steps.error().message;
  }
  EXPECT_FALSE(load_script("/nonexistent/script.txt"));
}

}  // namespace
}  // namespace till::ui
