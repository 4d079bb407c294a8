// What is on the screen, as a file for tests that drive the real window from outside with the mouse and the keyboard.
// Written whole after each frame (a new file renamed over the old one), one line an entry, fields parted by tabs:
//
//   frames   N                                          drawn so far
//   state    NAME  VALUE                                what the program knows by that name
//   widget   NAME  X  Y  WIDTH  HEIGHT  enabled|disabled  LABEL    the visible part, in pixels of the window
//
// Tabs and line ends in a text are blanks in the file. The window's thread. A file that cannot be written is left out
// silently: the till must not stop for it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "ui/platform/widget_registry.hpp"

namespace till::ui {

using ScreenStates = std::vector<std::pair<std::string, std::string>>;

std::string screen_text(const WidgetRegistry& registry, std::uint64_t frames, const ScreenStates& states);
void write_screen_file(const std::string& path, const std::string& text);

}  // namespace till::ui
