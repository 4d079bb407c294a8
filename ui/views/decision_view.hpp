// What must be decided before anything else: a question with two answers, and a second person's approval by PIN. Both
// lie over the dimmed screen; both answers bear their key.
#pragma once

#include "ui/views/view.hpp"

namespace till::ui {

void draw_question(Scene& scene, Rect area);
void draw_approval(Scene& scene, Rect area);

}  // namespace till::ui
