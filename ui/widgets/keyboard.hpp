// The on-screen keyboard: letters, digits, signs and a long row of accented letters, docked at the bottom of the
// screen. It types the same characters as a real one, into whatever field has the focus; the screen above it moves so
// that the field stays in sight. Enter ends the entry, the key with the arrow puts the keyboard away.
#pragma once

#include "ui/widgets/ui.hpp"

namespace till::ui {

struct KeyboardState {
  bool shift = false;
  bool signs = false;
};

// What a keyboard would cover; empty while none is wanted.
Rect keyboard_rect(const Ui& ui);
// Draws it on its own layer, after everything else; what is typed arrives in the next frame.
void keyboard(Ui& ui, KeyboardState& state);

}  // namespace till::ui
