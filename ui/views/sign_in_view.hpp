// Who is at the till: a card for each person, a PIN pad, and what was wrong with the last attempt. Also the lock
// screen.
#pragma once

#include "ui/views/view.hpp"

namespace till::ui {

void draw_sign_in(Scene& scene, Rect area);

// A round picture with the initials of a name.
void draw_initials(Ui& ui, Rect rect, std::string_view name, Colour colour);
// A person to choose; true when tapped.
bool person_card(Ui& ui, std::string_view name, Rect rect, const app::Person& person, bool chosen,
                 const Shortcut& shortcut);

}  // namespace till::ui
