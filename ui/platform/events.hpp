// What comes in from keyboard, scanner, mouse and touch, as plain data. Positions are framebuffer pixels from the top
// left. Key codes are GLFW's (checked in window.cpp), so that nothing here needs GLFW. Plain values; any thread.
//
// Time: `time` is when the callback ran, `earliest` the earliest moment at which the event can really have happened:
// the window's thread may have been busy, and then everything that piled up meanwhile arrives at once with one `time`.
// earliest <= time; both are on the monotonic clock of whoever made the event.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace till::ui {

using Micros = std::chrono::microseconds;

namespace key {
inline constexpr int kSpace = 32, kRightBracket = 93, kWorld2 = 162;
inline constexpr int kEscape = 256, kEnter = 257, kTab = 258, kBackspace = 259, kInsert = 260, kDelete = 261;
inline constexpr int kRight = 262, kLeft = 263, kDown = 264, kUp = 265, kPageUp = 266, kPageDown = 267, kHome = 268,
                     kEnd = 269;
inline constexpr int kF1 = 290, kF11 = 300, kF12 = 301, kF25 = 314;
inline constexpr int kKp0 = 320, kKpEnter = 335, kKpEqual = 336;
inline constexpr int kLeftShift = 340, kLeftControl = 341, kLeftAlt = 342, kLeftSuper = 343, kRightShift = 344,
                     kRightControl = 345, kRightAlt = 346, kRightSuper = 347;
inline constexpr int kCount = 512;  // every code is below it
}  // namespace key

enum Modifier : std::uint8_t { kModShift = 1, kModControl = 2, kModAlt = 4, kModSuper = 8 };

enum class EventKind : std::uint8_t {
  key,     // code, down, repeat, modifiers
  text,    // code: the Unicode character
  button,  // code: 0 left, 1 right, 2 middle; down; x, y
  move,    // x, y
  leave,   // the pointer is nowhere: left the window, or a finger was lifted
  wheel,   // x, y: steps
  focus,   // down: the window has the keyboard
  scan,    // scan: a whole code; made by the InputRouter only
};

struct InputEvent {
  EventKind kind = EventKind::move;
  bool down = false;
  bool repeat = false;
  std::uint8_t modifiers = 0;
  int code = 0;
  float x = 0, y = 0;
  Micros time{0}, earliest{0};
  std::string scan{};
};

InputEvent key_event(int code, bool down, Micros time, std::uint8_t modifiers = 0);
InputEvent text_event(char32_t character, Micros time);
InputEvent button_event(int button, bool down, float x, float y, Micros time);
InputEvent move_event(float x, float y, Micros time);

[[nodiscard]] bool is_printable_key(int code);
[[nodiscard]] bool is_modifier_key(int code);
[[nodiscard]] bool is_enter_key(int code);

// "enter", "f11", "ctrl+a", "shift+tab", "7", "a"; names are case-blind. Empty when unknown.
struct KeyChord {
  int code = 0;
  std::uint8_t modifiers = 0;
};
std::optional<KeyChord> key_from_name(std::string_view name);

}  // namespace till::ui
