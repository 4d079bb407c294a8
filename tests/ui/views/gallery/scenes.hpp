// Every screen of the window in the states worth looking at, on a window without a display.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "fake_till.hpp"
#include "sample_shop.hpp"
#include "support/source_dir.hpp"
#include "ui/platform/headless.hpp"
#include "ui/shell.hpp"

namespace till::ui::test {

struct Stage;

struct SceneSpec {
  std::string name;
  app::Snapshot snapshot;
  std::function<void(Stage&)> act = {};
};

struct Stage {
  ManualClock clock{UtcTime{1'790'000'000'000'000}};
  std::unique_ptr<FakeTill> till;
  std::shared_ptr<Headless> window;
  std::unique_ptr<Shell> shell;

  static std::unique_ptr<Stage> create(PixelSize size, const std::string& theme, const SceneSpec& spec) {
    auto stage = std::make_unique<Stage>();
    app::Snapshot snapshot = spec.snapshot;
    for (auto& [key, value] : snapshot.settings) {
      if (key == "theme") value = theme;
    }
    stage->till = std::make_unique<FakeTill>(std::move(snapshot));
    stage->window = window_of(size);
    ShellConfig shell;
    shell.assets_folder = assets_folder();
    shell.hooks.program_version = "0.1.0";
    shell.hooks.renderer = "CPU";
    stage->shell = std::make_unique<Shell>(*stage->till, *stage->window, stage->clock, shell);
    stage->settle();
    if (spec.act) spec.act(*stage);
    stage->settle();
    return stage;
  }

  static std::string assets_folder() { return till::test::source_path("assets"); }
  // One window of each size for the whole program: its fonts are what takes long.
  static std::shared_ptr<Headless> window_of(PixelSize size) {
    static std::map<std::pair<int, int>, std::shared_ptr<Headless>> windows;
    auto& window = windows[{size.width, size.height}];
    if (window) return window;
    HeadlessConfig config;
    config.size = size;
    Theme sizes;
    sizes.scale = scale_for({}, size.width, size.height);
    config.frame.fonts = Shell::font_plan(sizes, assets_folder());
    auto created = Headless::create(config);
    if (!created) throw std::runtime_error(created.error().message + ": " + created.error().cause);
    return window = std::move(*created);
  }

  void settle() {
    if (auto done = window->settle(); !done) throw std::runtime_error(done.error().message);
  }
  void open(Sheet sheet) {
    shell->views().open(sheet);
    settle();
  }
  void tap(const char* widget) {
    if (auto done = window->tap(widget); !done) throw std::runtime_error(done.error().message);
    settle();
  }
};

std::vector<SceneSpec> scenes();

// One of them by its name, for tests; all throw where there is none. On a small window, as far as it goes:
std::unique_ptr<Stage> scene(const std::string& name);
// What the till shows in it, nothing tapped yet.
app::Snapshot snapshot_of(const std::string& name);
// Whether a widget of this name is on the window.
bool has(const Stage& stage, const char* widget);

}  // namespace till::ui::test
