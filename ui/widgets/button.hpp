// The key that everything is done with: a label, the keyboard's key written on it, perhaps an icon and a second line.
// The whole cell answers to a finger. Looks pressed in the frame of the touch.
#pragma once

#include <string>
#include <string_view>

#include "ui/widgets/ui.hpp"

namespace till::ui {

enum class Tone : std::uint8_t {
  neutral,   // an ordinary key
  quiet,     // no ground of its own: the less likely answer
  primary,   // what one most likely wants
  positive,  // takes money
  danger,    // takes something away; quiet until it is asked for
  destroy,   // the confirmation of it
};

struct KeySpec {
  std::string_view label{};
  Shortcut shortcut{};
  std::string_view icon{};
  Tone tone = Tone::neutral;
  bool enabled = true;
  bool selected = false;
  std::string_view sub{};  // small, under the label
  Type type = Type::key;
  bool stacked = false;  // icon above the label
  int badge = 0;         // a count in the corner; 0: none
};

// True in the frame in which it was tapped or its key was pressed.
bool key_button(Ui& ui, std::string_view name, Rect rect, const KeySpec& spec);

struct ToneColours {
  Colour fill, ink, outline, soft;
  bool has_fill;
};
ToneColours tone_colours(const Palette& palette, Tone tone, bool enabled, bool held, bool selected);

}  // namespace till::ui
