// A screen writes only its content; `View` owns the rest: where it stands, its ground, its title, the way out, the
// shift that keeps a field above the on-screen keyboard, and what is reset when it opens. Views hold no state; it is in
// ViewState.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/till.hpp"
#include "core/clock.hpp"
#include "domain/money.hpp"
#include "ui/views/state.hpp"
#include "ui/widgets/tr.hpp"
#include "ui/widgets/ui.hpp"

namespace till::ui {

// What a screen may ask of the program around it.
struct ShellHooks {
  std::function<void()> toggle_full_screen;
  std::function<void()> quit;
  std::string program_version;
  std::string renderer;
};

// One frame's view of the world.
struct Scene {
  Ui& ui;
  const app::Snapshot& now;
  ViewState& state;
  app::Till& till;
  const ShellHooks& hooks;
  Clock& clock;

  void post(app::Command command) const { till.post(std::move(command)); }
  [[nodiscard]] std::string amount(domain::Money money) const { return format_minor(money.minor, now.currency_digits); }
  [[nodiscard]] bool may(std::string_view right) const;
};

enum class Shape : std::uint8_t {
  dialog,  // a card over the dimmed screen
  panel,   // everything below the status strip
};

class View {
 public:
  struct Info {
    Sheet sheet;
    const char* name;   // "card": prefix of its widgets, and what a script waits for
    const char* title;  // English
    Shape shape = Shape::panel;
    float width_mm = 0, height_mm = 0;  // of a dialog, at most
  };

  virtual ~View() = default;
  [[nodiscard]] virtual Info info() const = 0;
  // Draws the whole view into `area`, which is free of the on-screen keyboard.
  void show(Scene& scene, Rect area);

 protected:
  virtual void draw(Scene& scene, Rect content) = 0;
  // Called in the first frame: fills the view's state in from the snapshot.
  virtual void opened(Scene&) {}

 private:
  Rect frame_dialog(Scene& scene, Rect area);
  Rect frame_panel(Scene& scene, Rect area);
  float dialog_y_ = 0;
};

// Every sheet there is, once. Adding a screen: a class with its Info and draw(), and its line in views.cpp.
std::vector<std::unique_ptr<View>> all_views();

// The ground and dimming of something decided before anything else (questions, approvals); answers its content.
Rect begin_card(Scene& scene, Rect area, float width_mm, float height_mm, std::string_view title);

}  // namespace till::ui
