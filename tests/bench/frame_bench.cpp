// How long a frame of a dense sales screen takes on the CPU renderer, at 1024x768 on one core: everything drawn anew,
// one line of the ticket changed, nothing changed; and what starting costs. Run: build/release/tests/bench/frame_bench

// link: till_ui_platform
#include <benchmark/benchmark.h>
#include <fmt/format.h>
#include <imgui.h>

#include "ui/platform/headless.hpp"
#include "ui/platform/synthetic.hpp"

namespace {

using namespace till::ui;

constexpr const char* kProducts[] = {"Milk 3.5 % 1 l", "Rye bread 750 g", "Café crema 500 g", "Чай чёрный",
                                     "Ελιές Καλαμών",  "Žemaičių sūris",  "Grüner Tee"};

HeadlessConfig config() {
  HeadlessConfig config;
  config.frame.background = {245, 245, 247};
  config.frame.fonts.faces = {{"body", 24},
                              {"small", 18},
                              {"large", 34, FontWeight::bold, FontCoverage::latin},
                              {"total", 76, FontWeight::bold, FontCoverage::digits, false}};
  return config;
}

class Scene {
 public:
  Scene() : window_(std::move(*Headless::create(config()))) {
    window_->frame().draw = [this] { draw(); };
    if (!window_->step()) std::abort();
  }
  Headless& window() { return *window_; }
  int changing = 0;

 private:
  void text(const char* face, float x, float y, ImU32 colour, const std::string& what) {
    ImFont* font = window_->frame().fonts().get(face);
    ImGui::GetBackgroundDrawList()->AddText(font, font->FontSize, {x, y}, colour, what.c_str());
  }

  void draw() {
    draw_ticket();
    draw_tiles();
    draw_keys();
  }

  void draw_ticket() {
    ImDrawList* list = ImGui::GetBackgroundDrawList();
    list->AddRectFilled({0, 0}, {430, 768}, IM_COL32_WHITE);
    for (int i = 0; i < 14; ++i) {
      const float y = 10.0F + static_cast<float>(i) * 40;
      text("body", 14, y, IM_COL32(20, 20, 30, 255), kProducts[i % 7]);
      text("small", 220, y + 4, IM_COL32(90, 90, 100, 255), fmt::format("{} x {}.{:02}", i + 1, i * 3, i * 7));
      text("body", 340, y, IM_COL32(20, 20, 30, 255), fmt::format("{}.{:02}", i * 9, (i == 13 ? changing : i) % 100));
      list->AddLine({10, y + 36}, {424, y + 36}, IM_COL32(225, 225, 230, 255));
    }
    text("total", 60, 640, IM_COL32(10, 60, 160, 255), "1234.50 €");
  }

  void draw_tiles() {
    ImDrawList* list = ImGui::GetBackgroundDrawList();
    for (int i = 0; i < 24; ++i) {
      const float x = 440.0F + static_cast<float>(i % 6) * 97;
      const float y = 10.0F + static_cast<float>(i / 6) * 82;
      list->AddRectFilled({x, y}, {x + 91, y + 76}, IM_COL32(60 + i * 6, 120, 200 - i * 4, 255), 8);
      list->AddRect({x, y}, {x + 91, y + 76}, IM_COL32(0, 0, 0, 60), 8);
      text("small", x + 6, y + 6, IM_COL32_WHITE, std::string(kProducts[i % 7], 8));
      text("small", x + 6, y + 50, IM_COL32_WHITE, fmt::format("{}.50", i));
    }
  }

  void draw_keys() {
    ImDrawList* list = ImGui::GetBackgroundDrawList();
    for (int i = 0; i < 28; ++i) {
      const float x = 440.0F + static_cast<float>(i % 7) * 83;
      const float y = 345.0F + static_cast<float>(i / 7) * 104;
      list->AddRectFilled({x, y}, {x + 77, y + 96}, IM_COL32(250, 250, 252, 255), 10);
      list->AddRect({x, y}, {x + 77, y + 96}, IM_COL32(150, 150, 160, 255), 10, 0, 1.5F);
      text("large", x + 26, y + 30, IM_COL32(20, 20, 20, 255), std::to_string(i));
    }
  }

  std::unique_ptr<Headless> window_;
};

void BM_WholeFrame(benchmark::State& state) {
  Scene scene;
  for (auto _ : state) {
    scene.window().renderer().invalidate();
    benchmark::DoNotOptimize(scene.window().step());
  }
}
BENCHMARK(BM_WholeFrame)->Unit(benchmark::kMillisecond);

void BM_OneLineChanged(benchmark::State& state) {
  Scene scene;
  for (auto _ : state) {
    ++scene.changing;
    benchmark::DoNotOptimize(scene.window().step());
  }
}
BENCHMARK(BM_OneLineChanged)->Unit(benchmark::kMillisecond);

void BM_NothingChanged(benchmark::State& state) {
  Scene scene;
  for (auto _ : state) benchmark::DoNotOptimize(scene.window().step());
}
BENCHMARK(BM_NothingChanged)->Unit(benchmark::kMillisecond);

void BM_StartToFirstFrame(benchmark::State& state) {
  for (auto _ : state) {
    Scene scene;
    benchmark::DoNotOptimize(scene.window().frame().frames_drawn());
  }
}
BENCHMARK(BM_StartToFirstFrame)->Unit(benchmark::kMillisecond);

void BM_RouteOneScan(benchmark::State& state) {
  std::size_t scans = 0;
  InputRouter router([&](const InputEvent& event) { scans += event.kind == EventKind::scan ? 1 : 0; });
  Micros now{0};
  for (auto _ : state) {
    for (InputEvent& event : scanner_burst("4006381333931", now, Micros(1'000))) {
      now = event.time;
      router.push(std::move(event));
    }
    now += Micros(100'000);
  }
  if (scans == 0) state.SkipWithError("no scan came through");
}
BENCHMARK(BM_RouteOneScan)->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
