// The status strip on top and the notice: what a cashier should know without asking. Chips open what they speak of.
#pragma once

#include "ui/views/view.hpp"

namespace till::ui {

constexpr float kStripMm = 12.0F;

void draw_strip(Scene& scene, Rect area);
// "ready", "2 waiting" in the person's language.
std::string printer_word(const app::PrinterView& printer);
// The current notice as a band that a touch takes away.
void draw_notice(Scene& scene, Rect rect);

}  // namespace till::ui
