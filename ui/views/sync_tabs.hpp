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

}  // namespace till::ui
