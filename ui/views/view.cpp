#include "ui/views/view.hpp"

#include <algorithm>

#include "ui/widgets/button.hpp"

namespace till::ui {

namespace {

constexpr float kHeadMm = 14.0F;
constexpr float kPanelMostMm = 340.0F;
constexpr float kDialogPaddingMm = 5.0F;

// Slides a card that is taller than its room, so that the field being written into is in it.
float slid(const Ui& ui, float y, float height, Rect area, float last_y, const TextFocus& focus) {
  if (height <= area.h || focus.field.empty()) return y;
  const float field_top = focus.rect.y - last_y, field_bottom = focus.rect.bottom() - last_y;
  const float margin = ui.mm(3);
  if (field_bottom + margin <= area.h) return area.y;
  return std::max(area.y + margin - field_top, area.bottom() - height);
}

}  // namespace

bool Scene::may(std::string_view right) const {
  return std::find(now.rights.begin(), now.rights.end(), right) != now.rights.end();
}

Rect begin_card(Scene& scene, Rect area, float width_mm, float height_mm, std::string_view title) {
  Ui& ui = scene.ui;
  const Palette& p = ui.colours();
  ui.fill(ui.screen(), p.shade, 0, p.shade_alpha);
  Rect card =
      area.centred(std::min(ui.mm(width_mm), area.w - 2 * ui.gap()), std::min(ui.mm(height_mm), area.h - 2 * ui.gap()));
  ui.fill(card, p.panel, ui.mm(2.5F));
  ui.outline(card, p.outline, ui.mm(2.5F));
  Rect inner = card.inset(ui.mm(kDialogPaddingMm));
  ui.text(inner.take_top(ui.mm(9), ui.mm(2)), title, Type::heading, p.ink);
  return inner;
}

Rect View::frame_dialog(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  const Palette& p = ui.colours();
  const Info about = info();
  const float width = std::min(ui.mm(about.width_mm), area.w - 2 * ui.gap());
  const float height = std::min(ui.mm(about.height_mm), ui.screen().h - 2 * ui.gap());
  Rect card = area.centred(width, height);
  card.y = std::max(card.y, area.y + ui.gap());
  card.y = slid(ui, card.y, height, area, dialog_y_, ui.text_focus());
  dialog_y_ = card.y;
  ui.fill(card, p.panel, ui.mm(2.5F));
  ui.outline(card, p.outline, ui.mm(2.5F));
  Rect inner = card.inset(ui.mm(kDialogPaddingMm));
  Rect head = inner.take_top(ui.mm(11), ui.mm(3));
  const KeySpec close{.label = tr("Close"), .shortcut = {"Esc", Key::escape}, .icon = "close"};
  if (key_button(ui, std::string(about.name) + ".close", head.take_right(ui.mm(34), ui.gap()), close))
    scene.state.close();
  ui.text(head, tr(about.title), Type::heading, p.ink);
  return inner;
}

Rect View::frame_panel(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  const Palette& p = ui.colours();
  ui.fill(area, p.ground);
  Rect inner = area.inset(ui.mm(3), ui.mm(2));
  // On a wide screen a row must not lead the eye too far.
  inner = inner.centred(std::min(inner.w, ui.mm(kPanelMostMm)), inner.h);
  Rect head = inner.take_top(ui.mm(kHeadMm), ui.gap());
  const KeySpec back{.label = tr("Back"), .shortcut = {"Esc", Key::escape}, .icon = "arrow_back"};
  if (key_button(ui, std::string(info().name) + ".close", head.take_left(ui.mm(30), ui.mm(4)), back))
    scene.state.close();
  ui.text(head, tr(info().title), Type::heading, p.ink);
  return inner;
}

void View::show(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  if (scene.state.just_opened) {
    ui.leave_text();
    ui.reset_ring();
    opened(scene);
    scene.state.just_opened = false;
  }
  // The key that leaves a field comes before the key that leaves the view.
  if (ui.is_writing() && ui.take_key(Key::escape)) ui.leave_text();
  const bool dialog = info().shape == Shape::dialog;
  const std::size_t depth = scene.state.sheets.size();
  if (dialog) ui.fill(ui.screen(), ui.colours().shade, 0, ui.colours().shade_alpha);
  ui.push_clip(area);
  const Rect content = dialog ? frame_dialog(scene, area) : frame_panel(scene, area);
  draw(scene, content);
  ui.pop_clip();
  if (scene.state.sheets.size() != depth) ui.leave_text();
}

}  // namespace till::ui
