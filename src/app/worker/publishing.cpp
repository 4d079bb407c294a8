// From the worker's state to what the window draws.
#include <fmt/format.h>

#include <algorithm>

#include "app/backups.hpp"
#include "app/day_report.hpp"
#include "app/selling.hpp"
#include "app/shifts.hpp"
#include "app/shop_state.hpp"
#include "app/store_here.hpp"
#include "app/sync_view.hpp"
#include "app/worker/till_worker.hpp"
#include "core/decimal.hpp"
#include "core/log.hpp"
#include "domain/tender_suggestions.hpp"
#include "storage/baskets.hpp"
#include "storage/day_report.hpp"
#include "storage/search.hpp"
#include "storage/series.hpp"
#include "storage/shifts.hpp"
#include "storage/stock.hpp"
#include "storage/tables.hpp"

namespace till::app {
namespace {

constexpr std::size_t kMaxTiles = 2000;
constexpr std::size_t kMaxClosedShifts = 30;

TicketLine line_of(const domain::TicketLine& line, const domain::Currency& currency, bool is_last, bool is_selected) {
  TicketLine out;
  out.line_id = line.line_id;
  out.name = line.name;
  out.quantity = domain::format_quantity(line.quantity) + (line.unit.empty() ? "" : " " + line.unit);
  out.unit_price = domain::format_unit_price(line.unit_price_micro, currency);
  out.total = domain::display_money(line.total, currency);
  if (line.is_void) {
    out.note = "void";
  } else if (line.is_deposit) {
    out.note = "deposit";
  } else if (line.is_return) {
    out.note = "return";
  } else if (line.saved.minor > 0) {
    out.note = "saved " + domain::display_money(line.saved, currency);
  } else if (line.discount.minor != 0) {
    out.note = "-" + domain::display_money(line.discount, currency);
  }
  out.is_void = line.is_void || line.taken_back;
  out.is_refund = line.is_return;
  out.is_deposit = line.is_deposit;
  out.is_last = is_last;
  out.is_selected = is_selected;
  return out;
}

std::string tender_name(const domain::Tender& tender) {
  switch (tender.kind) {
    case domain::TenderKind::cash:
      return "Cash";
    case domain::TenderKind::card:
      return "Card " + tender.brand + (tender.last4.empty() ? "" : " " + tender.last4);
    case domain::TenderKind::voucher:
      return "Voucher " + tender.reference;
  }
  return {};
}

std::string count_text(const std::vector<domain::BasketLine>& lines) {
  std::int64_t pieces = 0;
  for (const auto& line : lines) {
    if (line.kind == domain::LineKind::deposit || line.is_void()) continue;
    pieces += line.unit == domain::SellUnit::piece ? line.left().milli / 1000 : (line.left().milli == 0 ? 0 : 1);
  }
  return fmt::format("{} {}", pieces, pieces == 1 ? "item" : "items");
}

}  // namespace

std::string TillWorker::money(Money amount) const {
  return domain::display_money(amount, shop_->currency());
}

void TillWorker::say(Notice::Level level, std::string text) {
  next_.notice = Notice{++notices_, level, std::move(text)};
}

Result<Tile> TillWorker::tile_of(storage::Connection& conn, const domain::Product& stored) const {
  const auto product = TRY(priced_here(conn, shop_->state(), stored));
  const auto currency = shop_->currency();
  Tile tile;
  tile.product = product.id;
  tile.category = product.category;
  tile.name = product.name;
  tile.price_minor = product.has_special ? product.special_price : product.price;
  tile.price = domain::display_money(tile.price_minor, currency);
  tile.sku = product.sku;
  tile.barcode = product.barcodes.empty() ? std::string() : product.barcodes.front();
  constexpr std::array<const char*, 4> units = {"", "kg", "l", "m"};
  tile.unit = units[static_cast<std::size_t>(product.unit)];
  tile.special = product.has_special;
  tile.available = product.available;
  const auto icon = category_icons_.find(product.category);
  tile.icon = !product.icon.empty() || icon == category_icons_.end() ? product.icon : icon->second;
  const auto colour = category_colours_.find(product.category);
  tile.colour_rgb = product.colour_rgb != 0 || colour == category_colours_.end() ? product.colour_rgb : colour->second;
  if (product.track_stock) {
    const auto here = TRY(store_here(conn, shop_->state()));
    const auto level = TRY(storage::stock_level_milli(conn, product.id, here));
    tile.stock = format_decimal_short(level, 3);
    tile.low_stock = product.low_stock_milli > 0 && level <= product.low_stock_milli;
  }
  return tile;
}

void TillWorker::reload_catalogue() {
  auto catalogue = std::make_shared<Catalogue>();
  catalogue->version = next_.catalogue ? next_.catalogue->version + 1 : 1;
  const auto read = shop_->state().db->read([&](storage::Connection& conn) -> Status {
    auto categories = TRY(storage::load_all<domain::Category>(conn));
    std::erase_if(categories, [](const auto& c) { return c.lifecycle != domain::Lifecycle::active; });
    std::ranges::sort(categories, {}, [](const auto& c) { return std::pair(c.position, c.name); });
    for (const auto& category : categories) {
      catalogue->categories.push_back({category.id, category.name, category.icon, category.colour_rgb});
      category_icons_[category.id] = category.icon;
      category_colours_[category.id] = category.colour_rgb;
      for (const auto& product : TRY(storage::tiles(conn, category.id)))
        if (catalogue->tiles.size() < kMaxTiles) catalogue->tiles.push_back(TRY(tile_of(conn, product)));
    }
    catalogue->products = static_cast<std::size_t>(TRY(storage::count<domain::Product>(conn)));
    return {};
  });
  if (!read) log::error("catalogue: {}", read.error().message);
  next_.catalogue = std::move(catalogue);
}

void TillWorker::reload_shift() {
  auto& state = shop_->state();
  ShiftView view;
  view.report = next_.shift.report;
  view.closed = std::move(next_.shift.closed);
  const auto read = state.db->read([&](storage::Connection& conn) -> Status {
    const auto opened = TRY(storage::open_shift(conn, state.device()));
    if (!opened) return {};
    view.open = true;
    view.shift = opened->shift;
    view.number = std::to_string(TRY(storage::peek_number(conn, "z." + to_string(state.device()))));
    view.since = to_local(opened->at, "%d.%m. %H:%M");
    view.opened_by = opened->user_name;
    view.cash_float = money(opened->amount);
    storage::ReportRange range;
    range.shift = opened->shift;
    const auto totals = TRY(storage::sales_totals(conn, range));
    Money expected = opened->amount;
    view.figures = {{"Sales", fmt::format("{}", totals.sale_count)},
                    {"Refunds", fmt::format("{}", totals.refund_count)},
                    {"Turnover", money(totals.total)},
                    {"Tax", money(totals.tax)}};
    for (const auto& tender : TRY(storage::tender_totals(conn, range))) {
      constexpr std::array<const char*, 3> names = {"Cash", "Card", "Voucher"};
      view.figures.emplace_back(names[static_cast<std::size_t>(tender.kind)], money(tender.amount));
      if (tender.kind == domain::TenderKind::cash) expected += tender.amount;
    }
    for (const auto& event : TRY(storage::shift_events(conn, opened->shift)))
      if (event.kind == domain::ShiftEventKind::moved) expected += event.amount;
    view.expected = money(expected);
    return {};
  });
  if (!read) log::error("shift: {}", read.error().message);
  if (view.open) view.sync_state = document_sync_word(*shop_, view.shift);
  next_.shift = std::move(view);
  const auto today = day_of(state.clock.now());
  if (const auto sums = day_sums(*shop_, today.from, today.to)) next_.today = figures_of(*sums, shop_->currency());
}

void TillWorker::reload_closed_shifts() {
  const auto closed = closed_shifts(*shop_, kMaxClosedShifts);
  if (!closed) return log::error("closed shifts: {}", closed.error().message);
  next_.shift.closed.clear();
  for (const auto& event : *closed)
    next_.shift.closed.push_back({std::to_string(event.z_number),
                                  to_local(event.at, "%d.%m. %H:%M"),
                                  event.terminal,
                                  event.user_name,
                                  {},
                                  event.shift});
  reload_sync_words();
}

void TillWorker::reload_printer() {
  if (!shop_) return;
  PrinterView view;
  using State = PrinterView::State;
  if (printer_ && printer_->has_printer()) {
    const auto now = printer_->printer_state();
    view.name = "Receipt printer";
    view.state = now.health == net::PrinterHealth::offline    ? State::waiting
                 : now.health == net::PrinterHealth::printing ? State::printing
                                                              : State::ready;
    view.word = view.state == State::waiting    ? fmt::format("{} waiting", now.waiting)
                : view.state == State::printing ? "printing"
                                                : "ready";
  } else {
    view.word = "no printer";
  }
  if (const auto waiting = waiting_prints(*shop_)) {
    for (const auto& job : *waiting)
      view.jobs.push_back({job.job, job.title, to_local(job.since, "%H:%M"), job.reason});
  }
  next_.printer = std::move(view);
  publish();
}

void TillWorker::reload_parked() {
  next_.parked.clear();
  const auto parked = shop_->state().db->read([](storage::Connection& conn) { return storage::parked_baskets(conn); });
  if (!parked) return;
  const auto now = shop_->state().clock.now();
  for (const auto& basket : *parked) {
    const auto minutes = std::max<std::int64_t>(0, (now.us - basket.at.us) / 60'000'000);
    next_.parked.push_back({basket.id, basket.label, money(basket.total), fmt::format("{} lines", basket.line_count),
                            minutes < 60 ? fmt::format("{} min", minutes) : fmt::format("{} h", minutes / 60)});
  }
}

// Runs on the worker for the sync service, the control socket and whoever else changed the data.
void TillWorker::remote_changed() {
  if (!shop_) return;
  sync_pending_ = false;
  if (remote_pending_.exchange(false)) {
    reload_catalogue();
    reload_shift();
    reload_closed_shifts();
    if (!next_.search_text.empty()) (void)on(Search{next_.search_text});
  }
  reload_sync();
  publish();
}

void TillWorker::fill_ticket(Snapshot& next) const {
  const auto currency = shop_->currency();
  Ticket ticket;
  const auto lines = basket_.ticket();
  for (const auto& line : lines)
    ticket.lines.push_back(
        line_of(line, currency, line.line_id == basket_.last_line(), line.line_id == selected_line_));
  ticket.item_count = count_text(basket_.lines());
  ticket.total = money(basket_.total());
  if (basket_.saved().minor > 0) ticket.saved = money(basket_.saved());
  if (basket_.price().document_discount.minor != 0) ticket.discount = money(basket_.price().document_discount);
  ticket.refunding = basket_.total().minor < 0;
  ticket.customer = basket_.customer_name();
  const auto& rounding = basket_.rules().cash_rounding;
  ticket.remaining_minor = basket_.total();
  if (const auto settlement = basket_.settle(tenders_)) {
    ticket.remaining_minor = settlement->remaining;
    for (const auto& tender : settlement->tenders) ticket.tenders.push_back({tender_name(tender), money(tender.given)});
  }
  if (tenders_.empty()) ticket.remaining_minor = basket_.total();
  ticket.due_minor = domain::cash_due(ticket.remaining_minor, rounding);
  ticket.due = money(ticket.due_minor);
  ticket.remaining = money(ticket.remaining_minor);
  if (!basket_.empty())
    for (const auto& note : domain::suggest_tenders(ticket.due_minor, currency).notes)
      ticket.notes.push_back({money(note), note});
  next.ticket = std::move(ticket);
}

void TillWorker::fill_settings(Snapshot& next) const {
  const auto settings = shop_->state().settings();
  next.shop_name = settings->shop_name;
  next.terminal = shop_->terminal();
  next.currency = settings->rules.currency.code;
  next.currency_digits = settings->rules.currency.digits;
  next.startup_warning = shop_->startup_warning();
  next.settings = settings->raw;
  std::erase_if(next.settings, [this](const auto& setting) { return look_.contains(setting.first); });
  next.settings.insert(next.settings.end(), look_.begin(), look_.end());
  next.users.clear();
  for (const auto& user : active_users(*shop_))
    next.users.push_back({user.id, user.name, std::string(domain::to_string(user.role)), user.colour_rgb});
}

void TillWorker::publish() {
  auto next = std::make_shared<Snapshot>(next_);
  next->version = ++next_.version;
  if (shop_) {  // a restore after which the shop could not be opened leaves the last picture and its notice
    fill_ticket(*next);
    fill_settings(*next);
  }
  next->entry.text = pad_mode_ == PadMode::item ? entry_.display() : mode_text_;
  constexpr std::array<const char*, 4> meanings = {"", "quantity", "price", "% off"};
  next->entry.meaning = meanings[static_cast<std::size_t>(pad_mode_)];
  std::function<void()> wake;
  {
    std::lock_guard lock(snapshot_mutex_);
    snapshot_ = std::move(next);
    wake = wake_;
  }
  if (wake) wake();
}

}  // namespace till::app
