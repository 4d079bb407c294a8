// The open ticket: scans, the pad, lines, parking.
#include <fmt/format.h>

#include "app/journal.hpp"
#include "app/selling.hpp"
#include "app/shop_state.hpp"
#include "app/worker/till_worker.hpp"
#include "core/decimal.hpp"
#include "core/text.hpp"
#include "domain/till_input.hpp"
#include "storage/baskets.hpp"
#include "storage/tables.hpp"

namespace till::app {
namespace {

constexpr int kPercentDecimals = 6;  // percent_micro
constexpr std::int64_t kMicroPerMilli = 1000;

domain::InputContext context_for(Shop& shop, bool confirmed = false) {
  domain::InputContext context;
  context.lookup = catalogue_lookup(shop);
  context.rules = shop.state().settings()->barcode_rules;
  context.reference_year = std::stoi(to_rfc3339(shop.state().clock.now()).substr(0, 4));
  context.confirmed = confirmed;
  return context;
}

domain::EntryEvent event_of(PadKey key) {
  using Kind = domain::EntryEvent::Kind;
  switch (key) {
    case PadKey::decimal:
      return domain::EntryEvent::of(Kind::decimal);
    case PadKey::times:
      return domain::EntryEvent::of(Kind::times);
    case PadKey::enter:
      return domain::EntryEvent::of(Kind::enter);
    case PadKey::backspace:
      return domain::EntryEvent::of(Kind::backspace);
    case PadKey::clear:
      return domain::EntryEvent::of(Kind::clear);
    default:
      return domain::EntryEvent::of(static_cast<char>('0' + static_cast<int>(key)));
  }
}

// Not its label: that may be a customer's name.
std::string ticket_name(const storage::ParkedBasket& parked) {
  return fmt::format("{} lines", parked.line_count);
}

}  // namespace

// The first thing that happens after a finished sale begins the next one.
Status TillWorker::begin_ticket() {
  next_.finished.reset();
  TRY(require_unpaid());
  if (basket_.empty()) {
    basket_ = domain::Basket(shop_->state().settings()->rules);
    if (!next_.shift.open) say(Notice::Level::info, "The shift is closed: open it before taking money");
  }
  return {};
}

// What was charged to a card must not exceed what is on the ticket afterwards.
Status TillWorker::require_unpaid() const {
  if (tenders_.empty()) return {};
  return invalid("this sale is partly paid; finish paying it, or take the payment off first");
}

// What was asked about this ticket, or by this person, must not be answered for the next one.
void TillWorker::drop_pending() {
  next_.approval.reset();
  next_.question.reset();
  approval_.reset();
  decided_ = nullptr;
}

// Saved while it grows, in the background: a power cut leaves the ticket as it was a moment ago. One save waits at
// most, and takes the latest: on a slow disk quick scans must not queue up in front of the sale.
void TillWorker::ticket_changed() {
  {
    std::lock_guard lock(unsaved_->mutex);
    const bool waits = unsaved_->ticket.has_value();
    unsaved_->ticket = basket_.empty() ? Bytes() : domain::encode_basket(basket_);
    if (waits) return;
  }
  const auto queued = shop_->state().db->write_async(
      [unsaved = unsaved_](storage::Transaction& tx) -> Status {
        const auto ticket = unsaved->take();
        if (!ticket) return {};
        return ticket->empty() ? storage::clear_open_basket(tx) : storage::save_open_basket(tx, *ticket);
      },
      [](const Status&) {}, storage::Priority::sale);
  if (!queued) (void)unsaved_->take();  // full queue: the next change saves it
}

void TillWorker::clear_ticket() {
  basket_ = domain::Basket(shop_->state().settings()->rules);
  tenders_.clear();
  drop_pending();
  selected_line_.clear();
  entry_.reset();
  pad_mode_ = PadMode::item;
  mode_text_.clear();
}

std::string TillWorker::target_line() const {
  return selected_line_.empty() ? basket_.last_line() : selected_line_;
}

Status TillWorker::on(const Scan& command) {
  TRY(begin_ticket());
  pad_mode_ = PadMode::item;
  mode_text_.clear();
  return apply_entry(entry_.on(domain::EntryEvent::scan(command.code)));
}

Status TillWorker::add_code(const std::string& code, domain::Quantity quantity) {
  domain::InputCommand input;
  input.code = code;
  if (quantity.milli != domain::Quantity{}.milli) input.quantity = quantity;
  const auto add = [this, input](bool confirmed) -> Status {
    auto line = domain::apply(input, basket_, context_for(*shop_, confirmed));
    if (!line) return fail(line.error());
    selected_line_.clear();
    ticket_changed();
    return {};
  };
  if (!domain::needs_confirmation(quantity)) return add(false);
  ask({"Unusual quantity", fmt::format("Really {} of it?", domain::format_quantity(quantity)), "Yes", "No"},
      [add](bool yes) { return yes ? add(true) : Status{}; });
  return {};
}

Status TillWorker::set_quantity(const std::string& line_id, domain::Quantity quantity) {
  if (line_id.empty()) return invalid("there is no line to change; scan or tap something first");
  const auto set = [this, line_id, quantity](bool confirmed) -> Status {
    TRY(basket_.set_quantity(line_id, quantity, confirmed));
    ticket_changed();
    return {};
  };
  if (!domain::needs_confirmation(quantity)) return set(false);
  ask({"Unusual quantity", fmt::format("Really {} of it?", domain::format_quantity(quantity)), "Yes", "No"},
      [set](bool yes) { return yes ? set(true) : Status{}; });
  return {};
}

// Half-typed digits may be no quantity yet ("0." on the way to "0.350*"): what is wrong with them is said at enter.
Status TillWorker::set_last_quantity(std::optional<domain::Quantity> quantity) {
  entry_problem_ = basket_.set_last_quantity(quantity, true);
  if (entry_problem_) ticket_changed();
  return {};
}

Status TillWorker::apply_entry(const domain::EntryEffect& effect) {
  using Kind = domain::EntryEffect::Kind;
  if (effect.kind != Kind::none) entry_problem_ = {};
  switch (effect.kind) {
    case Kind::none:
      return {};
    case Kind::add:
      return add_code(effect.code, effect.quantity);
    case Kind::set_quantity:
      return set_last_quantity(effect.quantity);
    case Kind::restore_quantity:
      return set_last_quantity(std::nullopt);
    case Kind::refused:
      return invalid(effect.sentence);
    case Kind::submit:
      return on(TypeLine{effect.text});
  }
  return {};
}

Status TillWorker::on(const Pad& command) {
  TRY(require_unpaid());
  if (next_.finished && command.key != PadKey::clear) TRY(begin_ticket());
  switch (command.key) {
    case PadKey::quantity:
      return press_mode(PadMode::quantity);
    case PadKey::price:
      return press_mode(PadMode::price);
    case PadKey::percent:
      return press_mode(PadMode::percent);
    default:
      break;
  }
  if (pad_mode_ != PadMode::item) return press_in_mode(command.key);
  if (command.key == PadKey::d00) {
    TRY(apply_entry(entry_.on(domain::EntryEvent::of('0'))));
    return apply_entry(entry_.on(domain::EntryEvent::of('0')));
  }
  if (command.key == PadKey::enter && !entry_problem_) return std::exchange(entry_problem_, {});
  return apply_entry(entry_.on(event_of(command.key)));
}

// Digits typed before the mode key count for it, unless they have already become the last line's quantity.
Status TillWorker::press_mode(PadMode mode) {
  const auto typed = entry_.sets_quantity() ? std::string() : entry_.display();
  pad_mode_ = mode;
  mode_text_ = typed.find_first_not_of("0123456789.") == std::string::npos ? typed : std::string();
  entry_.reset();
  return mode_text_.empty() ? Status{} : apply_mode();
}

Status TillWorker::press_in_mode(PadKey key) {
  if (key == PadKey::enter) return apply_mode();
  if (key == PadKey::clear || (key == PadKey::backspace && mode_text_.empty())) {
    pad_mode_ = PadMode::item;
    mode_text_.clear();
    return {};
  }
  if (key == PadKey::backspace) {
    mode_text_.pop_back();
  } else if (mode_text_.size() < 10) {
    if (key == PadKey::d00) mode_text_ += "00";
    if (key == PadKey::decimal && mode_text_.find('.') == std::string::npos) mode_text_ += ".";
    if (key <= PadKey::d9) mode_text_ += static_cast<char>('0' + static_cast<int>(key));
  }
  return {};
}

Status TillWorker::apply_mode() {
  const auto mode = std::exchange(pad_mode_, PadMode::item);
  const auto text = std::exchange(mode_text_, {});
  const auto line = target_line();
  if (line.empty()) return invalid("there is no line to change; scan or tap something first");
  if (text.empty()) return {};
  if (mode == PadMode::quantity) return set_quantity(line, TRY(domain::parse_quantity(text)));
  if (mode == PadMode::percent) {
    const auto percent = TRY(parse_decimal(text, kPercentDecimals, "the discount"));
    const auto right =
        domain::allows_discount(actor().role, percent) ? domain::Right::discount : domain::Right::price_change;
    return with_right(right, fmt::format("{} % off one line", text), [this, line, percent](const Actor& by) -> Status {
      TRY(basket_.set_line_discount(line, domain::Discount::percent(percent), by.approver));
      ticket_changed();
      return {};
    });
  }
  const bool in_units = text.find('.') == std::string::npos;
  const auto price = in_units ? Money{TRY(parse_decimal(text, 0, "the price"))}
                              : TRY(domain::parse_money(text, shop_->currency(), "the price"));
  return with_right(domain::Right::price_change, "another price: " + money(price),
                    [this, line, price](const Actor& by) -> Status {
                      TRY(basket_.set_unit_price(line, price, by.approver));
                      ticket_changed();
                      return {};
                    });
}

Status TillWorker::on(const TypeLine& command) {
  TRY(begin_ticket());
  const auto parsed = TRY(domain::parse_input(command.text));
  const auto enter = [this, parsed](const Actor&) -> Status {
    const auto line = domain::apply(parsed, basket_, context_for(*shop_));
    if (!line) return fail(line.error());
    entry_.line_added();
    selected_line_.clear();
    ticket_changed();
    return {};
  };
  if (parsed.refund) return with_right(domain::Right::refund, "a return without a receipt", enter);
  if (parsed.take_back) return with_right(domain::Right::void_line, "take back a line", enter);
  if (parsed.discount_percent_micro && !domain::allows_discount(actor().role, *parsed.discount_percent_micro))
    return with_right(domain::Right::price_change, "a discount above your limit", enter);
  return enter(actor());
}

Status TillWorker::on(const TapProduct& command) {
  TRY(begin_ticket());
  const auto item = TRY(item_of_product(*shop_, command.product));
  domain::AddOptions options;
  if (const auto multiplier = entry_.take_multiplier()) options.quantity = *multiplier;
  options.confirmed = !domain::needs_confirmation(options.quantity);
  TRY(basket_.add(item, options));
  entry_.line_added();
  selected_line_.clear();
  if (item.product.minimum_age > 0)
    say(Notice::Level::warning,
        fmt::format("'{}': check the age, {} years", item.product.name, item.product.minimum_age));
  ticket_changed();
  return {};
}

Status TillWorker::on(const SelectLine& command) {
  selected_line_ = selected_line_ == command.line_id ? std::string() : command.line_id;
  return {};
}

Status TillWorker::on(const ChangeQuantity& command) {
  TRY(begin_ticket());
  const auto* line = basket_.line(command.line_id.empty() ? target_line() : command.line_id);
  if (line == nullptr) return invalid("there is no line to change; scan or tap something first");
  const domain::Quantity quantity{line->quantity.milli + command.by_milli};
  if (quantity.milli == 0) return on(RemoveLine{line->line_id});
  return set_quantity(line->line_id, quantity);
}

Status TillWorker::on(const RemoveLine& command) {
  TRY(begin_ticket());
  const auto line_id = command.line_id.empty() ? target_line() : command.line_id;
  return with_right(domain::Right::void_line, "take back a line", [this, line_id](const Actor& by) -> Status {
    const auto voided = basket_.void_line(line_id, {}, by.approver);
    if (!voided) return fail(voided.error());
    selected_line_.clear();
    entry_.reset();
    ticket_changed();
    return {};
  });
}

Status TillWorker::on(const VoidLast&) {
  if (basket_.empty() && !finished_receipt_.empty()) {
    const auto receipt = finished_receipt_;
    return with_right(domain::Right::void_last_sale, "void the sale " + receipt,
                      [this, receipt](const Actor& by) -> Status {
                        const auto sale = TRY(void_sale(*shop_, by, receipt));
                        show_finished(sale);
                        return {};
                      });
  }
  if (basket_.empty()) return invalid("there is nothing to take back");
  TRY(require_unpaid());
  return with_right(domain::Right::void_line, "take back the last line", [this](const Actor& by) -> Status {
    const auto voided = basket_.void_last(by.approver);
    if (!voided) return fail(voided.error());
    entry_.reset();
    selected_line_.clear();
    ticket_changed();
    return {};
  });
}

Status TillWorker::on(const CancelTicket&) {
  if (basket_.empty()) return {};
  if (!tenders_.empty()) return invalid("this sale is partly paid; take the payment off first");
  return with_right(domain::Right::cancel_sale, "cancel the whole ticket", [this](const Actor&) -> Status {
    clear_ticket();
    ticket_changed();
    return {};
  });
}

Status TillWorker::on(const DiscountTicket& command) {
  TRY(require_unpaid());
  const auto percent_micro = command.percent_milli * kMicroPerMilli;
  const auto right =
      domain::allows_discount(actor().role, percent_micro) ? domain::Right::discount : domain::Right::price_change;
  return with_right(right, "a discount on the whole ticket", [this, percent_micro](const Actor&) -> Status {
    TRY(basket_.set_document_discount(percent_micro == 0 ? domain::Discount::none()
                                                         : domain::Discount::percent(percent_micro)));
    ticket_changed();
    return {};
  });
}

Status TillWorker::on(const SetCustomer& command) {
  std::string name;
  if (!command.customer.is_nil()) {
    const auto customer = TRY(shop_->state().db->read(
        [&](storage::Connection& conn) { return storage::load<domain::Customer>(conn, command.customer); }));
    if (!customer) return invalid("this customer does not exist any more");
    name = customer->name;
  }
  next_.finished.reset();
  basket_.set_customer(command.customer, std::move(name));
  ticket_changed();
  return {};
}

Status TillWorker::on(const Park& command) {
  if (basket_.empty()) return invalid("there is nothing to park");
  if (!tenders_.empty()) return invalid("this sale is partly paid; finish it first");
  auto& state = shop_->state();
  storage::ParkedBasket parked;
  parked.id = new_id(state.clock, state.random);
  parked.label = clipped(mask_card_numbers(trimmed(command.name)), 40);
  if (parked.label.empty())
    parked.label =
        basket_.customer_name().empty() ? "Ticket " + to_local(state.clock.now(), "%H:%M") : basket_.customer_name();
  parked.user_name = actor().name;
  parked.at = state.clock.now();
  parked.total = basket_.total();
  parked.line_count = static_cast<std::int64_t>(basket_.lines().size());
  parked.basket = domain::encode_basket(basket_);
  TRY(change(state, [&](storage::Transaction& tx) -> Status {
    TRY(storage::park_basket(tx, parked));
    TRY(storage::clear_open_basket(tx));
    return write_journal(state, tx, actor(), {"ticket.park", ticket_name(parked), money(parked.total)});
  }));
  clear_ticket();
  reload_parked();
  return {};
}

Status TillWorker::on(const Recall& command) {
  if (!basket_.empty()) return invalid("finish or park the open ticket first");
  auto& state = shop_->state();
  auto basket = TRY(change(state, [&](storage::Transaction& tx) -> Result<domain::Basket> {
    const auto taken = TRY(storage::take_basket(tx, command.parked));
    if (!taken) return invalid("this ticket has been recalled already");
    TRY(storage::save_open_basket(tx, taken->basket));
    TRY(write_journal(state, tx, actor(), {"ticket.recall", ticket_name(*taken), money(taken->total)}));
    return domain::decode_basket(taken->basket);
  }));
  clear_ticket();
  next_.finished.reset();
  basket_ = std::move(basket);
  reload_parked();
  return {};
}

}  // namespace till::app
