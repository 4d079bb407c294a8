// The number pad with its pending entry, and the tender keys.
#include <array>

#include "ui/views/sales_view.hpp"
#include "ui/widgets/button.hpp"

namespace till::ui {

namespace {

using app::PadKey;

struct PadCell {
  PadKey key;
  const char* name;
  const char* label;
  int column, row, height;
  Shortcut shortcut;
  Type type;
};

constexpr Type kDigit = Type::digit;
const std::array<PadCell, 19> kCells = {{
    {PadKey::d7, "7", "7", 0, 0, 1, {}, kDigit},
    {PadKey::d8, "8", "8", 1, 0, 1, {}, kDigit},
    {PadKey::d9, "9", "9", 2, 0, 1, {}, kDigit},
    {PadKey::d4, "4", "4", 0, 1, 1, {}, kDigit},
    {PadKey::d5, "5", "5", 1, 1, 1, {}, kDigit},
    {PadKey::d6, "6", "6", 2, 1, 1, {}, kDigit},
    {PadKey::d1, "1", "1", 0, 2, 1, {}, kDigit},
    {PadKey::d2, "2", "2", 1, 2, 1, {}, kDigit},
    {PadKey::d3, "3", "3", 2, 2, 1, {}, kDigit},
    {PadKey::d0, "0", "0", 0, 3, 1, {}, kDigit},
    {PadKey::d00, "00", "00", 1, 3, 1, {}, kDigit},
    {PadKey::decimal, "decimal", ".", 2, 3, 1, {}, kDigit},
    {PadKey::times, "times", "\xC3\x97", 3, 0, 1, {"*"}, kDigit},
    {PadKey::quantity, "quantity", "QTY", 3, 1, 1, {"#"}, Type::key},
    {PadKey::price, "price", "PRICE", 3, 2, 1, {"@"}, Type::key},
    {PadKey::percent, "percent", "%", 3, 3, 1, {"%"}, kDigit},
    {PadKey::backspace, "backspace", "", 4, 0, 1, {"", Key::backspace}, Type::key},
    {PadKey::clear, "clear", "C", 4, 1, 1, {"Esc", Key::escape}, kDigit},
    {PadKey::enter, "enter", "ENTER", 4, 2, 2, {"", Key::enter}, Type::key},
}};

void draw_entry(Scene& scene, Rect rect) {
  Ui& ui = scene.ui;
  const Palette& p = ui.colours();
  const app::Entry& entry = scene.now.entry;
  ui.fill(rect, p.sunken, ui.radius());
  ui.outline(rect, entry.text.empty() ? p.outline : p.accent_ink, ui.radius(), entry.text.empty() ? 0 : ui.mm(0.6F));
  Rect inner = rect.inset(ui.mm(3), 0);
  if (entry.text.empty()) {
    ui.text(inner, tr("Scan, or type a number"), Type::small, p.ink_soft);
    return;
  }
  const float width = std::min(inner.w * 0.7F, ui.text_width(entry.text, Type::digit));
  ui.text(inner.take_right(width, ui.mm(2)), entry.text, Type::digit, p.ink, Align::right);
  ui.text(inner, entry.meaning.empty() ? tr("then \xC3\x97, PRICE, % or a product") : tr(entry.meaning.c_str()),
          Type::small, p.ink_soft);
}

struct NoteKey {
  const char* name;
  Shortcut shortcut;
};
constexpr std::array<NoteKey, 3> kNotes = {{{"tender.note1", {"Alt 1", static_cast<Key>('1'), 0, true}},
                                            {"tender.note2", {"Alt 2", static_cast<Key>('2'), 0, true}},
                                            {"tender.note3", {"Alt 3", static_cast<Key>('3'), 0, true}}}};

void draw_notes(Scene& scene, Rect column, bool enabled) {
  const auto& notes = scene.now.ticket.notes;
  for (std::size_t i = 0; i < kNotes.size(); ++i) {
    const Rect cell = column.cell(0, static_cast<int>(i), 1, 3, scene.ui.gap());
    const bool there = enabled && i < notes.size();
    const std::string label = i < notes.size() ? notes[i].label : "";
    KeySpec spec{.label = label,
                 .shortcut = kNotes[i].shortcut,
                 .icon = "payments",
                 .enabled = there,
                 .type = Type::heading,
                 .stacked = true};
    if (!there) spec.shortcut = {}, spec.icon = {};
    if (key_button(scene.ui, kNotes[i].name, cell, spec)) scene.post(app::PayCash{notes[i].amount});
  }
}

}  // namespace

void draw_pad(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  draw_entry(scene, area.take_top(ui.mm(11), ui.gap()));
  for (const PadCell& cell : kCells) {
    const bool is_word = cell.type == Type::key && *cell.label != '\0';
    KeySpec spec{.label = is_word ? tr(cell.label) : cell.label, .shortcut = cell.shortcut, .type = cell.type};
    if (cell.key == PadKey::backspace) spec.icon = "backspace";
    if (cell.key == PadKey::enter) spec.tone = Tone::primary, spec.icon = "keyboard_return", spec.stacked = true;
    const Rect place = area.cell(cell.column, cell.row, 5, 4, ui.gap(), 1, cell.height);
    if (key_button(ui, "pad." + std::string(cell.name), place, spec)) scene.post(app::Pad{cell.key});
  }
}

void draw_tenders(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  const app::Ticket& ticket = scene.now.ticket;
  const bool payable = !ticket.is_empty() && scene.now.shift.open;
  draw_notes(scene, area.cell(0, 0, 2, 1, ui.gap()), payable && !ticket.refunding);
  const Rect column = area.cell(1, 0, 2, 1, ui.gap());
  const auto cell = [&](int row) { return column.cell(0, row, 1, 3, ui.gap()); };
  const KeySpec exact{.label = ticket.refunding ? tr("PAY OUT") : tr("EXACT"),
                      .shortcut = {"F12", Key::f12},
                      .icon = "done_all",
                      .tone = Tone::positive,
                      .enabled = payable,
                      .sub = ticket.is_empty() ? "" : std::string_view(ticket.due),
                      .type = Type::strong,
                      .stacked = true};
  if (key_button(ui, "tender.exact", cell(0), exact)) scene.post(app::PayExact{});
  const KeySpec card{.label = tr("CARD"),
                     .shortcut = {"F9", Key::f9},
                     .icon = "credit_card",
                     .tone = Tone::primary,
                     .enabled = payable,
                     .type = Type::strong,
                     .stacked = true};
  if (key_button(ui, "tender.card", cell(1), card)) scene.state.open(Sheet::card);
  const KeySpec other{.label = tr("OTHER"),
                      .shortcut = {"F8", Key::f8},
                      .icon = "more_horiz",
                      .enabled = payable,
                      .type = Type::strong,
                      .stacked = true};
  if (key_button(ui, "tender.other", cell(2), other)) scene.state.open(Sheet::tender);
}

void listen_to_keys(Scene& scene) {
  static constexpr std::u32string_view kTyped = U"0123456789.,*#@%";
  static constexpr std::array<PadKey, 16> kMeant = {PadKey::d0,    PadKey::d1,       PadKey::d2,      PadKey::d3,
                                                    PadKey::d4,    PadKey::d5,       PadKey::d6,      PadKey::d7,
                                                    PadKey::d8,    PadKey::d9,       PadKey::decimal, PadKey::decimal,
                                                    PadKey::times, PadKey::quantity, PadKey::price,   PadKey::percent};
  std::u32string letters;
  for (const char32_t c : scene.ui.take_characters()) {
    if (const auto at = kTyped.find(c); at != std::u32string_view::npos) {
      scene.post(app::Pad{kMeant[at]});
    } else if (c == U'+' || c == U'-') {
      const std::string line = line_in_hand(scene.now.ticket);
      if (!line.empty()) scene.post(app::ChangeQuantity{line, c == U'+' ? 1000 : -1000});
    } else if (c > U' ' && c != 0x7F) {
      letters += c;
    }
  }
  if (letters.empty()) return;
  scene.state.search = {};
  scene.state.open(Sheet::search);
  scene.state.search.text = to_utf8(letters);
}

}  // namespace till::ui
