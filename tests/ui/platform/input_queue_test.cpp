#include "ui/platform/input_queue.hpp"

#include <gtest/gtest.h>
#include <imgui.h>

#include <cfloat>

#include "ui/platform/synthetic.hpp"

namespace till::ui {
namespace {

class InputQueueTest : public testing::Test {
 protected:
  void SetUp() override { context_ = ImGui::CreateContext(); }
  void TearDown() override { ImGui::DestroyContext(context_); }

  // One frame's replay: what ImGui would see, as text.
  std::string frame() {
    ImGuiIO& io = ImGui::GetIO();
    io.ClearInputCharacters();
    std::string out;
    queue_.replay(io, [&](const std::string& code) { out += "[" + code + "]"; });
    for (const ImWchar c : io.InputQueueCharacters) out += static_cast<char>(c);
    for (int i = 0; i < 2; ++i)
      if (io.MouseDown[i]) out += i == 0 ? "L" : "R";
    if (io.KeysDown[key::kEnter]) out += "<enter>";
    return out;
  }
  void push(const std::vector<InputEvent>& events) {
    for (const InputEvent& event : events) queue_.push(event);
  }
  void push_scan(const std::string& code) {
    InputEvent event;
    event.kind = EventKind::scan;
    event.scan = code;
    queue_.push(event);
  }

  ImGuiContext* context_ = nullptr;
  InputQueue queue_;
};

TEST_F(InputQueueTest, ATapBetweenTwoFramesIsSeenDownAndUp) {
  push({button_event(0, true, 5, 5, {}), button_event(0, false, 5, 5, {})});
  EXPECT_EQ(frame(), "L");
  EXPECT_EQ(frame(), "");
}

TEST_F(InputQueueTest, AHundredTapsAtOnceAreAHundredPresses) {
  for (int i = 0; i < 100; ++i) push(finger_tap(10, 10, {}));
  int presses = 0;
  bool down = false;
  for (int i = 0; i < 1'000 && !queue_.empty(); ++i) {
    frame();
    const bool now = ImGui::GetIO().MouseDown[0];
    presses += now && !down ? 1 : 0;
    down = now;
  }
  EXPECT_EQ(presses, 100);
}

TEST_F(InputQueueTest, AKeyThatGoesDownAndUpBetweenFramesIsNotLost) {
  push({key_event(key::kEnter, true, {}), key_event(key::kEnter, false, {})});
  EXPECT_EQ(frame(), "<enter>");
  EXPECT_EQ(frame(), "");
}

TEST_F(InputQueueTest, TheSameKeyTwiceTakesItsFrames) {
  for (int i = 0; i < 2; ++i) push({key_event(key::kEnter, true, {}), key_event(key::kEnter, false, {})});
  EXPECT_EQ(frame(), "<enter>");
  EXPECT_EQ(frame(), "");
  EXPECT_EQ(frame(), "<enter>");
  EXPECT_EQ(frame(), "");
}

TEST_F(InputQueueTest, CharactersOfOneFrameKeepTheirOrder) {
  push(key_strokes("4711", {}, {}));
  std::string all;
  for (int i = 0; i < 20 && !queue_.empty(); ++i) all += frame();
  EXPECT_EQ(all, "4711");
}

TEST_F(InputQueueTest, TextAfterEnterWaitsForTheNextFrame) {
  push({key_event(key::kEnter, true, {}), text_event('5', {})});
  EXPECT_EQ(frame(), "<enter>");
  EXPECT_EQ(frame(), "5<enter>");
}

TEST_F(InputQueueTest, AScanNeverOvertakesWhatWasTypedBeforeIt) {
  push({text_event('3', {}), text_event('*', {})});
  push_scan("96385074");
  push({text_event('7', {})});
  EXPECT_EQ(frame(), "3*");
  EXPECT_EQ(frame(), "[96385074]7");
}

TEST_F(InputQueueTest, ATapBeforeAScanIsWholeBeforeIt) {
  push({button_event(0, true, 5, 5, {}), button_event(0, false, 5, 5, {})});
  push_scan("96385074");
  EXPECT_EQ(frame(), "L");
  EXPECT_EQ(frame(), "");
  EXPECT_EQ(frame(), "[96385074]");
}

TEST_F(InputQueueTest, SeveralScansLandInOneFrameInOrder) {
  for (const char* code : {"1", "2", "3"}) push_scan(code);
  EXPECT_EQ(frame(), "[1][2][3]");
}

TEST_F(InputQueueTest, APressIsSeenWhereItHappened) {
  push({move_event(1, 1, {}), button_event(0, true, 30, 40, {}), move_event(90, 90, {})});
  frame();
  EXPECT_EQ(ImGui::GetIO().MousePos.x, 30);
  EXPECT_EQ(ImGui::GetIO().MousePos.y, 40);
  frame();
  EXPECT_EQ(ImGui::GetIO().MousePos.x, 90);
}

TEST_F(InputQueueTest, AfterAFingerIsLiftedNothingStaysHovered) {
  push(finger_tap(30, 40, {}));
  frame();
  frame();
  EXPECT_EQ(ImGui::GetIO().MousePos.x, 30);
  frame();
  EXPECT_EQ(ImGui::GetIO().MousePos.x, -FLT_MAX);
}

TEST_F(InputQueueTest, WithAMouseHoveringStays) {
  queue_.set_touch(false);
  push(finger_tap(30, 40, {}));
  for (int i = 0; i < 4; ++i) frame();
  EXPECT_EQ(ImGui::GetIO().MousePos.x, 30);
}

TEST_F(InputQueueTest, ADragBeginsAfterTheSlackAndEndsWithTheRelease) {
  queue_.set_drag_slack(10);
  push({button_event(0, true, 100, 100, {})});
  frame();
  EXPECT_TRUE(queue_.drag().pressed);
  push({move_event(100, 106, Micros(16'000))});
  frame();
  EXPECT_FALSE(queue_.drag().dragging);
  push({move_event(100, 120, Micros(32'000))});
  frame();
  EXPECT_TRUE(queue_.drag().dragging);
  EXPECT_FLOAT_EQ(queue_.drag().delta_y, 14);
  EXPECT_GT(queue_.drag().speed_y, 0);
  push({button_event(0, false, 100, 120, Micros(48'000))});
  frame();
  EXPECT_TRUE(queue_.drag().dragging && queue_.drag().released);
  frame();
  EXPECT_FALSE(queue_.drag().dragging || queue_.drag().released);
}

TEST_F(InputQueueTest, ScreensWithoutATextFieldSeeKeysAndText) {
  push({text_event('x', {}), key_event(key::kF1, true, {})});
  frame();
  EXPECT_EQ(queue_.keys().text, U"x");
  ASSERT_EQ(queue_.keys().pressed.size(), 1U);
  EXPECT_EQ(queue_.keys().pressed[0].code, key::kF1);
  frame();
  EXPECT_TRUE(queue_.keys().text.empty() && queue_.keys().pressed.empty());
}

TEST_F(InputQueueTest, ABacklogGivesUpMovesBeforeKeys) {
  push({move_event(1, 1, {})});
  for (std::size_t i = 1; i < InputQueue::kCapacity; ++i) push({text_event('a', {})});
  push({text_event('b', {})});
  EXPECT_EQ(queue_.size(), InputQueue::kCapacity);
  EXPECT_EQ(queue_.dropped(), 0U);
  std::string expected(InputQueue::kCapacity, 'a');
  expected.back() = 'b';
  EXPECT_EQ(frame(), expected);
}

TEST_F(InputQueueTest, WhatDoesNotFitIsCounted) {
  for (std::size_t i = 0; i < InputQueue::kCapacity; ++i) push({text_event('a', {})});
  push({text_event('b', {})});
  EXPECT_EQ(queue_.dropped(), 1U);
}

TEST(KeyNames, AreReadWithTheirModifiers) {
  const auto chord = key_from_name("Ctrl+Shift+F11");
  ASSERT_TRUE(chord);
  EXPECT_EQ(chord->code, key::kF11);
  EXPECT_EQ(chord->modifiers, kModControl | kModShift);
  EXPECT_EQ(key_from_name("a")->code, 'A');
  EXPECT_EQ(key_from_name("+")->code, '+');
  EXPECT_FALSE(key_from_name("f99"));
  EXPECT_FALSE(key_from_name("hyper+a"));
  EXPECT_FALSE(key_from_name(""));
}

}  // namespace
}  // namespace till::ui
