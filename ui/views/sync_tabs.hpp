// The tabs of the sync panel; each draws into the area that the panel gives it (sync_view.cpp).
#pragma once

#include "ui/views/panels_common.hpp"

namespace till::ui {

void draw_sync_overview(Scene& scene, Rect area);   // what waits, statistics, the ways
void draw_sync_conflicts(Scene& scene, Rect area);  // list and decision
void draw_sync_devices(Scene& scene, Rect area);
void draw_sync_incidents(Scene& scene, Rect area);  // and what is set aside
void draw_sync_settings(Scene& scene, Rect area);
void draw_sync_enrol(Scene& scene, Rect area);

// A value from the data: a word of ours is translated, a text of theirs is not.
inline std::string shown(const std::string& value, bool is_word) {
  return is_word ? std::string(tr(value.c_str())) : value;
}

}  // namespace till::ui
