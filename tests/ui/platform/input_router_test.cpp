#include "ui/platform/input_router.hpp"

#include <gtest/gtest.h>

#include "ui/platform/input_clock.hpp"
#include "ui/platform/synthetic.hpp"

namespace till::ui {
namespace {

using std::chrono::milliseconds;

// Feeds a router and writes down what comes out: typed characters as they are, scans as [code], keys as <code>, taps as
// !
class Lane {
 public:
  explicit Lane(RouterConfig config = {}) : router([this](InputEvent e) { note(e); }, config) {}

  void play(const std::vector<InputEvent>& events) {
    for (const InputEvent& event : events) {
      router.settle(event.time);
      router.push(event);
      now = event.time;
    }
  }
  // All of it arrives in one poll, after a stall in which any of it may have happened.
  void play_stalled(std::vector<InputEvent> events, Micros stall) {
    const Micros began = now;
    now += stall;
    for (InputEvent& event : events) {
      event.earliest = began;
      event.time = now;
      router.push(event);
    }
  }
  void type(std::string_view text, Micros gap = milliseconds(120)) {
    play(key_strokes(text, now + milliseconds(200), gap));
  }
  void scan(std::string_view code, Micros gap, Micros pause = milliseconds(60)) {
    play(scanner_burst(code, now + pause, gap));
  }
  void press(int code) {
    play({key_event(code, true, now + milliseconds(200)), key_event(code, false, now + milliseconds(250))});
  }
  std::string result() {
    now += milliseconds(500);
    router.settle(now);
    return out;
  }

  InputRouter router;
  Micros now{1'000'000};
  std::string out;
  int keys_down = 0;

 private:
  void note(const InputEvent& event) {
    if (event.kind == EventKind::scan) out += "[" + event.scan + "]";
    if (event.kind == EventKind::text) out += static_cast<char>(event.code);
    if (event.kind == EventKind::button && event.down) out += "!";
    if (event.kind != EventKind::key) return;
    keys_down += event.down ? (event.repeat ? 0 : 1) : -1;
    if (event.down && !is_printable_key(event.code) && !is_modifier_key(event.code))
      out += "<" + std::to_string(event.code) + ">";
  }
};

const std::string kEnterKey = "<257>";
const std::string kCode = "4006381333931";

TEST(InputRouter, ABurstIsOneScanAndNoneOfItsKeysGetThrough) {
  for (const int gap_ms : {0, 1, 5, 12, 20, 34}) {
    Lane lane;
    lane.scan(kCode, milliseconds(gap_ms));
    EXPECT_EQ(lane.result(), "[" + kCode + "]") << gap_ms << " ms a key";
    EXPECT_EQ(lane.keys_down, 0);
  }
}

TEST(InputRouter, TenScansInASecondLandInOrder) {
  Lane lane;
  std::string expected;
  for (int i = 0; i < 10; ++i) {
    const std::string code = "40063813339" + std::to_string(10 + i);
    lane.scan(code, milliseconds(2), milliseconds(70));
    expected += "[" + code + "]";
  }
  EXPECT_EQ(lane.result(), expected);
}

TEST(InputRouter, TypingAtHumanSpeedIsNeverAScan) {
  for (const int gap_ms : {50, 80, 150, 400}) {
    Lane lane;
    lane.type(kCode, milliseconds(gap_ms));
    lane.press(key::kEnter);
    EXPECT_EQ(lane.result(), kCode + kEnterKey) << gap_ms << " ms a key";
  }
}

TEST(InputRouter, TypingIsHeldNoLongerThanTheGap) {
  Lane lane;
  lane.play({key_event('7', true, lane.now), text_event('7', lane.now)});
  EXPECT_EQ(lane.out, "");
  ASSERT_TRUE(lane.router.deadline());
  EXPECT_EQ(*lane.router.deadline() - lane.now, RouterConfig{}.max_gap);
  lane.router.settle(*lane.router.deadline() + Micros(1));
  EXPECT_EQ(lane.out, "7");
  EXPECT_FALSE(lane.router.holding());
}

TEST(InputRouter, TypeThreeTimesThenScan) {
  Lane lane;
  lane.type("3*");
  lane.scan(kCode, milliseconds(12));
  EXPECT_EQ(lane.result(), "3*[" + kCode + "]");
}

TEST(InputRouter, QuantityAfterAScanIsNotJoinedToIt) {
  Lane lane;
  lane.scan(kCode, milliseconds(12));
  lane.type("2");
  lane.scan(kCode, milliseconds(12));
  lane.type("2");
  EXPECT_EQ(lane.result(), "[" + kCode + "]2[" + kCode + "]2");
}

TEST(InputRouter, AStarTypedRightBeforeTheScanStaysTyping) {
  Lane lane;
  auto events = key_strokes("3*", lane.now, milliseconds(10));
  const auto burst = scanner_burst(kCode, lane.now + milliseconds(20), milliseconds(2));
  events.insert(events.end(), burst.begin(), burst.end());
  lane.play(events);
  EXPECT_EQ(lane.result(), "3*[" + kCode + "]");
  EXPECT_EQ(lane.keys_down, 0);
}

TEST(InputRouter, LettersSignsAndGroupSeparatorsBelongToACode) {
  for (const std::string code : {"ABC-1234/x.$%+",
                                 "]C10104006381333931\x1d"
                                 "10LOT7\x1d"
                                 "3103001250"}) {
    Lane lane;
    lane.scan(code, milliseconds(3));
    EXPECT_EQ(lane.result(), "[" + code + "]");
    EXPECT_EQ(lane.keys_down, 0);
  }
}

TEST(InputRouter, TabEndsAScanToo) {
  Lane lane;
  auto events = key_strokes(kCode, lane.now, milliseconds(3));
  const Micros end = events.back().time + milliseconds(3);
  events.push_back(key_event(key::kTab, true, end));
  events.push_back(key_event(key::kTab, false, end));
  lane.play(events);
  EXPECT_EQ(lane.result(), "[" + kCode + "]");
}

TEST(InputRouter, CarriageReturnAndLineFeedAreOneEnding) {
  Lane lane;
  lane.scan(kCode, milliseconds(3));
  lane.play({key_event(key::kEnter, true, lane.now + milliseconds(3)),
             key_event(key::kEnter, false, lane.now + milliseconds(4))});
  EXPECT_EQ(lane.result(), "[" + kCode + "]");
}

TEST(InputRouter, APersonsEnterAfterAScanGetsThrough) {
  Lane lane;
  lane.scan(kCode, milliseconds(3));
  lane.press(key::kEnter);
  EXPECT_EQ(lane.result(), "[" + kCode + "]" + kEnterKey);
}

TEST(InputRouter, WithoutAnEndingKeyEightDigitsAndAPauseAreAScan) {
  Lane lane;
  lane.play(key_strokes("96385074", lane.now, milliseconds(5)));
  EXPECT_EQ(lane.out, "");
  EXPECT_EQ(lane.result(), "[96385074]");
}

TEST(InputRouter, WithoutAnEndingKeySevenDigitsOrLettersAreTyping) {
  for (const std::string text : {"9638507", "ABCDEFGHIJ"}) {
    Lane lane;
    lane.play(key_strokes(text, lane.now, milliseconds(5)));
    EXPECT_EQ(lane.result(), text);
  }
}

TEST(InputRouter, ALateEndingKeyOfABareScanDoesNotPressAnything) {
  Lane lane;
  lane.play(key_strokes(kCode, lane.now, milliseconds(5)));
  const Micros late = lane.now + milliseconds(90);
  lane.play({key_event(key::kEnter, true, late), key_event(key::kEnter, false, late)});
  EXPECT_EQ(lane.result(), "[" + kCode + "]");
}

TEST(InputRouter, ThreeQuickCharactersAndEnterAreTyping) {
  Lane lane;
  lane.scan("123", milliseconds(5));
  EXPECT_EQ(lane.result(), "123" + kEnterKey);
}

TEST(InputRouter, FourQuickCharactersAndEnterAreAScan) {
  Lane lane;
  lane.scan("1234", milliseconds(5));
  EXPECT_EQ(lane.result(), "[1234]");
}

TEST(InputRouter, AHeldKeyRepeatsAsTypingHoweverFast) {
  Lane lane;
  Micros at = lane.now;
  std::vector<InputEvent> events{key_event('3', true, at), text_event('3', at)};
  at += milliseconds(250);
  for (int i = 0; i < 20; ++i, at += milliseconds(30)) {
    InputEvent repeat = key_event('3', true, at);
    repeat.repeat = true;
    events.push_back(repeat);
    events.push_back(text_event('3', at));
  }
  events.push_back(key_event('3', false, at));
  events.push_back(key_event(key::kEnter, true, at));
  events.push_back(key_event(key::kEnter, false, at));
  lane.play(events);
  EXPECT_EQ(lane.result(), std::string(21, '3') + kEnterKey);
}

TEST(InputRouter, ATapDuringABurstComesAfterTheScan) {
  Lane lane;
  auto events = scanner_burst(kCode, lane.now, milliseconds(12));
  const InputEvent tap = button_event(0, true, 10, 10, events[events.size() / 2].time);
  events.insert(events.begin() + static_cast<std::ptrdiff_t>(events.size() / 2), tap);
  lane.play(events);
  EXPECT_EQ(lane.result(), "[" + kCode + "]!");
}

TEST(InputRouter, ATapRightAfterATypedDigitKeepsItsPlace) {
  Lane lane;
  lane.play({key_event('5', true, lane.now), text_event('5', lane.now), key_event('5', false, lane.now),
             button_event(0, true, 10, 10, lane.now + milliseconds(1))});
  EXPECT_EQ(lane.result(), "5!");
}

TEST(InputRouter, AShortcutPassesAtOnceAndInOrder) {
  Lane lane;
  lane.play({key_event('4', true, lane.now), text_event('4', lane.now), key_event('4', false, lane.now),
             key_event(key::kLeft, true, lane.now + milliseconds(1))});
  EXPECT_EQ(lane.out, "4<263>");
}

TEST(InputRouter, AKeyHeldFromBeforeTheScanIsReleasedAfterIt) {
  Lane lane;
  lane.play({key_event('9', true, lane.now), text_event('9', lane.now)});
  lane.scan(kCode, milliseconds(5), milliseconds(100));
  lane.play({key_event('9', false, lane.now + milliseconds(50))});
  EXPECT_EQ(lane.result(), "9[" + kCode + "]");
  EXPECT_EQ(lane.keys_down, 0);
}

TEST(InputRouter, AStutterOfTheSenderDoesNotTearABurst) {
  for (std::size_t torn_at = 3; torn_at <= kCode.size(); ++torn_at) {
    Lane lane;
    auto burst = scanner_burst(kCode, lane.now, milliseconds(12));
    const Micros from = lane.now + milliseconds(12) * static_cast<int>(torn_at);
    for (InputEvent& event : burst)
      if (event.time >= from) event.time = event.earliest = event.time + milliseconds(60);
    lane.play(burst);
    EXPECT_EQ(lane.result(), "[" + kCode + "]") << "torn after " << torn_at;
    EXPECT_EQ(lane.keys_down, 0);
  }
}

TEST(InputRouter, TwoKeysRolledByAFastTypistAreTyping) {
  Lane lane;
  std::vector<InputEvent> events;
  Micros at = lane.now;
  for (const int gap_ms : {20, 110, 15, 120, 25, 90, 20, 100}) {
    for (InputEvent& event : key_strokes("7", at, {})) events.push_back(std::move(event));
    at += milliseconds(gap_ms);
  }
  events.push_back(key_event(key::kEnter, true, at));
  events.push_back(key_event(key::kEnter, false, at));
  lane.play(events);
  EXPECT_EQ(lane.result(), "77777777" + kEnterKey);
}

TEST(InputRouter, TenScansInASecondWithoutEndingKeysStayApart) {
  Lane lane;
  std::string expected;
  for (int i = 0; i < 10; ++i) {
    const std::string code = "40063813339" + std::to_string(10 + i);
    lane.play(key_strokes(code, lane.now + milliseconds(87), milliseconds(1)));
    expected += "[" + code + "]";
  }
  EXPECT_EQ(lane.result(), expected);
}

TEST(InputRouter, AfterAStallScansKeepTheirOrder) {
  Lane lane;
  std::vector<InputEvent> events;
  std::string expected;
  for (int i = 0; i < 10; ++i) {
    const std::string code = "40063813339" + std::to_string(10 + i);
    for (InputEvent& e : scanner_burst(code, {}, {})) events.push_back(std::move(e));
    expected += "[" + code + "]";
  }
  lane.play_stalled(events, milliseconds(1500));
  EXPECT_EQ(lane.result(), expected);
}

TEST(InputRouter, AfterAStallATypedMultiplierIsNotPartOfTheCode) {
  Lane lane;
  auto events = key_strokes("3*", {}, {});
  for (InputEvent& e : scanner_burst(kCode, {}, {})) events.push_back(std::move(e));
  lane.play_stalled(events, milliseconds(2000));
  EXPECT_EQ(lane.result(), "3*[" + kCode + "]");
}

TEST(InputRouter, AfterALongStallAFewDigitsAndEnterMayBeTyped) {
  Lane lane;
  lane.play_stalled(scanner_burst("12345", {}, {}), milliseconds(1000));
  EXPECT_EQ(lane.result(), "12345" + kEnterKey);
}

TEST(InputRouter, AfterAShortStallNobodyCanHaveTypedThatMuch) {
  Lane lane;
  lane.play_stalled(scanner_burst("12345", {}, {}), milliseconds(100));
  EXPECT_EQ(lane.result(), "[12345]");
}

TEST(InputRouter, AStallInTheMiddleOfABurstDoesNotTearIt) {
  Lane lane;
  const auto burst = scanner_burst(kCode, lane.now, milliseconds(12));
  const auto middle = burst.begin() + 12;
  lane.play({burst.begin(), middle});
  lane.play_stalled({middle, burst.end()}, milliseconds(400));
  EXPECT_EQ(lane.result(), "[" + kCode + "]");
}

TEST(InputRouter, TypingOnAMachineThatAlwaysStallsStaysTyping) {
  Lane lane;
  for (const char c : std::string("1234567")) lane.play_stalled(key_strokes({&c, 1}, {}, {}), milliseconds(90));
  lane.play_stalled({key_event(key::kEnter, true, {}), key_event(key::kEnter, false, {})}, milliseconds(90));
  EXPECT_EQ(lane.result(), "1234567" + kEnterKey);
}

TEST(InputRouter, AnEndlessBurstIsPassedOnAndNothingOfItIsAScan) {
  RouterConfig config;
  config.max_length = 100;
  Lane lane(config);
  lane.scan(std::string(250, '1'), milliseconds(1));
  EXPECT_EQ(lane.result(), std::string(250, '1') + kEnterKey);
  lane.scan(kCode, milliseconds(1));
  EXPECT_TRUE(lane.result().ends_with("[" + kCode + "]"));
}

TEST(InputRouter, SwitchedOffEverythingIsTyping) {
  Lane lane;
  lane.router.set_enabled(false);
  lane.scan(kCode, milliseconds(1));
  EXPECT_EQ(lane.result(), kCode + kEnterKey);
}

TEST(InputClock, AfterWaitingAnEventHasJustHappened) {
  InputClock clock;
  clock.poll_begins(Micros(1'000));
  clock.poll_ended(Micros(2'000));
  clock.poll_begins(Micros(10'000));
  InputEvent event;
  clock.stamp(event, Micros(900'000));
  EXPECT_EQ(event.time, Micros(900'000));
  EXPECT_GE(event.earliest, Micros(897'000));
}

TEST(InputClock, WhatWasWaitingMayHaveHappenedSinceTheLastPoll) {
  InputClock clock;
  clock.poll_begins(Micros(1'000));
  clock.poll_ended(Micros(2'000));
  clock.poll_begins(Micros(500'000));
  InputEvent event;
  clock.stamp(event, Micros(500'100));
  EXPECT_EQ(event.earliest, Micros(2'000));
  EXPECT_EQ(clock.complete_until(), Micros(500'000));
}

}  // namespace
}  // namespace till::ui
