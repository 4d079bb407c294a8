// How this terminal exchanges, and what the shop does about conflicts, kind by kind.
#include <algorithm>

#include "ui/views/sync_tabs.hpp"

namespace till::ui {

namespace {

constexpr float kRowMm = 13;

void draw_switch(Scene& scene, const app::SyncSettingRow& row, Rect keys) {
  const std::vector<ChoiceItem> items = {{"on", tr("on")}, {"off", tr("off")}};
  const int tapped = segmented(scene.ui, "sync.set." + row.key, keys, items, row.value);
  if (tapped >= 0) scene.post(app::SetSync{row.key, items[static_cast<std::size_t>(tapped)].value});
}

void draw_steps(Scene& scene, const app::SyncSettingRow& row, Rect keys) {
  Ui& ui = scene.ui;
  const std::string name = "sync.set." + row.key;
  const Rect less = keys.take_left(ui.mm(12)), more = keys.take_right(ui.mm(12));
  if (key_button(ui, name + ".less", less, {.icon = "minus", .enabled = !row.smaller.empty()}))
    scene.post(app::SetSync{row.key, row.smaller});
  if (key_button(ui, name + ".more", more, {.icon = "plus", .enabled = !row.larger.empty()}))
    scene.post(app::SetSync{row.key, row.larger});
  ui.text(keys, row.shown, Type::strong, ui.colours().ink, Align::centre);
}

void draw_settings(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  ui.text(area.take_top(ui.mm(7), ui.mm(1)), tr("This till"), Type::strong, ui.colours().ink);
  const auto& rows = scene.now.sync.settings;
  drag_list(ui, scene.state.sync.list, area, rows.size(), ui.mm(kRowMm), 0, [&](std::size_t i, Rect rect) {
    const auto& row = rows[i];
    Rect inner = rect.inset(ui.mm(1), ui.mm(0.5F));
    const Rect keys = inner.take_right(ui.mm(50), ui.mm(3));
    middle_text(ui, inner, tr(row.label.c_str()), Type::body, ui.colours().ink);
    if (row.choices.empty()) {
      draw_steps(scene, row, keys);
    } else {
      draw_switch(scene, row, keys);
    }
  });
}

// "Product: Special price" in two translated parts.
std::string policy_label(const std::string& label) {
  const auto colon = label.find(": ");
  if (colon == std::string::npos) return tr(label.c_str());
  return std::string(tr(label.substr(0, colon).c_str())) + ": " + tr(label.substr(colon + 2).c_str());
}

void draw_choices(Scene& scene, const app::SyncSettingRow& row, Rect area) {
  Ui& ui = scene.ui;
  constexpr std::array<std::pair<const char*, const char*>, 5> kPolicies = {{{"latest_wins", "the latest wins"},
                                                                             {"use_local", "keep one's own"},
                                                                             {"use_remote", "take the other's"},
                                                                             {"merge", "put both together"},
                                                                             {"manual", "a person decides"}}};
  for (std::size_t i = 0; i < kPolicies.size(); ++i) {
    const auto& [value, label] = kPolicies[i];
    const Rect cell = area.cell(static_cast<int>(i % 2), static_cast<int>(i / 2), 2, 3, ui.gap());
    const KeySpec spec{.label = tr(label), .selected = row.value == value, .type = Type::body};
    if (key_button(ui, std::string("sync.policy.") + value, cell, spec)) scene.post(app::SetSync{row.key, value});
  }
}

void draw_policies(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  const Palette& p = ui.colours();
  SyncPanelState& state = scene.state.sync;
  const auto& rows = scene.now.sync.policies;
  ui.text(area.take_top(ui.mm(7), ui.mm(1)), tr("When two tills change the same (whole shop)"), Type::strong, p.ink);
  const auto chosen =
      std::find_if(rows.begin(), rows.end(), [&](const app::SyncSettingRow& row) { return row.key == state.policy; });
  if (chosen != rows.end()) draw_choices(scene, *chosen, area.take_bottom(ui.mm(36), ui.mm(2)));
  drag_list(ui, state.second, area, rows.size(), ui.mm(11), 0, [&](std::size_t i, Rect rect) {
    const auto& row = rows[i];
    const Touch touch = ui.touch("sync." + row.key, row.label, rect);
    if (row.key == state.policy) ui.fill(rect, p.selected);
    if (touch.held) ui.fill(rect, mix(p.panel, p.ink, 0.15F));
    if (touch.tapped) state.policy = row.key == state.policy ? std::string() : row.key;
    Rect inner = rect.inset(ui.mm(2), 0);
    ui.text(inner.take_right(std::floor(inner.w * 0.42F), ui.mm(2)), tr(row.shown.c_str()), Type::body, p.accent_ink,
            Align::right);
    ui.text(inner, policy_label(row.label), Type::body, p.ink);
    ui.line(rect.x, rect.bottom() - 1, rect.right(), rect.bottom() - 1, p.separator);
  });
}

}  // namespace

void draw_sync_settings(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  auto [left, right] = two_columns(ui, area, 0.5F);
  draw_settings(scene, left);
  ui.line(left.right() + ui.mm(2), left.y, left.right() + ui.mm(2), left.bottom(), ui.colours().separator);
  draw_policies(scene, right);
}

}  // namespace till::ui
