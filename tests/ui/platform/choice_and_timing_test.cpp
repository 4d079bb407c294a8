#include <gtest/gtest.h>

#include "ui/platform/loop_timing.hpp"
#include "ui/platform/renderer_choice.hpp"

namespace till::ui {
namespace {

Machine machine_with(std::map<RendererKind, std::string> contexts, bool device = true) {
  return {device, [contexts](RendererKind kind) -> std::optional<GlFound> {
            const auto it = contexts.find(kind);
            if (it == contexts.end()) return std::nullopt;
            return GlFound{it->second, "4.6"};
          }};
}

TEST(RendererChoice, AGraphicsCardIsUsed) {
  const auto choice =
      choose_renderer(RendererWish::automatic, machine_with({{RendererKind::gl3, "Mesa Intel HD 400"}}));
  EXPECT_EQ(choice.kind, RendererKind::gl3);
  EXPECT_NE(choice.reason.find("Intel"), std::string::npos);
}

TEST(RendererChoice, AnOldCardGetsOpenGl2) {
  EXPECT_EQ(choose_renderer(RendererWish::automatic, machine_with({{RendererKind::gl2, "Intel 945GM"}})).kind,
            RendererKind::gl2);
}

TEST(RendererChoice, SoftwareOpenGlLosesToTheCpu) {
  const auto choice =
      choose_renderer(RendererWish::automatic, machine_with({{RendererKind::gl3, "llvmpipe (LLVM 15.0.6, 256 bits)"},
                                                             {RendererKind::gl2, "llvmpipe (LLVM 15.0.6, 256 bits)"}}));
  EXPECT_EQ(choice.kind, RendererKind::cpu);
  EXPECT_NE(choice.reason.find("llvmpipe"), std::string::npos);
}

TEST(RendererChoice, WithoutADeviceNoDriverIsEvenTried) {
  Machine machine{false, [](RendererKind) -> std::optional<GlFound> {
                    ADD_FAILURE() << "a driver was loaded";
                    return std::nullopt;
                  }};
  EXPECT_EQ(choose_renderer(RendererWish::automatic, machine).kind, RendererKind::cpu);
  EXPECT_EQ(choose_renderer(RendererWish::cpu, machine).kind, RendererKind::cpu);
}

TEST(RendererChoice, AWishIsGrantedEvenInSoftware) {
  EXPECT_EQ(choose_renderer(RendererWish::gl2, machine_with({{RendererKind::gl2, "softpipe"}}, false)).kind,
            RendererKind::gl2);
}

TEST(RendererChoice, AWishThatCannotBeGrantedIsTheCpuWithAReason) {
  const auto choice = choose_renderer(RendererWish::gl3, machine_with({}));
  EXPECT_EQ(choice.kind, RendererKind::cpu);
  EXPECT_NE(choice.reason.find("gl3"), std::string::npos);
}

TEST(RendererChoice, UnknownNamesAreRefusedWithTheKnownOnes) {
  const auto wish = renderer_wish_from("vulkan");
  ASSERT_FALSE(wish);
  EXPECT_NE(wish.error().message.find("gl3"), std::string::npos);
}

using std::chrono::milliseconds;

TEST(LoopTiming, AWakeDrawsThreeFramesAndThenSleeps) {
  LoopTiming timing;
  Micros now{0};
  int frames = 0;
  for (int i = 0; i < 1'000; ++i) {
    if (timing.frame_due(now, false)) {
      timing.frame_drawn(now, false);
      ++frames;
    }
    const auto wait = timing.wait(now, false, std::nullopt);
    if (!wait) break;
    now += *wait;
  }
  EXPECT_EQ(frames, 3);
  EXPECT_EQ(timing.wait(now, false, std::nullopt), std::nullopt);
}

TEST(LoopTiming, ABacklogOfInputKeepsItAwake) {
  LoopTiming timing;
  for (int i = 0; i < 3; ++i) timing.frame_drawn(milliseconds(i * 10), false);
  EXPECT_TRUE(timing.wait(milliseconds(20), true, std::nullopt));
  EXPECT_TRUE(timing.frame_due(milliseconds(30), true));
  EXPECT_FALSE(timing.frame_due(milliseconds(30), false));
}

TEST(LoopTiming, FramesKeepTheirDistance) {
  LoopTiming timing;
  timing.frame_drawn(milliseconds(100), false);
  EXPECT_FALSE(timing.frame_due(milliseconds(101), false));
  EXPECT_EQ(timing.wait(milliseconds(101), false, std::nullopt), LoopTiming::kFrameGap - milliseconds(1));
  EXPECT_TRUE(timing.frame_due(milliseconds(108), false));
}

TEST(LoopTiming, ASleeperWakesForItsDeadline) {
  LoopTiming timing;
  for (int i = 0; i < 3; ++i) timing.frame_drawn(milliseconds(i * 10), false);
  EXPECT_EQ(timing.wait(milliseconds(50), false, milliseconds(80)), milliseconds(30));
  EXPECT_EQ(timing.wait(milliseconds(90), false, milliseconds(80)), Micros(0));
}

TEST(LoopTiming, SomethingThatMovesAsksForOneMoreFrame) {
  LoopTiming timing;
  for (int i = 0; i < 3; ++i) timing.frame_drawn(milliseconds(i * 10), i == 2);
  EXPECT_TRUE(timing.frame_due(milliseconds(40), false));
  timing.frame_drawn(milliseconds(40), false);
  EXPECT_FALSE(timing.frame_due(milliseconds(60), false));
}

}  // namespace
}  // namespace till::ui
