#include "ui/views/journal_entry.hpp"

#include <algorithm>

namespace till::ui {

namespace {

std::string who(const app::JournalDetail& entry) {
  const std::string name = entry.row.user.empty() ? std::string(tr("the till itself")) : entry.row.user;
  return entry.approved_by.empty() ? name : name + ", " + tr("allowed by %s", entry.approved_by);
}

// "2.50 EUR" over "2.75 EUR", or only what a new row says.
void draw_change(Ui& ui, const app::JournalChangeRow& change, Rect row) {
  const Palette& p = ui.colours();
  ui.line(row.x, row.y, row.right(), row.y, p.separator);
  Rect inner = row.inset(ui.mm(0.5F), ui.mm(1.2F));
  ui.text(inner.take_top(ui.line_height(Type::small), ui.mm(0.6F)),
          std::string(tr(change.kind.c_str())) + " " + change.name + ": " + tr(change.field.c_str()), Type::small,
          p.ink_soft);
  if (!change.has_values)
    return static_cast<void>(
        ui.text(inner, tr("changed; the journal keeps no personal or secret values"), Type::body, p.ink));
  const std::string after = shown(change.after, change.after_is_word);
  if (change.is_new) return static_cast<void>(ui.text(inner, after, Type::strong, p.ink));
  const float half = std::floor((inner.w - ui.mm(8)) / 2);
  ui.text(inner.take_left(half), shown(change.before, change.before_is_word), Type::body, p.ink_soft);
  ui.icon(inner.take_left(ui.mm(8)), "arrow-right", Type::icon, p.ink_soft);
  ui.text(inner, after, Type::strong, p.ink);
}

void draw_facts(Ui& ui, const app::JournalDetail& entry, Rect& area) {
  const Palette& p = ui.colours();
  const auto fact = [&](const char* label, const std::string& value) {
    if (value.empty()) return;
    Rect row = area.take_top(ui.mm(6.4F));
    ui.text(row.take_left(ui.mm(24), ui.mm(1)), label, Type::small, p.ink_soft);
    ui.text(row, value, Type::body, p.ink);
  };
  fact(tr("When"), entry.row.at);
  fact(tr("Who"), who(entry));
  fact(tr("Till"), entry.row.terminal + " \xC2\xB7 " + tr("entry %s", entry.number));
  fact(tr("What of"), entry.row.subject);
  if (!entry.row.detail.empty()) {
    Rect row = area.take_top(ui.line_height(Type::body) * 2 + ui.mm(1));
    ui.text(row.take_left(ui.mm(24), ui.mm(1)).take_top(ui.mm(6.4F)), tr("Detail"), Type::small, p.ink_soft);
    ui.paragraph(row, entry.row.detail, Type::body, p.ink, Align::left, 2);
  }
  fact(tr("Hash"), entry.hash);
}

}  // namespace

void draw_journal_entry(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  const auto& entry = scene.now.journal.shown;
  if (!entry)
    return empty_state(ui, area, "journal", tr("No entry chosen"), tr("Tap an entry to see what it changed."));
  ui.text(area.take_top(ui.line_height(Type::heading), ui.mm(1)), tr(entry->row.what.c_str()), Type::heading,
          ui.colours().ink);
  draw_facts(ui, *entry, area);
  if (entry->changes.empty()) return;
  area.take_top(ui.mm(2));
  const float row_height = ui.line_height(Type::small) + ui.line_height(Type::body) + ui.mm(3.4F);
  drag_list(ui, scene.state.journal.detail, area, entry->changes.size(), row_height, 0,
            [&](std::size_t i, Rect row) { draw_change(ui, entry->changes[i], row); });
}

bool draw_journal_choice(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  JournalState& state = scene.state.journal;
  const bool of_users = state.choosing == "user";
  ui.text(area.take_top(ui.line_height(Type::heading), ui.mm(2)), of_users ? tr("Whose entries?") : tr("Which till?"),
          Type::heading, ui.colours().ink);
  std::vector<std::string> names = {of_users ? tr("Everybody") : tr("All tills")};
  for (const auto& user : scene.now.users)
    if (of_users) names.push_back(user.name);
  for (const auto& [id, name] : scene.now.journal.terminals)
    if (!of_users) names.push_back(name);
  int tapped = -1;
  drag_list(ui, state.choices, area, names.size(), ui.mm(12), ui.mm(1.5F), [&](std::size_t i, Rect row) {
    const KeySpec spec{.label = names[i]};
    if (key_button(ui, "journal.choice." + std::to_string(i), row, spec)) tapped = static_cast<int>(i);
  });
  if (tapped < 0) return false;
  const auto index = static_cast<std::size_t>(tapped);
  if (of_users) state.user = index == 0 ? std::string() : names[index];
  if (!of_users) state.terminal = index == 0 ? Id{} : scene.now.journal.terminals[index - 1].first;
  state.choosing.clear();
  return true;
}

}  // namespace till::ui
