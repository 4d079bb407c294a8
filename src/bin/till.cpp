// till: the terminal. In a window, or without a display (--headless) with a script of steps. See `till --help`.
#include <CLI/CLI.hpp>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "app/file_opening.hpp"
#include "app/open_till.hpp"
#include "app/program.hpp"
#include "core/log.hpp"
#include "core/process.hpp"
#include "ui/platform/headless.hpp"
#include "ui/platform/screen_file.hpp"
#include "ui/platform/script.hpp"
#include "ui/platform/window.hpp"
#include "ui/shell.hpp"

namespace {

namespace ui = till::ui;
using till::Status;

struct Arguments {
  std::string data = till::app::default_data_folder();
  std::string file;  // to import
  std::string renderer = "auto", script, shots = ".", size = "1024x768", theme;
  bool kiosk = false, headless = false;
  float scale = 1.0F;
};

int failed(const till::Error& error) {
  std::fprintf(stderr, "error: %s%s%s\n", error.message.c_str(), error.cause.empty() ? "" : " - ", error.cause.c_str());
  return 1;
}

ui::PixelSize size_of(const Arguments& arguments) {
  ui::PixelSize size{1024, 768};
  std::sscanf(arguments.size.c_str(), "%dx%d", &size.width, &size.height);
  return size;
}

ui::FrameConfig frame_config(const Arguments& arguments) {
  const auto size = size_of(arguments);
  ui::Theme theme;
  theme.scale = ui::scale_for({}, size.width, size.height, arguments.scale);
  ui::FrameConfig config;
  config.fonts = ui::Shell::font_plan(theme, till::app::assets_folder());
  return config;
}

ui::ShellConfig shell_config(const Arguments& arguments) {
  ui::ShellConfig config;
  config.assets_folder = till::app::assets_folder();
  config.scale_factor = arguments.scale;
  config.hooks.program_version = till::app::kProgramVersion;
  return config;
}

ui::ScriptHooks hooks_for(ui::Shell& shell, const Arguments& arguments) {
  ui::ScriptHooks hooks;
  hooks.state = [&shell](std::string_view name) { return shell.state(name); };
  hooks.set_theme = [&shell](std::string_view name) { return shell.set_theme(name); };
  hooks.shots_folder = arguments.shots;
  std::filesystem::create_directories(arguments.shots);
  return hooks;
}

Status run_headless(till::app::Till& till, const Arguments& arguments) {
  const auto window = TRY(ui::Headless::create({size_of(arguments), frame_config(arguments)}));
  till::SystemClock clock;
  ui::Shell shell(till, *window, clock, shell_config(arguments));
  if (!arguments.theme.empty()) TRY(shell.set_theme(arguments.theme));
  if (arguments.script.empty()) return till::invalid("without a display there must be a script: --script FILE");
  ui::ScriptPlayer player(TRY(ui::load_script(arguments.script)), *window, hooks_for(shell, arguments));
  return ui::play_headless(player, *window);
}

// For tests with a real mouse: $TILLSTICK_SCREEN_FILE says after each frame what is where on the screen.
void tell_screen(ui::Window& window, const ui::Shell& shell) {
  const char* path = std::getenv("TILLSTICK_SCREEN_FILE");
  if (path == nullptr || *path == '\0') return;
  ui::Frame& frame = window.frame();
  frame.draw = [&frame, &shell, file = std::string(path), inner = std::move(frame.draw)] {
    static constexpr std::array<const char*, 14> kStates = {
        "screen",           "user",           "shift.open",    "ticket.lines", "total",     "remaining",
        "finished.receipt", "finished.total", "finished.sync", "printer",      "sync.word", "sync.waiting",
        "sync.received",    "notice"};
    inner();
    ui::ScreenStates states;
    for (const char* name : kStates) states.emplace_back(name, shell.value(name).value_or(""));
    ui::write_screen_file(file, ui::screen_text(frame.registry(), frame.frames_drawn() + 1, states));
  };
}

// Timers of the shell and steps of the script, on each turn of the loop.
std::function<std::optional<ui::Micros>(ui::Micros)> turn_for(ui::Window& window, ui::Shell& shell,
                                                              ui::ScriptPlayer* player) {
  // What changes by itself (the clock, a notice that goes) needs a frame when its time has come.
  return [&window, &shell, player,
          due = std::optional<ui::Micros>()](ui::Micros now) mutable -> std::optional<ui::Micros> {
    if (due && now >= *due) {
      window.wake();
      due.reset();
    }
    const ui::Micros wish = now + shell.next_wake();
    due = due ? std::min(*due, wish) : wish;
    if (player == nullptr) return due;
    const auto step = player->tick(now);
    if (player->state() != ui::ScriptPlayer::State::working) window.close();
    return step ? std::min(*step, *due) : due;
  };
}

ui::Window* interrupted = nullptr;

Status run_window(till::app::Till& till, const Arguments& arguments) {
  ui::WindowConfig config;
  config.size = size_of(arguments);
  config.fullscreen = arguments.kiosk;
  config.renderer = TRY(ui::renderer_wish_from(arguments.renderer));
  config.frame = frame_config(arguments);
  const auto window = TRY(ui::Window::create(config));
  till::log::info("renderer {}: {}", ui::to_string(window->renderer().kind()), window->renderer_reason());
  till::SystemClock clock;
  auto shell_settings = shell_config(arguments);
  shell_settings.hooks.toggle_full_screen = [&window] { window->set_fullscreen(!window->fullscreen()); };
  shell_settings.hooks.quit = [&window] { window->close(); };
  shell_settings.hooks.renderer = std::string(ui::to_string(window->renderer().kind()));
  ui::Shell shell(till, *window, clock, shell_settings);
  if (!arguments.theme.empty()) TRY(shell.set_theme(arguments.theme));
  tell_screen(*window, shell);
  std::optional<ui::ScriptPlayer> player;
  if (!arguments.script.empty())
    player.emplace(TRY(ui::load_script(arguments.script)), *window, hooks_for(shell, arguments));
  window->on_turn = turn_for(*window, shell, player ? &*player : nullptr);
  interrupted = window.get();
  std::signal(SIGTERM, [](int) { interrupted->close(); });
  std::signal(SIGINT, [](int) { interrupted->close(); });
  const auto ran = window->run();
  std::signal(SIGTERM, SIG_DFL);
  std::signal(SIGINT, SIG_DFL);
  till.on_change(nullptr);
  if (player && player->state() == ui::ScriptPlayer::State::failed) return till::fail(player->error());
  return ran;
}

}  // namespace

int main(int argc, char** argv) {
  till::keep_memory_private();
  Arguments arguments;
  CLI::App app("Tillstick, the till on a stick.", "till");
  app.add_option("FILE", arguments.file, "a CSV or JSON file to import: shown as soon as somebody has signed in");
  app.add_option("--data", arguments.data, "data folder (default: $TILLSTICK_DATA, or data/ beside the program)");
  app.add_flag("--kiosk", arguments.kiosk, "the full screen; F11 toggles it");
  app.add_option("--scale", arguments.scale, "larger or smaller than the screen's own size asks for")
      ->check(CLI::Range(0.5, 3.0));
  app.add_option("--renderer", arguments.renderer, "auto, cpu, gl2 or gl3");
  app.add_option("--size", arguments.size, "size of the window, such as 1366x768");
  app.add_option("--theme", arguments.theme, "light, dark or contrast");
  app.add_option("--script", arguments.script, "a file of steps to play, then end");
  app.add_option("--shots", arguments.shots, "folder for the script's pictures");
  app.add_flag("--headless", arguments.headless, "no display: play the script on a picture");
  CLI11_PARSE(app, argc, argv);

  if (!arguments.file.empty()) {
    arguments.file = std::filesystem::absolute(arguments.file).string();
    const auto shown = till::app::show_in_running_till(arguments.data, arguments.file);
    if (!shown) return failed(shown.error());
    if (*shown) return 0;
  }
  const char* passphrase = std::getenv("TILLSTICK_PASSPHRASE");
  const auto till = till::app::open_till(arguments.data, passphrase == nullptr ? "" : passphrase);
  if (!till) return failed(till.error());
  if (!arguments.file.empty()) (*till)->post(till::app::ImportOpen{arguments.file, {}, true});
  const auto ran = arguments.headless ? run_headless(**till, arguments) : run_window(**till, arguments);
  return ran ? 0 : failed(ran.error());
}
