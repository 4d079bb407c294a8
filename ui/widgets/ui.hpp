// What every widget draws with and hears through: one layer of the window at a time, sizes in millimetres, text with
// measured ellipsis, touches, keys and typed characters, each given to one taker only. Everything that can be touched
// goes through `touch`, which notes its name, place and label for scripts and tests. Window's thread only; a frame lies
// between `begin_frame` and `end_frame`, inside an ImGui frame.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ui/theme.hpp"
#include "ui/widgets/geometry.hpp"

struct ImFont;
struct ImDrawList;

namespace till::ui {

// Numbered like GLFW's keys.
enum class Key : int {
  none = 0,
  space = 32,
  escape = 256,
  enter = 257,
  tab = 258,
  backspace = 259,
  remove = 261,
  right = 262,
  left = 263,
  down = 264,
  up = 265,
  page_up = 266,
  page_down = 267,
  home = 268,
  end = 269,
  f1 = 290,
  f2,
  f3,
  f4,
  f5,
  f6,
  f7,
  f8,
  f9,
  f10,
  f11,
  f12,
  pad_enter = 335
};

// A key or a typed character that does what a button does; `hint` is written on the button.
struct Shortcut {
  const char* hint = "";
  Key key = Key::none;
  char32_t character = 0;
  bool alt = false;
};

enum class Corners : std::uint8_t { all, left, right, top, bottom };
enum class Align : std::uint8_t { left, centre, right };

struct Touch {
  bool tapped = false, held = false;
};

// What a script or a test can find on the screen this frame.
struct WidgetNote {
  std::string name, label;
  Rect rect, visible;
  bool enabled = true;
  bool cut = false;      // its label did not fit
  bool field = false;    // a text field
  bool is_text = false;  // only to be read
};

struct FontSet {
  std::array<ImFont*, kTypes> fonts{};
  std::function<const char*(std::string_view)> icon;  // UTF-8 of a named icon, "" when there is none
};

// Which text field is written into. At most one; empty name: none.
struct TextFocus {
  std::string field;
  std::size_t caret = 0;  // byte offset
  Rect rect;              // where it was drawn last
  bool wanted = false;    // an on-screen keyboard should be shown
};

class Ui {
 public:
  void begin_frame(const Theme& theme, const FontSet& fonts, Rect screen);
  void end_frame();

  // --- measures ---
  [[nodiscard]] float mm(float millimetres) const { return theme_.scale.px(millimetres); }
  [[nodiscard]] float gap() const { return mm(kGapMm); }
  [[nodiscard]] float radius() const { return mm(kRadiusMm); }
  [[nodiscard]] const Palette& colours() const { return theme_.colours(); }
  [[nodiscard]] const Theme& theme() const { return theme_; }
  [[nodiscard]] Rect screen() const { return screen_; }
  [[nodiscard]] std::uint64_t frame() const { return frame_; }

  // --- drawing ---
  void fill(Rect rect, Colour colour, float radius_px = 0, float alpha = 1, Corners corners = Corners::all);
  void outline(Rect rect, Colour colour, float radius_px = 0, float thickness_px = 0);  // 0: the theme's
  void line(float x0, float y0, float x1, float y1, Colour colour, float thickness_px = 1);
  void dot(float x, float y, float radius_px, Colour colour);
  void ring(float x, float y, float radius_px, Colour colour, float thickness_px);
  void triangle(float x0, float y0, float x1, float y1, float x2, float y2, Colour colour);
  void push_clip(Rect rect);
  void pop_clip();

  // --- text; all answer whether it fitted whole ---
  bool text(Rect rect, std::string_view text, Type type, Colour colour, Align align = Align::left);
  bool paragraph(Rect rect, std::string_view text, Type type, Colour colour, Align align, int max_lines);
  // Amounts may never lose a digit: the largest of the given types that fits.
  void fitted(Rect rect, std::string_view text, std::initializer_list<Type> types, Colour colour, Align align);
  void icon(Rect rect, std::string_view name, Type type, Colour colour);
  [[nodiscard]] bool has_icon(std::string_view name) const;
  [[nodiscard]] float text_width(std::string_view text, Type type) const;
  [[nodiscard]] float line_height(Type type) const;
  [[nodiscard]] std::vector<std::string> wrapped(std::string_view text, Type type, float width) const;

  // --- input ---
  // A blocked layer draws but hears nothing: what lies under a dialog.
  void set_blocked(bool blocked) { blocked_ = blocked; }
  [[nodiscard]] bool is_blocked() const { return blocked_; }
  Touch touch(std::string_view name, std::string_view label, Rect rect, bool enabled = true, bool is_field = false);
  // Something a script or a test reads but nobody touches: the total, the change.
  void show_text(std::string_view name, std::string_view text, Rect rect);
  // Marks the widget touched last as one whose label did not fit.
  void note_cut();
  bool take(const Shortcut& shortcut);
  bool take_key(Key key, bool repeats = false);
  std::u32string take_characters();
  std::u32string take_digits();
  // What an on-screen key types: heard in the next frame, as if it came from a real keyboard.
  void inject(Key key);
  void inject(char32_t character);
  // Something of this frame shows only in the next one.
  [[nodiscard]] bool wants_frame() const { return wants_frame_; }
  void request_frame() { wants_frame_ = true; }
  // The drag of a finger that began in `rect`, in pixels since the last frame; takes the touch from what lies under it.
  float take_drag(Rect rect);
  [[nodiscard]] bool pressed_outside(Rect rect) const;

  // --- text focus ---
  TextFocus& text_focus() { return focus_; }
  void focus_text(std::string field, std::size_t caret);
  void leave_text() { focus_ = {}; }
  [[nodiscard]] bool is_writing() const { return !focus_.field.empty(); }

  [[nodiscard]] const std::vector<WidgetNote>& notes() const { return notes_; }
  // Moves the keyboard's ring away, for a new screen.
  void reset_ring() { ring_.clear(); }

 private:
  struct Glyphs {
    ImFont* font;
    float size, cap_top, cap_bottom;
  };
  [[nodiscard]] Glyphs glyphs(Type type) const;
  [[nodiscard]] std::size_t fitting_prefix(std::string_view text, const Glyphs& g, float width) const;
  void draw_run(const Glyphs& g, float x, float centre_y, std::string_view text, Colour colour);
  bool ring_takes_enter(const std::string& name, Rect rect);
  void move_ring();

  Theme theme_;
  FontSet fonts_;
  Rect screen_;
  ImDrawList* draw_ = nullptr;
  std::vector<Rect> clips_;
  std::vector<WidgetNote> notes_, before_;  // this frame, the frame before
  std::u32string characters_;
  std::u32string injected_characters_;
  std::set<int> taken_keys_, injected_keys_, injected_now_;
  TextFocus focus_;
  std::string ring_, flash_;
  int flash_frames_ = 0;
  std::uint64_t frame_ = 0;
  bool blocked_ = false, dragging_ = false, wants_frame_ = false;
  float drag_from_y_ = 0;
};

unsigned int packed(Colour colour, float alpha = 1);
std::string to_utf8(std::u32string_view text);

}  // namespace till::ui
