// The right half of the journal's panel: an entry with what it changed, or whose entries one wants to see.
#pragma once

#include "ui/views/panels_common.hpp"

namespace till::ui {

void draw_journal_entry(Scene& scene, Rect area);
// "user" or "terminal": all of them, one to be tapped. True when something else was chosen.
bool draw_journal_choice(Scene& scene, Rect area);

}  // namespace till::ui
