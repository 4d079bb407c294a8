// What the backup panel and its dialogs share: the chosen place and generation, and the parts that the panel is drawn
// of.
#pragma once

#include "ui/views/panels_common.hpp"

namespace till::ui {

// Nullptr when a folder that is no place of the list is chosen.
const app::BackupTargetRow* chosen_place(const Scene& scene);
const app::BackupRow* chosen_backup(const Scene& scene);
// A sentence of the state, a word or a plan in the window's language. "daily at 22:00, after each shift".
std::string plan_text(const app::BackupTargetRow& row);
// "3 h", "5 days" as people of the language say it.
std::string age_word(const std::string& age);
// How and when it last proved itself; "never".
std::string proof_words(const app::BackupRow& row);

void draw_backup_places(Scene& scene, Rect area);    // the list on the left
void draw_backup_list(Scene& scene, Rect area);      // generations, and what can be done with one
void draw_backup_schedule(Scene& scene, Rect area);  // when, and what is kept

}  // namespace till::ui
