// Input as people and scanners make it, as events with times: for scripts, the headless window and tests. Pure.
#pragma once

#include <string_view>
#include <vector>

#include "ui/platform/events.hpp"

namespace till::ui {

inline constexpr Micros kTypingGap{80'000};

// Each character as key down, text, key up at one moment, `gap` from one to the next; GS (0x1D) as Ctrl+].
std::vector<InputEvent> key_strokes(std::string_view utf8, Micros start, Micros gap);
// The same, then Enter.
std::vector<InputEvent> scanner_burst(std::string_view code, Micros start, Micros gap);
// With its modifiers around it; printable ones without Ctrl or Alt make their character too.
std::vector<InputEvent> chord_strokes(KeyChord chord, Micros start);
// The finger comes down, stays 60 ms, goes up.
std::vector<InputEvent> finger_tap(float x, float y, Micros start);
// Down, ten moves 16 ms apart, up.
std::vector<InputEvent> finger_drag(float x, float y, float dx, float dy, Micros start);

}  // namespace till::ui
