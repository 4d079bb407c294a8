// The till in a real window with nothing to do, for 20 s: processor time, frames, memory; 100 k products, the CPU
// renderer. Needs a display; tests/bench/run starts a virtual one.

// link: bench_support till_ui
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

#include "app/open_till.hpp"
#include "bench_support.hpp"
#include "core/clock.hpp"
#include "ui/platform/window.hpp"
#include "ui/shell.hpp"

namespace {

using namespace till;
using namespace till::bench;

constexpr auto kSettle = std::chrono::seconds(3), kWatch = std::chrono::seconds(20);

}  // namespace

int main(int argc, char** argv) {
  const std::string renderer = argc > 1 ? argv[1] : "cpu";
  print_surroundings();
  const auto folder = copy_of(big_shop(100'000, 1'000'000), "idle");
  {
    const auto shop = open_shop(folder);
    ensure_shift(*shop, owner_of(*shop));
  }
  const auto till = must(app::open_till(folder, ""));
  ui::Theme theme;
  theme.scale = ui::scale_for({}, 1024, 768, 1.0F);
  ui::WindowConfig config;
  config.renderer = must(ui::renderer_wish_from(renderer));
  config.frame.fonts = ui::Shell::font_plan(theme, app::assets_folder());
  const auto window = must(ui::Window::create(config));
  SystemClock clock;
  ui::ShellConfig shell_config;
  shell_config.assets_folder = app::assets_folder();
  ui::Shell shell(*till, *window, clock, shell_config);
  till->post(app::SignIn{"Anna", "2580"});
  till->settle();

  const auto start = Steady::now();
  bool watching = false;
  std::uint64_t frames = 0;
  double cpu = 0;
  window->on_turn = [&](ui::Micros now) -> std::optional<ui::Micros> {
    const auto passed = Steady::now() - start;
    if (!watching && passed >= kSettle) {
      watching = true;
      frames = window->frames_drawn();
      cpu = cpu_seconds();
    }
    if (passed >= kSettle + kWatch) window->close();
    const auto due = std::chrono::duration_cast<ui::Micros>(
        (watching ? kSettle + kWatch : std::chrono::nanoseconds(kSettle)) - passed);
    return now + std::min(std::max(due, ui::Micros(1'000)), ui::Micros(shell.next_wake()));
  };
  must(window->run());
  const double used = cpu_seconds() - cpu;
  fmt::print("renderer {}: {} frames in 20 s, {:.3f} s of processor time, {:.2f} % of a core\n",
             ui::to_string(window->renderer().kind()), window->frames_drawn() - frames, used, used / 20 * 100);
  fmt::print("memory: {:.1f} MB PSS, {:.1f} MB RSS, of which private {:.1f} MB; peak RSS {:.1f} MB\n",
             static_cast<double>(memory_kib("Pss")) / 1024, static_cast<double>(memory_kib("Rss")) / 1024,
             static_cast<double>(memory_kib("Private_Dirty") + memory_kib("Private_Clean")) / 1024,
             static_cast<double>(memory_kib("VmHWM")) / 1024);
  till->on_change(nullptr);
  return 0;
}
