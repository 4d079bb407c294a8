// The window's content, whole: takes the till's snapshot, draws the screen that belongs to it, turns touches, keys and
// scans into commands. Works the same in a real window and without a display. A scan goes to the till whatever has the
// focus. Window's thread; the till wakes the driver from its own.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/till.hpp"
#include "core/clock.hpp"
#include "ui/platform/driver.hpp"
#include "ui/views/view.hpp"

namespace till::ui {

struct ShellConfig {
  std::string assets_folder;  // fonts/, icons/, translations/
  Monitor monitor{};          // zeros when unknown
  float scale_factor = 1.0F;  // --scale
  ShellHooks hooks{};
};

class Shell {
 public:
  // Wires itself to the driver's frame and to the till; both outlive it.
  Shell(app::Till& till, Driver& driver, Clock& clock, ShellConfig config);
  ~Shell();
  Shell(const Shell&) = delete;
  Shell& operator=(const Shell&) = delete;

  // One frame's content; the driver's frame calls it.
  void draw();

  // The fonts for this size of window; for the FrameConfig before a shell exists.
  static FontPlan font_plan(const Theme& theme, const std::string& assets_folder);
  // "light", "dark" or "contrast", at once and as a setting.
  Status set_theme(std::string_view name);

  // What scripts wait for. A bare name holds when it is neither empty, "0" nor "no"; "name=value", "name!=value" and
  // "name>=number" compare. Empty answer: it holds; other text: what it is now; nullopt: there is no such name.
  [[nodiscard]] std::optional<std::string> state(std::string_view expression) const;
  // "screen", "ticket.lines", "ticket.items", "total", "due", "remaining", "change", "sync.word", "sync.waiting",
  // "notice", "finished.receipt", "backup.outcome", "backup.running", "user", "shift.open", "clock", "printer",
  // "parked", ...
  [[nodiscard]] std::optional<std::string> value(std::string_view name) const;

  // Seconds until something on the screen changes by itself (the clock's minute, a notice that goes), for the loop's
  // timer.
  [[nodiscard]] std::chrono::microseconds next_wake() const;

  [[nodiscard]] const ViewState& views() const { return state_; }
  [[nodiscard]] ViewState& views() { return state_; }
  [[nodiscard]] const Ui& ui() const { return ui_; }

 private:
  void follow_settings(const app::Snapshot& now);
  void fit_fonts();
  void draw_screen(Scene& scene);
  void show_opened_file(Scene& scene);
  void draw_sheets(Scene& scene, Rect below_strip, bool decision_waits);
  void draw_decision(Scene& scene, Rect area);
  void let_notices_go(const app::Snapshot& now);
  void publish_widgets();
  View* view_of(Sheet sheet) const;

  app::Till& till_;
  Driver& driver_;
  Clock& clock_;
  ShellConfig config_;
  Ui ui_;
  Theme theme_;
  FontSet fonts_;
  ViewState state_;
  std::vector<std::unique_ptr<View>> views_;
  std::string language_ = "en", theme_wish_;
  float text_wish_ = 1.0F;
  Scale fonts_asked_for_{0, 0};
  std::uint64_t files_shown_ = 0;  // of Snapshot::data.opened_from_outside
  std::uint64_t notice_ = 0;
  std::chrono::microseconds notice_since_{0};
  bool approval_seen_ = false;
};

}  // namespace till::ui
