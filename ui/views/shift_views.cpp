// The shift: opening it with a float, counting and closing it, money in and out, the figures so far. The count is
// blind: what the till expects is shown only after closing.
#include <numeric>

#include "core/text.hpp"
#include "ui/views/panels_common.hpp"
#include "ui/views/sheets.hpp"

namespace till::ui {

namespace {

class OpenShiftView final : public View {
 public:
  Info info() const override { return {Sheet::open_shift, "open_shift", "Open the shift", Shape::dialog, 190, 140}; }

 protected:
  void opened(Scene& scene) override { scene.state.shift = {}; }
  void draw(Scene& scene, Rect content) override {
    Ui& ui = scene.ui;
    AmountEntry& amount = scene.state.shift.amount;
    auto [left, right] = two_columns(ui, content, 0.55F);
    amount_display(ui, "open_shift.amount", left.take_top(ui.mm(16), ui.gap()), tr("Float in the drawer"), amount,
                   scene.now.currency_digits);
    ui.paragraph(left.take_top(3 * ui.line_height(Type::body), ui.gap()),
                 tr("Count the money that lies in the drawer now. It is the float this shift begins with."), Type::body,
                 ui.colours().ink_soft, Align::left, 3);
    if (main_key(ui, "open_shift.confirm", left.take_bottom(ui.mm(20)), tr("Open the shift"), true, Tone::positive,
                 "lock_open")) {
      scene.post(app::OpenShift{{amount.minor}});
      scene.state.close_all();
    }
    amount_pad(ui, "open_shift.pad", right, amount);
  }
};

// Notes and coins of currencies with two decimals, largest first.
constexpr std::array<std::int64_t, 15> kPieces = {50000, 20000, 10000, 5000, 2000, 1000, 500, 200,
                                                  100,   50,    20,    10,   5,    2,    1};

class CloseShiftView final : public View {
 public:
  Info info() const override { return {Sheet::close_shift, "close_shift", "Close the shift"}; }

 protected:
  void opened(Scene& scene) override {
    scene.state.shift = {};
    scene.state.shift.by_piece = scene.now.currency_digits == 2;
    scene.state.shift.piece = 5000;
  }

  void draw(Scene& scene, Rect content) override {
    Ui& ui = scene.ui;
    ShiftState& state = scene.state.shift;
    if (state.closed_here && !scene.now.shift.open) return draw_closed(scene, content);
    auto [left, right] = two_columns(ui, content, 0.6F);
    if (scene.now.currency_digits == 2) {
      const std::vector<ChoiceItem> ways = {{"pieces", tr("Count notes and coins")}, {"sum", tr("Enter the sum")}};
      const int way =
          segmented(ui, "close_shift.way", left.take_top(ui.mm(12), ui.gap()), ways, state.by_piece ? "pieces" : "sum");
      if (way >= 0) state.by_piece = way == 0;
    }
    if (state.by_piece) draw_pieces(scene, left);
    if (!state.by_piece) draw_hint(scene, left);
    draw_sum(scene, right);
  }

 private:
  static std::int64_t counted(const ShiftState& state) {
    if (!state.by_piece) return state.amount.minor;
    return std::accumulate(state.pieces.begin(), state.pieces.end(), std::int64_t{0},
                           [](std::int64_t sum, const auto& piece) { return sum + piece.first * piece.second; });
  }

  static void draw_hint(Scene& scene, Rect area) {
    empty_state(scene.ui, area, "coins", tr("Count the drawer"),
                tr("Enter the whole sum, float included. What should be there is shown after closing."));
  }

  static void draw_pieces(Scene& scene, Rect area) {
    Ui& ui = scene.ui;
    const Palette& p = ui.colours();
    ShiftState& state = scene.state.shift;
    area.h = std::min(area.h, ui.mm(5 * 21));
    for (std::size_t i = 0; i < kPieces.size(); ++i) {
      const std::int64_t value = kPieces[i];
      const Rect cell = area.cell(static_cast<int>(i / 5), static_cast<int>(i % 5), 3, 5, ui.gap());
      const std::string face = format_minor(value, 2);
      const bool chosen = state.piece == value;
      const Touch touch = ui.touch("close_shift.piece." + face, face, cell);
      ui.fill(cell, touch.held ? mix(p.raised, p.ink, 0.18F) : chosen ? p.selected : p.raised, ui.radius());
      ui.outline(cell, chosen ? p.accent_ink : p.outline, ui.radius(), chosen ? ui.mm(0.6F) : 0);
      Rect inner = cell.inset(ui.mm(3), ui.mm(1));
      const int pieces = state.pieces.count(value) != 0 ? state.pieces.at(value) : 0;
      ui.text(inner.take_right(ui.mm(16), ui.gap()), "\xC3\x97 " + std::to_string(pieces), Type::heading,
              pieces > 0 ? p.ink : p.ink_off, Align::right);
      ui.text(inner, face, Type::strong, p.ink_soft);
      if (touch.tapped) state.piece = value;
    }
  }

  static void draw_sum(Scene& scene, Rect area) {
    Ui& ui = scene.ui;
    ShiftState& state = scene.state.shift;
    AmountEntry sum{counted(state), true};
    amount_display(ui, "close_shift.sum", area.take_top(ui.mm(16), ui.gap()), tr("Counted"), sum,
                   scene.now.currency_digits, !state.by_piece);
    const Rect confirm = area.take_bottom(ui.mm(20), ui.gap());
    if (main_key(ui, "close_shift.confirm", confirm, tr("Close the shift, print Z"), true, Tone::destroy, "lock")) {
      scene.post(app::CloseShift{{sum.minor}});
      state.closed_here = true;
    }
    const float most = ui.mm(100);
    if (area.h > most) area.h = most;
    if (!state.by_piece) {
      amount_pad(ui, "close_shift.pad", area, state.amount);
      return;
    }
    AmountEntry pieces{state.pieces.count(state.piece) != 0 ? state.pieces.at(state.piece) : 0, true};
    if (amount_pad(ui, "close_shift.pad", area, pieces)) {
      state.pieces[state.piece] = static_cast<int>(std::min<std::int64_t>(pieces.minor, 9999));
    }
  }

  static void draw_closed(Scene& scene, Rect content) {
    Ui& ui = scene.ui;
    Rect keys = content.take_bottom(ui.mm(18), ui.gap());
    if (main_key(ui, "close_shift.done", keys, tr("Done"), true, Tone::positive, "check"))
      return scene.state.close_all();
    Rect paper = card(ui, content.centred(std::min(content.w, ui.mm(150)), content.h), tr("The last report"));
    draw_report_text(scene, paper, scene.state.shift.report);
  }

 public:
  // The paper's columns are made of blanks; on the screen the last of them stands at the right edge.
  static void draw_report_line(Ui& ui, Rect row, const std::string& line) {
    const Colour ink = ui.colours().ink;
    const std::string whole = trimmed(line);
    const auto columns = whole.rfind("  ");
    if (columns != std::string::npos)
      return labelled(ui, row, trimmed(whole.substr(0, columns)), trimmed(whole.substr(columns)));
    const bool is_rule = !whole.empty() && whole.find_first_not_of("-=_") == std::string::npos;
    if (is_rule) return ui.line(row.x, row.centre_y(), row.right(), row.centre_y(), ui.colours().separator);
    const bool centred = line.size() > whole.size() && line.front() == ' ';
    ui.text(row, whole, centred ? Type::strong : Type::body, ink, centred ? Align::centre : Align::left);
  }

  static void draw_report_text(Scene& scene, Rect inner, Scroll& scroll) {
    Ui& ui = scene.ui;
    if (scene.now.shift.report.empty())
      return empty_state(ui, inner, "receipt", tr("Nothing printed yet"),
                         tr("The X or Z report appears here as it was printed."));
    const auto lines = split(scene.now.shift.report, '\n');
    drag_list(ui, scroll, inner, lines.size(), ui.mm(6.6F), 0,
              [&](std::size_t i, Rect row) { draw_report_line(ui, row, lines[i]); });
  }
};

class CashView final : public View {
 public:
  Info info() const override { return {Sheet::cash, "cash", "Cash in and out", Shape::dialog, 190, 146}; }

 protected:
  void opened(Scene& scene) override { scene.state.cash = {}; }
  void draw(Scene& scene, Rect content) override {
    Ui& ui = scene.ui;
    CashState& state = scene.state.cash;
    auto [left, right] = two_columns(ui, content, 0.55F);
    const std::vector<ChoiceItem> ways = {{"in", tr("Into the drawer"), "plus"}, {"out", tr("Out of it"), "minus"}};
    const int way = segmented(ui, "cash.way", left.take_top(ui.mm(14), ui.gap()), ways, state.out ? "out" : "in");
    if (way >= 0) state.out = way == 1;
    amount_display(ui, "cash.amount", left.take_top(ui.mm(16), ui.gap()), tr("Amount"), state.amount,
                   scene.now.currency_digits);
    text_field(ui, "cash.reason", left.take_top(field_height(ui), ui.gap()), state.reason,
               {.label = tr("What for?"), .placeholder = tr("e.g. change from the bank"), .max_bytes = 80});
    const bool ready = state.amount.minor > 0 && !state.reason.empty();
    if (main_key(ui, "cash.confirm", left.take_bottom(ui.mm(20)), tr("Book it and open the drawer"), ready)) {
      scene.post(app::MoveCash{{state.out ? -state.amount.minor : state.amount.minor}, state.reason});
      scene.state.close();
    }
    amount_pad(ui, "cash.pad", right, state.amount);
  }
};

class ReportView final : public View {
 public:
  Info info() const override { return {Sheet::report, "report", "Shift so far (X report)"}; }

 protected:
  void opened(Scene& scene) override { scene.state.report = {}; }
  void draw(Scene& scene, Rect content) override {
    Ui& ui = scene.ui;
    const app::ShiftView& shift = scene.now.shift;
    auto [left, right] = two_columns(ui, content, 0.55F);
    draw_today(scene, left.take_bottom(left.h * 0.42F, ui.gap()));
    Rect inner = card(ui, left, shift.open ? tr("Shift %s", shift.number) : std::string(tr("No shift is open")));
    if (!shift.sync_state.empty()) {
      const Rect head{inner.x, left.y + ui.mm(2.5F), inner.w, ui.mm(7)};
      ui.text(head, std::string(tr("Sync")) + ": " + tr(shift.sync_state.c_str()), Type::small, ui.colours().ink_soft,
              Align::right);
      ui.show_text("report.sync", tr(shift.sync_state.c_str()), head);
    }
    labelled(ui, inner.take_top(ui.mm(8)), tr("Opened"), shift.since + "  " + shift.opened_by);
    labelled(ui, inner.take_top(ui.mm(8), ui.mm(1)), tr("Float"), shift.cash_float);
    ui.line(inner.x, inner.y, inner.right(), inner.y, ui.colours().separator);
    inner.take_top(ui.mm(1));
    drag_list(ui, scene.state.report.figures, inner, shift.figures.size(), ui.mm(8), 0, [&](std::size_t i, Rect row) {
      labelled(ui, row, tr(shift.figures[i].first.c_str()), shift.figures[i].second, i + 1 == shift.figures.size());
    });
    draw_keys(scene, right.take_bottom(ui.mm(52), ui.mm(3)));
    const std::vector<ChoiceItem> papers = {{"report", tr("The last report")}, {"closed", tr("Closed shifts")}};
    std::string& shown = scene.state.report.shown;
    const int paper = segmented(ui, "report.shown", right.take_top(ui.mm(12), ui.gap()), papers, shown);
    if (paper >= 0) shown = papers[static_cast<std::size_t>(paper)].value;
    if (shown == "closed") return draw_closed_shifts(scene, right);
    CloseShiftView::draw_report_text(scene, card(ui, right), scene.state.shift.report);
  }

 private:
  static void draw_closed_shifts(Scene& scene, Rect place) {
    Ui& ui = scene.ui;
    Rect inner = card(ui, place);
    const auto& closed = scene.now.shift.closed;
    if (closed.empty())
      return empty_state(ui, inner, "receipt", tr("No shift was closed yet"),
                         tr("Shifts that were closed are listed here, those of all terminals."));
    TableSpec spec;
    spec.columns = {{tr("Z"), 1}, {tr("Closed"), 3}, {tr("Terminal"), 2.4F}, {tr("Sync"), 2.2F}};
    for (const auto& row : closed) {
      spec.rows.push_back({row.number, row.at, row.terminal, tr(row.sync_state.c_str())});
    }
    table(ui, "report.closed", inner, scene.state.report.closed, spec);
    for (const auto& cells : spec.rows) ui.show_text("report.closed." + cells.front(), cells.back(), inner);
  }

  static void draw_today(Scene& scene, Rect place) {
    Ui& ui = scene.ui;
    Rect inner = card(ui, place, tr("Today, all terminals"));
    for (const auto& [label, value] : scene.now.today) {
      if (inner.h < ui.mm(7)) break;
      labelled(ui, inner.take_top(ui.mm(7)), tr(label.c_str()), value);
    }
  }

  static void draw_keys(Scene& scene, Rect keys) {
    Ui& ui = scene.ui;
    const bool open = scene.now.shift.open;
    const auto cell = [&](int row) { return keys.cell(0, row, 1, 3, ui.gap()); };
    if (key_button(ui, "report.print", cell(0),
                   {.label = tr("Print the X report"), .shortcut = {"F6", Key::f6}, .icon = "print", .enabled = open}))
      scene.post(app::PrintX{});
    if (key_button(ui, "report.cash", cell(1),
                   {.label = tr("Cash in and out"), .shortcut = {"F7", Key::f7}, .icon = "payments", .enabled = open}))
      scene.state.open(Sheet::cash);
    const KeySpec close{.label = open ? tr("Close the shift") : tr("Open the shift"),
                        .shortcut = {"F9", Key::f9},
                        .icon = open ? "lock" : "lock_open",
                        .tone = open ? Tone::danger : Tone::primary};
    if (key_button(ui, "report.close_shift", cell(2), close))
      scene.state.open(open ? Sheet::close_shift : Sheet::open_shift);
  }
};

}  // namespace

void add_shift_views(std::vector<std::unique_ptr<View>>& views) {
  views.push_back(std::make_unique<OpenShiftView>());
  views.push_back(std::make_unique<CloseShiftView>());
  views.push_back(std::make_unique<CashView>());
  views.push_back(std::make_unique<ReportView>());
}

}  // namespace till::ui
