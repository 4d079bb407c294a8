// The places with their state, and the generations in the chosen one with what can be done with them.
#include "ui/views/backup_parts.hpp"

namespace till::ui {

namespace {

constexpr float kPlaceMm = 19;

const char* icon_of(const std::string& kind) {
  if (kind == "hub") return "sync";
  return kind == "stick" ? "usb" : "folder";
}

void draw_place_row(Scene& scene, const app::BackupTargetRow& place, Rect rect) {
  Ui& ui = scene.ui;
  const Palette& p = ui.colours();
  BackupState& state = scene.state.backup;
  const Touch touch = ui.touch("backup.place." + place.name, place.name, rect);
  if (place.name == state.target) ui.fill(rect, p.selected, ui.radius());
  if (touch.held) ui.fill(rect, mix(p.panel, p.ink, 0.15F), ui.radius());
  if (touch.tapped) {
    state.target = place.name, state.generation.clear(), state.removing = false;
    scene.post(app::BackupRefresh{place.name});
  }
  Rect inner = rect.inset(ui.mm(2), ui.mm(2));
  ui.icon(inner.take_left(ui.mm(8), ui.mm(1.5F)), icon_of(place.kind), Type::icon, p.ink);
  Rect first = inner.take_top(ui.mm(7));
  ui.text(first, place.name, Type::strong, p.ink);
  Rect second = inner.take_top(ui.mm(7));
  const Rect light = second.take_left(ui.mm(4), ui.mm(1));
  status_light(ui, light.centre_x(), light.centre_y(), ui.mm(1.4F), place.good ? Light::good : Light::bad);
  std::string words = tr(place.state.c_str());
  if (place.good) words = place.age.empty() ? std::string(tr("never used yet")) : tr("%s ago", age_word(place.age));
  ui.text(second, words, Type::small, p.ink_soft);
}

std::string state_words(const app::BackupRow& row) {
  std::string words = tr(row.state.c_str());
  if (row.before_restore) words += ", " + std::string(tr("before a restore"));
  if (row.pinned) words += ", " + std::string(tr("kept"));
  return words;
}

void draw_rows(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  BackupState& state = scene.state.backup;
  const auto& rows = scene.now.backup.rows;
  TableSpec spec{{{tr("Made"), 3.6F},
                  {tr("Age"), 1.5F},
                  {tr("State"), 3},
                  {tr("Size"), 2, Align::right},
                  {tr("New"), 1.8F, Align::right},
                  {tr("Ratio"), 1.6F, Align::right}},
                 {},
                 {},
                 true};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    spec.rows.push_back(
        {rows[i].at, age_word(rows[i].age), state_words(rows[i]), rows[i].size, rows[i].stored, rows[i].ratio});
    spec.keys.push_back(rows[i].generation);
    if (rows[i].generation == state.generation) spec.selected = static_cast<int>(i);
  }
  const int tapped = table(ui, "backup.row", area, state.list, spec);
  if (tapped >= 0) state.generation = rows[static_cast<std::size_t>(tapped)].generation;
}

// What is known of the chosen one, in a line of its own: a table has no room for it on a small screen.
void draw_about(Scene& scene, const app::BackupRow& row, Rect area) {
  Ui& ui = scene.ui;
  const Palette& p = ui.colours();
  ui.line(area.x, area.y, area.right(), area.y, p.separator);
  Rect inner = area.inset(ui.mm(1), ui.mm(1.5F));
  const float width = inner.w;
  const Rect kind = inner.take_left(std::floor(width * 0.22F), ui.mm(2));
  const Rect proof = inner.take_left(std::floor(width * 0.4F), ui.mm(2));
  const auto pair = [&](Rect rect, const char* what, const std::string& value) {
    ui.text(rect.take_top(ui.mm(5)), what, Type::caption, p.ink_soft);
    ui.text(rect, value, Type::small, p.ink);
  };
  pair(kind, tr("Kind"), row.kind == "full" ? tr("complete") : tr("what changed"));
  pair(proof, tr("Last proof"), proof_words(row));
  pair(inner, tr("Holds"), tr("%s sales", row.sales) + (row.last_receipt.empty() ? "" : ", " + row.last_receipt));
}

void draw_keys(Scene& scene, Rect keys) {
  Ui& ui = scene.ui;
  BackupState& state = scene.state.backup;
  const auto* chosen = chosen_backup(scene);
  const bool ready = chosen != nullptr && !scene.now.backup.progress.running;
  const bool named = chosen_place(scene) != nullptr;
  const auto cell = [&](int column) { return keys.cell(column, 0, 4, 1, ui.gap()); };
  if (key_button(ui, "backup.refresh", cell(0),
                 {.label = tr("Look again"), .icon = "sync", .enabled = !state.target.empty(), .type = Type::body}))
    scene.post(app::BackupRefresh{state.target});
  const bool pinned = chosen != nullptr && chosen->pinned;
  if (key_button(
          ui, "backup.pin", cell(1),
          {.label = pinned ? tr("Let go") : tr("Keep"), .icon = "lock", .enabled = ready && named, .type = Type::body}))
    scene.post(app::BackupSetTarget{state.target, pinned ? "unpin" : "pin", state.generation});
  if (key_button(
          ui, "backup.verify", cell(2),
          {.label = tr("Verify"), .shortcut = {"F6", Key::f6}, .icon = "check", .enabled = ready, .type = Type::body}))
    scene.state.open(Sheet::backup_verify);
  const KeySpec restore{.label = tr("Restore..."),
                        .shortcut = {"F9", Key::f9},
                        .icon = "restore",
                        .tone = Tone::danger,
                        .enabled = ready,
                        .type = Type::body};
  if (key_button(ui, "backup.restore", cell(3), restore)) scene.state.open(Sheet::backup_restore);
}

// The chosen one's line, and above it what is wrong with it: the list has room for a word only.
void draw_chosen(Scene& scene, const app::BackupRow& row, Rect& area) {
  draw_about(scene, row, area.take_bottom(scene.ui.mm(15)));
  if (row.problem.empty()) return;
  const std::string problem = tr_sentence(row.problem);
  scene.ui.show_text("backup.problem", problem, area);
  notice_band(scene.ui, area.take_bottom(scene.ui.mm(15), scene.ui.gap()), Mood::error, problem);
}

}  // namespace

std::string proof_words(const app::BackupRow& row) {
  if (row.proof.empty()) return tr("never");
  return std::string(tr(row.proof.c_str())) + " " + row.proved_at;
}

void draw_backup_places(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  Rect inner = card(ui, area, tr("Places"));
  const bool free = !scene.now.backup.progress.running;
  if (key_button(ui, "backup.add", inner.take_bottom(ui.mm(14), ui.gap()),
                 {.label = tr("Add a place..."), .icon = "plus", .enabled = free}))
    scene.state.open(Sheet::backup_place);
  const auto* place = chosen_place(scene);
  const bool has_capacity = place != nullptr && place->kind != "hub" && !place->where.empty();
  if (has_capacity && key_button(ui, "backup.probe", inner.take_bottom(ui.mm(14), ui.gap()),
                                 {.label = tr("Check capacity..."), .icon = "search", .enabled = free}))
    scene.state.open(Sheet::backup_probe);
  const auto& targets = scene.now.backup.targets;
  if (targets.empty()) {
    const bool looking = scene.now.backup.looking && !scene.now.backup.known;
    return empty_state(ui, inner, "backup", looking ? tr("Looking...") : tr("No place yet"),
                       tr("Add a stick, a folder on another disk, or the hub."));
  }
  drag_list(ui, scene.state.backup.places, inner, targets.size(), ui.mm(kPlaceMm), ui.mm(1),
            [&](std::size_t i, Rect rect) { draw_place_row(scene, targets[i], rect); });
}

void draw_backup_list(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  const auto& backup = scene.now.backup;
  draw_keys(scene, area.take_bottom(ui.mm(15), ui.gap()));
  Rect inner = card(ui, area);
  const bool current = backup.target == scene.state.backup.target;
  if (current && !backup.rows.empty()) {
    if (const auto* chosen = chosen_backup(scene)) draw_chosen(scene, *chosen, inner);
    return draw_rows(scene, inner);
  }
  if (!current || backup.looking) return empty_state(ui, inner, "sync", tr("Looking..."), "");
  if (!backup.problem.empty()) {
    const auto* place = chosen_place(scene);
    const bool said = place != nullptr && !place->good;
    return empty_state(ui, inner, "backup", tr("Cannot be read now"),
                       said ? tr(place->action.c_str()) : backup.problem.c_str());
  }
  empty_state(ui, inner, "backup", tr("No backup here yet"), tr("Press Back up now, or give it a schedule."));
}

}  // namespace till::ui
