// The ticket: its lines, what can be done with the line in hand, the payments so far, the total. After a sale the
// change.
#include <algorithm>

#include "ui/views/sales_view.hpp"
#include "ui/views/strip.hpp"
#include "ui/widgets/button.hpp"
#include "ui/widgets/status.hpp"

namespace till::ui {

namespace {

constexpr float kLineMm = 10.4F;
constexpr float kNotedLineMm = 12.4F;
constexpr float kLastLineMm = 15.0F;

bool is_weighed(const app::TicketLine& line) {
  return line.quantity.find(' ') != std::string::npos;
}

bool has_second_row(const app::TicketLine& line) {
  return is_weighed(line) || !line.note.empty() || (line.is_last && line.quantity != "1");
}

float height_of(const app::TicketLine& line) {
  if (line.is_last) return kLastLineMm;
  return has_second_row(line) ? kNotedLineMm : kLineMm;
}

void draw_note(Ui& ui, Rect rect, const app::TicketLine& line) {
  const Palette& p = ui.colours();
  std::string text;
  if ((line.quantity != "1" && !line.quantity.empty()) || is_weighed(line))
    text = line.quantity + " \xC3\x97 " + line.unit_price;
  if (!line.note.empty()) text += (text.empty() ? "" : "   ") + tr_number(line.note);
  ui.text(rect, text, Type::small, line.is_void || line.is_refund ? p.danger_ink : p.ink_soft);
}

void strike(Ui& ui, Rect text, float width, Colour colour) {
  ui.fill({text.x, std::floor(text.centre_y()), std::min(width, text.w), std::max(1.0F, ui.mm(0.35F))}, colour);
}

// A line in one row: quantity, name (and note), amount. The last one is larger and shows its unit price below.
void draw_line(Ui& ui, Rect rect, const app::TicketLine& line) {
  const Palette& p = ui.colours();
  const bool large = line.is_last;
  const Colour ink = line.is_void ? p.ink_soft : line.is_refund ? p.danger_ink : p.ink;
  Rect inner = rect.inset(ui.mm(3), 0);
  const Type amount_type = large ? Type::heading : Type::strong;
  const float amount_width = std::max(ui.mm(20), ui.text_width(line.total, amount_type));
  const Rect amount = inner.take_right(amount_width, ui.mm(2));
  const Rect quantity = inner.take_left(ui.mm(9), ui.mm(1));
  const Type name_type = large ? Type::strong : Type::body;
  Rect name = inner;
  if (has_second_row(line)) {
    const float lower = ui.line_height(Type::small);
    Rect block = inner.centred(inner.w, ui.line_height(name_type) + lower);
    name = block.take_top(ui.line_height(name_type));
    draw_note(ui, block, line);
  }
  const std::string count = is_weighed(line) ? line.quantity.substr(line.quantity.rfind(' ') + 1) : line.quantity;
  ui.text(quantity, count, large ? Type::strong : Type::body, is_weighed(line) ? p.ink_soft : ink);
  ui.text(name, line.name, name_type, ink);
  ui.text(amount, line.total, amount_type, ink, Align::right);
  if (line.is_void) {
    strike(ui, name, ui.text_width(line.name, name_type), p.danger_ink);
    const float width = ui.text_width(line.total, amount_type);
    strike(ui, {amount.right() - width, amount.y, width, amount.h}, width, p.danger_ink);
  }
}

void draw_touch_line(Scene& scene, Rect rect, const app::TicketLine& line, std::size_t index) {
  Ui& ui = scene.ui;
  const Palette& p = ui.colours();
  const Touch touch = ui.touch("line." + std::to_string(index + 1), line.name, rect);
  if (line.is_selected) {
    ui.fill(rect, p.selected);
    ui.fill({rect.x, rect.y, ui.mm(1.2F), rect.h}, p.accent_ink);
  }
  if (touch.held) ui.fill(rect, mix(p.panel, p.ink, 0.12F));
  draw_line(ui, rect, line);
  ui.line(rect.x + ui.mm(3), rect.bottom() - 1, rect.right() - ui.mm(3), rect.bottom() - 1, p.separator);
  if (touch.tapped) scene.post(app::SelectLine{line.is_selected ? "" : line.line_id});
}

void draw_lines(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  const auto& lines = scene.now.ticket.lines;
  SalesState& sales = scene.state.sales;
  float height = 0;
  for (const auto& line : lines) height += ui.mm(height_of(line));
  if (lines.size() != sales.lines_seen) sales.lines.to_end = lines.size() > sales.lines_seen;
  sales.lines_seen = lines.size();
  float y = begin_scroll(ui, sales.lines, area, height);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const float line_height = ui.mm(height_of(lines[i]));
    if (y < area.bottom() && y + line_height > area.y)
      draw_touch_line(scene, {area.x, y, area.w, line_height}, lines[i], i);
    y += line_height;
  }
  ui.pop_clip();
}

void draw_line_keys(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  const std::string line = line_in_hand(scene.now.ticket);
  const bool there = !line.empty();
  const auto cell = [&](int column, int span) { return area.cell(column, 0, 8, 1, ui.gap(), span); };
  const KeySpec minus{.icon = "minus", .enabled = there};
  if (key_button(ui, "line.minus", cell(0, 1), minus)) scene.post(app::ChangeQuantity{line, -1000});
  const KeySpec plus{.icon = "plus", .enabled = there};
  if (key_button(ui, "line.plus", cell(1, 1), plus)) scene.post(app::ChangeQuantity{line, 1000});
  const KeySpec discount{.label = tr("DISCOUNT"), .enabled = there};
  if (key_button(ui, "line.discount", cell(2, 3), discount)) scene.state.open(Sheet::discount);
  const KeySpec remove{.label = tr("REMOVE"), .shortcut = {"Del", Key::remove}, .tone = Tone::danger, .enabled = there};
  if (key_button(ui, "line.remove", cell(5, 3), remove)) scene.post(app::RemoveLine{line});
}

void draw_payments(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  const Palette& p = ui.colours();
  const auto& tenders = scene.now.ticket.tenders;
  for (std::size_t i = 0; i < tenders.size(); ++i) {
    Rect row = area.take_top(ui.mm(10), ui.mm(0.6F));
    ui.fill(row, mix(p.panel, p.positive, 0.12F), ui.radius());
    const KeySpec take_back{.icon = "close", .tone = Tone::quiet};
    if (key_button(ui, "payment." + std::to_string(i + 1) + ".remove", row.take_right(ui.mm(12)), take_back)) {
      scene.post(app::RemoveTender{i});
    }
    labelled(ui, row.inset(ui.mm(3), 0), tenders[i].name, tenders[i].amount, true);
  }
}

std::string small_print(const app::Ticket& ticket) {
  std::string text = tr_number(ticket.item_count);
  if (!ticket.saved.empty()) text += "  \xC2\xB7  " + tr("saved %s", ticket.saved);
  if (!ticket.discount.empty()) text += "  \xC2\xB7  " + tr("discount %s", ticket.discount);
  return text;
}

void draw_total(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  const Palette& p = ui.colours();
  const app::Ticket& ticket = scene.now.ticket;
  ui.fill(area, p.strip, ui.radius());
  ui.outline(area, p.strip == p.panel ? p.outline : p.strip, ui.radius());
  Rect inner = area.inset(ui.mm(3.5F), ui.mm(2));
  const bool split = !ticket.tenders.empty();
  const char* word = ticket.refunding ? tr("PAY OUT") : split ? tr("REMAINING") : tr("TOTAL");
  Rect foot = inner.take_bottom(ui.line_height(Type::small));
  std::string left = small_print(ticket);
  if (ticket.is_empty() && scene.now.finished) left = tr("Receipt %s", scene.now.finished->receipt);
  if (split) left = tr("Total %s", ticket.total);
  const bool rounded = !split && !ticket.due.empty() && ticket.due != ticket.total && !ticket.is_empty();
  const std::string right = rounded ? tr("in cash %s", ticket.due) : std::string();
  ui.text(foot.take_right(ui.text_width(right, Type::small), ui.mm(2)), right, Type::small, p.on_strip, Align::right);
  ui.text(foot, left, Type::small, p.on_strip);
  const float label = std::min(inner.w * 0.34F, ui.text_width(word, Type::strong));
  ui.text(inner.take_left(label, ui.mm(2)), word, Type::strong, p.on_strip);
  std::string amount = split ? ticket.remaining : ticket.total;
  if (ticket.is_empty() && scene.now.finished) amount = scene.now.finished->total;
  ui.fitted(inner, amount, {Type::total, Type::amount, Type::heading}, p.on_strip, Align::right);
  ui.show_text("ticket.total", amount, area);
}

// What a person must see from the other side of the counter until the next scan.
void draw_finished(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  const Palette& p = ui.colours();
  const app::FinishedSale& sale = *scene.now.finished;
  Rect rest = area.inset(ui.mm(5), ui.mm(4));
  const float room = ui.line_height(Type::body) * 2;
  const Rect hint = rest.take_bottom(room);
  rest = rest.centred(rest.w, std::min(rest.h, ui.mm(84)));
  const char* word = sale.refund ? tr("PAID OUT") : sale.change_due ? tr("CHANGE") : tr("PAID");
  Rect title = rest.take_top(ui.mm(9), ui.mm(3));
  if (ui.has_icon("check_circle"))
    ui.icon(title.take_left(ui.mm(7), ui.mm(2)), "check_circle", Type::icon, p.positive_ink);
  ui.text(title, word, Type::heading, p.positive_ink);
  const std::string& amount = sale.change_due ? sale.change : sale.total;
  ui.fitted(rest.take_top(ui.mm(30), ui.mm(3)), amount, {Type::huge, Type::total, Type::amount}, p.ink, Align::right);
  ui.show_text(sale.change_due ? "finished.change" : "finished.total", amount, title);
  ui.line(rest.x, rest.y, rest.right(), rest.y, p.separator, ui.mm(0.4F));
  rest.take_top(ui.mm(2));
  labelled(ui, rest.take_top(ui.mm(8)), tr("Total"), sale.total, true);
  if (!sale.given.empty()) labelled(ui, rest.take_top(ui.mm(8)), tr("Given"), sale.given);
  labelled(ui, rest.take_top(ui.mm(8)), tr("Receipt"), sale.receipt);
  if (!sale.sync_state.empty()) labelled(ui, rest.take_top(ui.mm(8)), tr("Sync"), tr(sale.sync_state.c_str()));
  ui.paragraph(hint, tr("The next scan begins the next sale."), Type::body, p.ink_soft, Align::centre, 2);
}

void draw_head(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  const Palette& p = ui.colours();
  const app::Ticket& ticket = scene.now.ticket;
  const std::string customer = ticket.customer.empty() ? std::string() : ticket.customer;
  Rect inner = area.inset(ui.mm(3), 0);
  if (ticket.refunding) {
    ui.fill(area, p.danger, ui.radius());
    ui.text(inner, tr("REFUND: money goes back to the customer"), Type::strong, p.on_danger);
    return;
  }
  if (ui.has_icon("person")) ui.icon(inner.take_left(ui.mm(6), ui.mm(1.5F)), "person", Type::icon, p.ink_soft);
  ui.text(inner, customer, Type::strong, p.accent_ink);
}

void draw_no_lines(Scene& scene, Rect area) {
  if (!scene.now.shift.open) {
    Ui& ui = scene.ui;
    const Rect key = area.take_bottom(ui.mm(22)).inset(ui.mm(4), ui.mm(3));
    const KeySpec open{.label = tr("OPEN THE SHIFT"),
                       .shortcut = {"F1", Key::f1},
                       .icon = "lock_open",
                       .tone = Tone::primary,
                       .type = Type::strong};
    if (key_button(ui, "ticket.open_shift", key, open)) scene.state.open(Sheet::open_shift);
    return empty_state(ui, area, "schedule", tr("No shift is open"),
                       tr("Count the money in the drawer and open the shift. Then everything is ready to sell."));
  }
  empty_state(scene.ui, area, "qr_code_scanner", tr("Ready"),
              tr("Scan an item, tap a product, or type a number and a product."));
}

}  // namespace

std::string line_in_hand(const app::Ticket& ticket) {
  const app::TicketLine* found = nullptr;
  for (const auto& line : ticket.lines) {
    if (line.is_selected) return line.line_id;
    if (!line.is_void) found = &line;
  }
  return found == nullptr ? std::string() : found->line_id;
}

void draw_ticket(Scene& scene, Rect area) {
  Ui& ui = scene.ui;
  const Palette& p = ui.colours();
  ui.fill(area, p.panel, ui.radius());
  ui.outline(area, p.outline, ui.radius());
  Rect rest = area;
  draw_total(scene, rest.take_bottom(ui.mm(24), ui.gap()));
  const app::Ticket& ticket = scene.now.ticket;
  if (scene.now.notice) {
    draw_notice(scene, rest.take_bottom(ui.mm(13), ui.gap()).inset(ui.mm(1), 0));
  }
  if (scene.now.finished && ticket.is_empty()) return draw_finished(scene, rest);
  if (ticket.is_empty()) return draw_no_lines(scene, rest);
  draw_line_keys(scene, rest.take_bottom(ui.mm(11), ui.gap()).inset(ui.mm(1), 0));
  if (!ticket.tenders.empty()) {
    const float rows = static_cast<float>(ticket.tenders.size());
    draw_payments(scene, rest.take_bottom(rows * ui.mm(10.6F), ui.gap()).inset(ui.mm(1), 0));
  }
  if (ticket.refunding || !ticket.customer.empty()) {
    draw_head(scene, rest.take_top(ui.mm(9)).inset(ui.mm(1), ui.mm(0.5F)));
  }
  rest.take_top(ui.mm(1));
  draw_lines(scene, rest);
}

}  // namespace till::ui
