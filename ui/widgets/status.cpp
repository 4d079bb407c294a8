#include "ui/widgets/status.hpp"

#include <algorithm>

namespace till::ui {

void status_light(Ui& ui, float x, float y, float radius, Light light) {
  const Palette& p = ui.colours();
  switch (light) {
    case Light::good:
      return ui.dot(x, y, radius, p.dot_good);
    case Light::busy:
      ui.ring(x, y, radius * 0.9F, p.dot_busy, radius * 0.4F);
      return ui.dot(x, y, radius * 0.4F, p.dot_busy);
    case Light::bad:
      return ui.triangle(x, y - radius * 1.15F, x + radius * 1.15F, y + radius * 0.9F, x - radius * 1.15F,
                         y + radius * 0.9F, p.dot_bad);
    case Light::idle:
      return ui.ring(x, y, radius * 0.85F, p.dot_idle, radius * 0.4F);
  }
}

float chip_width(const Ui& ui, const ChipSpec& spec) {
  float width = ui.text_width(spec.text, Type::small) + ui.mm(5);
  if (spec.has_light) width += ui.mm(4.2F);
  if (ui.has_icon(spec.icon)) width += ui.mm(6.6F);
  return std::max(width, ui.mm(kMinTargetMm));
}

bool status_chip(Ui& ui, std::string_view name, Rect rect, const ChipSpec& spec) {
  const Palette& p = ui.colours();
  const Touch touch = ui.touch(name, spec.text, rect);
  const Rect drawn = rect.inset(0, ui.mm(1));
  ui.fill(drawn, mix(p.strip, p.on_strip, touch.held ? 0.35F : 0.11F), ui.radius());
  Rect inner = rect.inset(ui.mm(2.4F), 0);
  if (spec.has_light) {
    const Rect light = inner.take_left(ui.mm(2.8F), ui.mm(1.4F));
    status_light(ui, light.centre_x(), light.centre_y(), ui.mm(1.3F), spec.light);
  }
  if (ui.has_icon(spec.icon)) ui.icon(inner.take_left(ui.mm(5), ui.mm(1.6F)), spec.icon, Type::icon, p.on_strip);
  if (!ui.text(inner, spec.text, Type::small, p.on_strip)) ui.note_cut();
  return touch.tapped;
}

void progress_bar(Ui& ui, Rect rect, std::uint64_t done, std::uint64_t total) {
  const Palette& p = ui.colours();
  ui.fill(rect, p.sunken, rect.h / 2);
  ui.outline(rect, p.outline, rect.h / 2);
  if (total == 0) return;
  const float part = std::min(1.0F, static_cast<float>(done) / static_cast<float>(total));
  ui.fill({rect.x, rect.y, std::max(rect.h, rect.w * part), rect.h}, p.primary, rect.h / 2);
}

void notice_band(Ui& ui, Rect rect, Mood mood, std::string_view text) {
  const Palette& p = ui.colours();
  Colour ground = p.strip, ink = p.on_strip;
  std::string_view icon = "info";
  if (mood == Mood::good) ground = p.positive, ink = p.on_positive, icon = "check";
  if (mood == Mood::warning) ground = p.warning, ink = p.on_warning, icon = "warning";
  if (mood == Mood::error) ground = p.danger, ink = p.on_danger, icon = "error";
  ui.fill(rect, ground, ui.radius());
  if (mood == Mood::info) ui.outline(rect, p.outline, ui.radius());
  Rect inner = rect.inset(ui.mm(3), ui.mm(1));
  if (ui.has_icon(icon)) ui.icon(inner.take_left(ui.mm(7), ui.mm(2)), icon, Type::icon, ink);
  const auto lines = static_cast<float>(std::min<std::size_t>(2, ui.wrapped(text, Type::strong, inner.w).size()));
  ui.paragraph(inner.centred(inner.w, lines * ui.line_height(Type::strong)), text, Type::strong, ink, Align::left, 2);
}

void labelled(Ui& ui, Rect rect, std::string_view label, std::string_view value, bool strong) {
  const Palette& p = ui.colours();
  const Type type = strong ? Type::strong : Type::body;
  const float width = std::min(rect.w * 0.65F, ui.text_width(value, type));
  Rect left = rect;
  const Rect right = left.take_right(width, ui.mm(2));
  ui.text(right, value, type, p.ink, Align::right);
  ui.text(left, label, type, strong ? p.ink : p.ink_soft);
}

void empty_state(Ui& ui, Rect rect, std::string_view icon, std::string_view title, std::string_view what_to_do) {
  const Palette& p = ui.colours();
  const float width = std::min(rect.w - ui.mm(8), ui.mm(90));
  const auto lines = std::min<std::size_t>(4, ui.wrapped(what_to_do, Type::body, width).size());
  const float icon_height = ui.has_icon(icon) ? ui.mm(12) : 0;
  const float text_height = static_cast<float>(lines) * ui.line_height(Type::body);
  Rect block = rect.centred(width, icon_height + ui.line_height(Type::heading) + ui.mm(2) + text_height);
  if (icon_height > 0) ui.icon(block.take_top(icon_height), icon, Type::icon_big, p.ink_off);
  ui.text(block.take_top(ui.line_height(Type::heading), ui.mm(2)), title, Type::heading, p.ink, Align::centre);
  ui.paragraph(block, what_to_do, Type::body, p.ink_soft, Align::centre, 4);
}

}  // namespace till::ui
