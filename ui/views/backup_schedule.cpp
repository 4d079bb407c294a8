// When a place is backed up to, how many backups are kept, how much room they may take, how often one is restored on
// trial, and removing the place.
#include "ui/views/backup_parts.hpp"

namespace till::ui {

namespace {

constexpr float kRowMm = 14;

void set(Scene& scene, const app::SyncSettingRow& row, const std::string& value) {
  const bool is_of_the_shop = row.key.find('.') != std::string::npos;
  if (is_of_the_shop) return scene.post(app::ChangeSetting{row.key, value});
  scene.post(app::BackupSetTarget{scene.state.backup.target, row.key, value});
}

void draw_choices(Scene& scene, const app::SyncSettingRow& row, Rect keys) {
  std::vector<ChoiceItem> items;
  for (const auto& choice : row.choices) items.push_back({choice, tr(choice.c_str())});
  const int tapped = segmented(scene.ui, "backup.set." + row.key, keys, items, row.value);
  if (tapped >= 0) set(scene, row, items[static_cast<std::size_t>(tapped)].value);
}

void draw_steps(Scene& scene, const app::SyncSettingRow& row, Rect keys) {
  Ui& ui = scene.ui;
  const std::string name = "backup.set." + row.key;
  const Rect less = keys.take_left(ui.mm(13)), more = keys.take_right(ui.mm(13));
  if (key_button(ui, name + ".less", less, {.icon = "minus", .enabled = !row.smaller.empty()}))
    set(scene, row, row.smaller);
  if (key_button(ui, name + ".more", more, {.icon = "plus", .enabled = !row.larger.empty()}))
    set(scene, row, row.larger);
  ui.text(keys, tr_number(row.shown), Type::strong, ui.colours().ink, Align::centre);
}

void draw_row(Scene& scene, const app::SyncSettingRow& row, Rect rect) {
  Ui& ui = scene.ui;
  Rect inner = rect.inset(ui.mm(1), ui.mm(1));
  const float width = row.choices.size() > 2 ? inner.w * 0.72F : ui.mm(58);
  const Rect keys = inner.take_right(std::floor(width), ui.mm(3));
  middle_text(ui, inner, tr(row.label.c_str()), Type::body, ui.colours().ink);
  if (row.choices.empty()) {
    draw_steps(scene, row, keys);
  } else {
    draw_choices(scene, row, keys);
  }
}

void draw_removal(Scene& scene, Rect keys) {
  Ui& ui = scene.ui;
  BackupState& state = scene.state.backup;
  if (!state.removing) {
    const Rect key = keys.take_right(ui.mm(62));
    ui.paragraph(keys.centred(keys.w, 2 * ui.line_height(Type::small)),
                 tr("Only backups that proved themselves are counted; older ones go after the next backup."),
                 Type::small, ui.colours().ink_soft, Align::left, 2);
    if (key_button(ui, "backup.remove", key,
                   {.label = tr("Remove place..."), .icon = "delete", .tone = Tone::danger, .type = Type::body}))
      state.removing = true;
    return;
  }
  const Rect yes = keys.take_right(ui.mm(46), ui.gap()), no = keys.take_right(ui.mm(36), ui.mm(3));
  ui.paragraph(keys.centred(keys.w, 2 * ui.line_height(Type::small)),
               tr("Remove this place from the list? The backups on it stay."), Type::small, ui.colours().ink,
               Align::left, 2);
  if (key_button(ui, "backup.remove.no", no, {.label = tr("Keep it"), .type = Type::body})) state.removing = false;
  if (key_button(ui, "backup.remove.yes", yes,
                 {.label = tr("Yes, remove"), .tone = Tone::destroy, .type = Type::body})) {
    scene.post(app::BackupRemoveTarget{state.target});
    state.removing = false, state.tab = "list";
  }
}

}  // namespace

void draw_backup_schedule(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  const auto* place = chosen_place(scene);
  if (place == nullptr) return;
  draw_removal(scene, area.take_bottom(ui.mm(15), ui.gap()));
  const Rect inner = card(ui, area);
  const auto& rows = place->settings;
  drag_list(ui, scene.state.backup.settings, inner, rows.size(), ui.mm(kRowMm), 0,
            [&](std::size_t i, Rect rect) { draw_row(scene, rows[i], rect); });
}

}  // namespace till::ui
