// Fields that several terminals changed without knowing of each other: the list on the left, the values and the
// decision on the right. One tap settles; a decision can be taken back.
#include <algorithm>

#include "ui/views/sync_tabs.hpp"

namespace till::ui {

namespace {

using app::ConflictRow;
using State = ConflictRow::State;

constexpr std::size_t kMaxSides = 6;  // that are shown; more terminals never wrote one field apart in a shop

const char* state_word(const ConflictRow& row) {
  if (row.state == State::settled) return row.settled_by.empty() ? "settled by rule" : "settled";
  if (row.state == State::by_rule) return row.edited_after_deletion ? "edited after deletion" : "settled by rule";
  return row.state == State::waits ? "waits for the other till" : "needs a decision";
}

Light state_light(const ConflictRow& row) {
  if (row.state == State::open) return Light::bad;
  return row.state == State::waits ? Light::busy : Light::good;
}

void draw_row(Scene& scene, const ConflictRow& row, Rect rect) {
  Ui& ui = scene.ui;
  const Palette& p = ui.colours();
  SyncPanelState& state = scene.state.sync;
  const Touch touch = ui.touch("conflict.row." + row.id, row.name, rect);
  if (row.id == state.conflict) ui.fill(rect, p.selected);
  if (touch.held) ui.fill(rect, mix(p.panel, p.ink, 0.15F));
  if (touch.tapped) state.conflict = row.id;
  Rect inner = rect.inset(ui.mm(2), ui.mm(1.2F));
  Rect light = inner.take_left(ui.mm(4), ui.mm(1.5F));
  status_light(ui, light.centre_x(), light.y + ui.mm(3.2F), ui.mm(1.5F), state_light(row));
  Rect first = inner.take_top(std::floor(inner.h / 2));
  ui.text(first, row.name + ": " + tr(row.field.c_str()), Type::strong, p.ink);
  std::string values;
  for (const auto& side : row.sides) values += (values.empty() ? "" : "  |  ") + shown(side.value, side.is_word);
  const std::string word = tr(state_word(row));
  const float width = std::min(inner.w * 0.5F, ui.text_width(word, Type::small));
  ui.text(inner.take_right(width, ui.mm(2)), word, Type::small, p.ink_soft, Align::right);
  ui.text(inner, values, Type::small, p.ink);
  ui.line(rect.x, rect.bottom() - 1, rect.right(), rect.bottom() - 1, p.separator);
}

std::string made_by(const app::ConflictSide& side) {
  std::string text = side.terminal;
  if (side.here) text += " " + std::string(tr("(this one)"));
  return side.user.empty() ? text : text + ", " + side.user;
}

// One of the values, with the key that takes it.
void draw_side(Scene& scene, const ConflictRow& row, const app::ConflictSide& side, Rect rect,
               const std::string& name) {
  Ui& ui = scene.ui;
  const Palette& p = ui.colours();
  ui.fill(rect, p.raised, ui.radius());
  ui.outline(rect, side.visible ? p.accent_ink : p.outline, ui.radius(), side.visible ? ui.mm(0.6F) : 0);
  Rect inner = rect.inset(ui.mm(3), ui.mm(2));
  const bool decides = row.state != State::settled;
  const Rect key = decides ? inner.take_bottom(ui.mm(13), ui.mm(2)) : Rect{};
  const bool was_superseded = !decides && !row.can_undo;
  const char* standing = !side.visible ? tr("the other value") : was_superseded ? tr("was chosen") : tr("holds now");
  ui.text(inner.take_top(ui.line_height(Type::small), ui.mm(1)), standing, Type::small,
          side.visible ? p.accent_ink : p.ink_soft);
  const std::string value = shown(side.value, side.is_word);
  const Type type = ui.text_width(value, Type::heading) <= inner.w ? Type::heading : Type::strong;
  ui.paragraph(inner.take_top(2 * ui.line_height(type), ui.mm(1)), value, type, p.ink, Align::left, 2);
  ui.text(inner.take_top(ui.line_height(Type::small), ui.mm(0.8F)), made_by(side), Type::small, p.ink);
  ui.text(inner.take_top(ui.line_height(Type::small)), side.at, Type::small, p.ink_soft);
  if (!decides) return;
  const KeySpec spec{.label = side.visible ? tr("Keep this") : tr("Take this"),
                     .icon = "check",
                     .tone = side.visible ? Tone::neutral : Tone::primary};
  if (key_button(ui, name, key, spec))
    scene.post(app::SettleConflict{row.id, app::SettleConflict::Use::side, side.key});
}

// Two or three beside each other, more in rows of three.
void draw_sides(Scene& scene, const ConflictRow& row, Rect cards) {
  const auto own = std::find_if(row.sides.begin(), row.sides.end(), [](const auto& side) { return side.here; });
  const auto local = row.edited_after_deletion || own == row.sides.end() ? row.sides.begin() : own;
  const int count = static_cast<int>(std::min(kMaxSides, row.sides.size()));
  const int columns = std::clamp(count, 2, 3), lines = (count + columns - 1) / columns;
  int others = 0;
  for (int i = 0; i < count; ++i) {
    const bool is_local = local - row.sides.begin() == i;
    if (!is_local) ++others;
    const std::string name = is_local      ? "conflict.use-local"
                             : others == 1 ? "conflict.use-remote"
                                           : "conflict.use-remote-" + std::to_string(others);
    const Rect cell = cards.cell(i % columns, i / columns, columns, lines, scene.ui.mm(3));
    draw_side(scene, row, row.sides[static_cast<std::size_t>(i)], cell, name);
  }
}

std::string explanation(const ConflictRow& row) {
  if (row.edited_after_deletion)
    return tr("One till deleted it, another one changed it later. It stays deleted unless you bring it back.");
  switch (row.state) {
    case State::open:
      return row.sides.size() > 2
                 ? tr("Several tills changed this without knowing of each other. Which value shall hold, on all tills?")
                 : tr("Two tills changed this without knowing of each other. Which value shall hold, on all tills?");
    case State::waits:
      return tr("Another till will settle this by rule. You may also decide yourself.");
    case State::by_rule:
      return tr("The latest change holds, as the rule for this says. You may take the other value instead.");
    case State::settled:
      break;
  }
  if (row.settled_by.empty()) return tr("Settled by rule: %s", row.settled_on + ", " + row.settled_at);
  return tr("Settled by %s", row.settled_by + ", " + row.settled_on + ", " + row.settled_at);
}

void draw_more_keys(Scene& scene, const ConflictRow& row, Rect keys) {
  Ui& ui = scene.ui;
  if (row.state == State::settled) {
    const KeySpec undo{.label = tr("Undo"), .icon = "undo", .tone = Tone::danger, .enabled = row.can_undo};
    if (key_button(ui, "conflict.undo", keys.take_left(ui.mm(50), ui.gap()), undo))
      scene.post(app::UndoSettlement{row.id});
    if (!row.can_undo)
      ui.paragraph(keys, tr("It was changed again since."), Type::small, ui.colours().ink_soft, Align::left, 2);
    return;
  }
  if (row.merged.empty()) return;
  std::string label = tr("Put both together: %s", row.merged);
  const auto width = [&] { return ui.text_width(label, Type::key) + ui.mm(22); };
  if (width() > keys.w) label = tr("Put both together");
  const KeySpec merge{.label = label, .icon = "add"};
  if (key_button(ui, "conflict.merge", keys.take_left(std::min(keys.w, width())), merge))
    scene.post(app::SettleConflict{row.id, app::SettleConflict::Use::merge, {}});
}

void draw_detail(Scene& scene, const ConflictRow& row, Rect area) {
  Ui& ui = scene.ui;
  const Palette& p = ui.colours();
  ui.text(area.take_top(ui.line_height(Type::heading), ui.mm(0.5F)), row.name, Type::heading, p.ink);
  ui.text(area.take_top(ui.line_height(Type::body), ui.mm(1.5F)),
          std::string(tr(row.kind.c_str())) + ": " + tr(row.field.c_str()), Type::body, p.ink_soft);
  ui.paragraph(area.take_top(2 * ui.line_height(Type::body), ui.mm(2)), explanation(row), Type::body, p.ink,
               Align::left, 2);
  const float below = ui.line_height(Type::body) + ui.mm(20);
  const float wanted = row.sides.size() > 3 ? ui.mm(100) : ui.mm(56);
  draw_sides(scene, row, area.take_top(std::min(area.h - below, wanted), ui.mm(3)));
  if (row.base_known) {
    ui.text(area.take_top(ui.line_height(Type::body), ui.mm(2)),
            tr("Before both changes: %s", shown(row.base, row.base_is_word)), Type::body, p.ink_soft);
  }
  draw_more_keys(scene, row, area.take_top(ui.mm(13)));
}

// What was settled stays in front, so that no second tap meets the next one.
const ConflictRow& chosen_of(const std::vector<ConflictRow>& rows, const std::string& id) {
  const auto same = std::find_if(rows.begin(), rows.end(), [&](const ConflictRow& row) { return row.id == id; });
  if (same != rows.end()) return *same;
  const auto settled =
      std::find_if(rows.begin(), rows.end(), [&](const ConflictRow& row) { return !id.empty() && row.place == id; });
  return settled != rows.end() ? *settled : rows.front();
}

}  // namespace

void draw_sync_conflicts(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  SyncPanelState& state = scene.state.sync;
  const auto& list = scene.now.sync.conflict_list;
  if (!list || list->rows.empty()) {
    return empty_state(ui, area, "check_circle", tr("No conflicts"),
                       tr("When two tills change the same thing without knowing of each other, it is listed here."));
  }
  auto [left, right] = two_columns(ui, area, 0.40F);
  const auto& rows = list->rows;
  drag_list(ui, state.list, left, rows.size(), ui.mm(15), 0,
            [&](std::size_t i, Rect rect) { draw_row(scene, rows[i], rect); });
  ui.line(left.right() + ui.mm(2), left.y, left.right() + ui.mm(2), left.bottom(), ui.colours().separator);
  const auto& chosen = chosen_of(rows, state.conflict);
  draw_detail(scene, chosen, right);
  if (chosen.id != state.conflict) state.conflict = chosen.id, ui.request_frame();
}

}  // namespace till::ui
