#include "domain/basket.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "core/text.hpp"
#include "core/wire.hpp"

namespace till::domain {
namespace {

constexpr std::size_t kMaxNote = 500;

Status check_quantity(Quantity quantity, SellUnit unit, bool confirmed) {
  const auto magnitude = std::abs(quantity.milli);
  if (magnitude == 0) return invalid("the quantity is zero; to take a line off, void it");
  if (unit == SellUnit::piece && magnitude % 1000 != 0)
    return invalid(fmt::format("{} of a piece cannot be sold; use a whole number", format_quantity(quantity)));
  if (magnitude > kMaxQuantity.milli)
    return invalid(fmt::format("the quantity {} is too large; at most {} on one line", format_quantity(quantity),
                               format_quantity(kMaxQuantity)));
  if (!confirmed && needs_confirmation(quantity))
    return invalid(fmt::format("{} is an unusual quantity; confirm it", format_quantity(quantity)));
  return {};
}

Result<Quantity> net_weight(const CatalogueItem& item, const AddOptions& options) {
  if (options.tare.milli == 0) return options.quantity;
  if (item.product.unit == SellUnit::piece)
    return invalid(fmt::format("'{}' is sold by the piece and has no tare", item.product.name));
  const auto gross = std::abs(options.quantity.milli), net = gross - options.tare.milli;
  if (options.tare.milli < 0 || net <= 0)
    return invalid(fmt::format("the weight {} must be more than the tare {}; put the goods on the scale",
                               format_quantity({gross}), format_quantity(options.tare)));
  return Quantity{options.quantity.milli < 0 ? -net : net};
}

bool merges(const BasketLine& a, const BasketLine& b) {
  return a.kind == LineKind::item && b.kind == LineKind::item && a.product == b.product && !a.product.is_nil() &&
         a.unit == SellUnit::piece && a.unit_price_micro == b.unit_price_micro &&
         a.list_price_micro == b.list_price_micro && a.taxes == b.taxes && a.discount == b.discount &&
         a.discount.kind != Discount::Kind::amount && a.quantity_price.pieces == 0 && b.quantity_price.pieces == 0 &&
         !a.has_label && !b.has_label && a.voided.milli == 0 && (a.quantity.milli < 0) == (b.quantity.milli < 0);
}

// The part of an amount discount that goes back with quantities up to `upto`, of `whole`.
std::int64_t discount_until(const Discount& discount, Quantity upto, Quantity whole) {
  return static_cast<std::int64_t>(static_cast<__int128>(discount.amount.minor) * upto.milli / whole.milli);
}

Result<BasketLine> line_from(const CatalogueItem& item, const AddOptions& options, const Currency& currency) {
  const Product& product = item.product;
  BasketLine line;
  line.quantity = TRY(net_weight(item, options));
  TRY(check_quantity(line.quantity, product.unit, options.confirmed));
  line.product = product.id;
  line.sku = product.sku;
  line.barcode = options.barcode;
  line.name = product.name;
  line.unit = product.unit;
  const Money charged = options.price ? *options.price : product.has_special ? product.special_price : product.price;
  line.unit_price_micro = TRY(unit_price_micro(charged, currency));
  line.list_price_micro = TRY(unit_price_micro(options.price ? charged : product.price, currency));
  line.discount = options.discount;
  line.minimum_age = product.minimum_age;
  if (!options.price && !product.has_special && product.unit == SellUnit::piece)
    line.quantity_price = item.quantity_price;
  if (options.label_total) {
    if (options.label_total->minor < 0) return invalid("a label's price must not be negative");
    line.has_label = true;
    line.label_total = line.quantity.milli < 0 ? -*options.label_total : *options.label_total;
    line.quantity_price = {};
  }
  return line;
}

}  // namespace

bool needs_confirmation(Quantity quantity) {
  return std::abs(quantity.milli) > kConfirmAbove.milli;
}

Result<std::string> Basket::changed(const Change& change) {
  Basket candidate = *this;
  auto id = TRY(change(candidate));
  TRY(candidate.reprice());
  *this = std::move(candidate);
  return id;
}

Status Basket::changed_line(std::string_view line_id, const std::function<Status(BasketLine&)>& change) {
  const auto id = changed([&](Basket& basket) -> Result<std::string> {
    auto* line = TRY(basket.changeable(line_id));
    TRY(change(*line));
    return line->line_id;
  });
  if (!id) return fail(id.error());
  return {};
}

Result<std::string> Basket::add(const CatalogueItem& item, const AddOptions& options) {
  if (!item.product.available || item.product.lifecycle != Lifecycle::active)
    return invalid(fmt::format("'{}' is not for sale at the moment", item.product.name));
  return changed([&](Basket& basket) -> Result<std::string> {
    auto line = TRY(line_from(item, options, basket.rules_.currency));
    line.taxes = basket.remember(item.taxes);
    const auto quantity = line.quantity;
    const auto id = TRY(basket.put(std::move(line)));
    if (item.deposit) TRY(basket.put_deposit(item, id, quantity));
    basket.last_line_ = id;
    basket.last_quantity_ = basket.last_added_ = quantity;
    return id;
  });
}

Result<std::string> Basket::add_department(const Department& department, Money unit_price, Quantity quantity,
                                           const Discount& discount) {
  if (unit_price.minor <= 0) return invalid("the department's amount must be more than zero");
  return changed([&](Basket& basket) -> Result<std::string> {
    BasketLine line;
    line.kind = LineKind::department;
    line.name = department.name.empty() ? "Department " + department.number : department.name;
    line.department = department.number;
    line.quantity = quantity;
    TRY(check_quantity(quantity, SellUnit::piece, false));
    line.unit_price_micro = line.list_price_micro = TRY(domain::unit_price_micro(unit_price, basket.rules_.currency));
    line.taxes = basket.remember(department.taxes);
    line.discount = discount;
    basket.last_quantity_ = basket.last_added_ = quantity;
    basket.last_line_ = TRY(basket.put(std::move(line)));
    return basket.last_line_;
  });
}

Result<std::string> Basket::put(BasketLine line) {
  for (auto& present : lines_) {
    if (!merges(present, line)) continue;
    present.quantity.milli += line.quantity.milli;
    TRY(check_quantity(present.quantity, present.unit, true));
    return present.line_id;
  }
  line.line_id = new_line_id();
  lines_.push_back(std::move(line));
  return lines_.back().line_id;
}

Status Basket::put_deposit(const CatalogueItem& item, const std::string& parent, Quantity quantity) {
  for (auto& line : lines_) {
    if (line.kind != LineKind::deposit || line.parent != parent) continue;
    line.quantity.milli += quantity.milli;
    return {};
  }
  AddOptions options;
  options.quantity = quantity;
  options.confirmed = true;
  CatalogueItem deposit;
  deposit.product = *item.deposit;
  deposit.taxes = item.deposit_taxes;
  auto line = TRY(line_from(deposit, options, rules_.currency));
  line.kind = LineKind::deposit;
  line.parent = parent;
  line.taxes = remember(deposit.taxes);
  line.line_id = new_line_id();
  lines_.push_back(std::move(line));
  return {};
}

Result<BasketLine*> Basket::changeable(std::string_view line_id) {
  auto* line = find(line_id);
  if (line == nullptr) return invalid(fmt::format("line '{}' is not on the ticket", line_id));
  if (line->is_void()) return invalid("this line is a void and cannot be changed; add the item again");
  if (line->kind == LineKind::deposit) return invalid("the deposit goes along with its item; change the item");
  if (line->voided.milli != 0) return invalid(fmt::format("'{}' has been taken back; add the item again", line->name));
  return line;
}

Status Basket::set_quantity(std::string_view line_id, Quantity quantity, bool confirmed) {
  const auto id = changed([&](Basket& basket) -> Result<std::string> {
    auto* line = TRY(basket.changeable(line_id));
    if (line->has_label) return invalid("the quantity of a label cannot be changed; scan each label");
    TRY(check_quantity(quantity, line->unit, confirmed));
    line->quantity = quantity;
    for (auto& other : basket.lines_)
      if (other.kind == LineKind::deposit && other.parent == line_id) other.quantity = quantity;
    basket.last_line_ = line->line_id;
    basket.last_quantity_ = basket.last_added_ = quantity;
    return line->line_id;
  });
  if (!id) return fail(id.error());
  return {};
}

Status Basket::set_last_quantity(std::optional<Quantity> quantity, bool confirmed) {
  const auto* last = line(last_line_);
  if (last == nullptr || last_added_.milli == 0)
    return invalid("there is no line to set the quantity of; scan an item first");
  auto wanted = quantity.value_or(last_added_);
  if ((wanted.milli < 0) != (last_added_.milli < 0)) wanted = -wanted;  // digits carry no sign; a return stays a return
  TRY(check_quantity(wanted, last->unit, confirmed || !quantity));
  const Quantity whole{last->quantity.milli - last_quantity_.milli + wanted.milli};
  const auto added = last_added_;
  TRY(set_quantity(std::string(last_line_), whole, true));
  last_quantity_ = wanted;
  last_added_ = added;
  return {};
}

Status Basket::set_unit_price(std::string_view line_id, Money price, const Id& approved_by) {
  if (price.minor < 0) return invalid("the price must not be negative; use a refund to pay money back");
  return changed_line(line_id, [&](BasketLine& line) -> Status {
    line.unit_price_micro = line.list_price_micro = TRY(unit_price_micro(price, rules_.currency));
    line.quantity_price = {};
    line.has_label = false;
    line.approved_by = approved_by;
    return {};
  });
}

Status Basket::set_line_discount(std::string_view line_id, const Discount& discount, const Id& approved_by) {
  return changed_line(line_id, [&](BasketLine& line) -> Status {
    line.discount = discount;
    line.approved_by = approved_by;
    return {};
  });
}

Status Basket::set_document_discount(const Discount& discount) {
  if (discount.kind == Discount::Kind::amount &&
      discount.amount.minor > std::abs(priced_.total.minor + priced_.document_discount.minor))
    return invalid("the discount is more than the total; lower it");
  const auto done = changed([&](Basket& basket) -> Result<std::string> {
    basket.document_discount_ = discount;
    return std::string();
  });
  if (!done) return fail(done.error());
  return {};
}

std::string Basket::append_void(BasketLine& line, Quantity quantity, const std::string& parent, const Id& approved_by) {
  BasketLine taken = line;
  taken.line_id = new_line_id();
  taken.kind = LineKind::void_of;
  taken.quantity = -quantity;
  taken.cites_line = line.line_id;
  taken.parent = parent;
  taken.voided = {0};
  taken.label_total = -line.label_total;
  taken.minimum_age = 0;
  taken.approved_by = approved_by;
  const Quantity after{line.voided.milli + quantity.milli};
  if (line.discount.kind == Discount::Kind::amount)
    taken.discount = Discount::of({discount_until(line.discount, after, line.quantity) -
                                   discount_until(line.discount, line.voided, line.quantity)});
  line.voided = after;
  lines_.push_back(std::move(taken));  // `line` may dangle from here on
  return lines_.back().line_id;
}

Result<std::string> Basket::void_line(std::string_view line_id, std::optional<Quantity> quantity,
                                      const Id& approved_by) {
  return changed([&](Basket& basket) -> Result<std::string> {
    auto* line = basket.find(line_id);
    if (line == nullptr) return invalid(fmt::format("line '{}' is not on the ticket", line_id));
    if (line->is_void()) return invalid("a void cannot be taken back; add the item again");
    if (line->kind == LineKind::deposit) return invalid("the deposit goes along with its item; void the item");
    const auto left = line->left();
    if (left.milli == 0) return invalid(fmt::format("'{}' has been taken back already", line->name));
    auto taken = std::abs(quantity.value_or(left).milli);
    if (taken == 0 || taken > std::abs(left.milli))
      return invalid(
          fmt::format("only {} of '{}' can be taken back", format_quantity({std::abs(left.milli)}), line->name));
    if (taken != std::abs(left.milli)) {
      if (line->has_label) return invalid("a label is taken back as a whole");
      TRY(check_quantity({taken}, line->unit, true));
    }
    if (left.milli < 0) taken = -taken;
    const auto parent = line->line_id;
    const auto id = basket.append_void(*line, {taken}, "", approved_by);
    for (std::size_t i = 0; i < basket.lines_.size(); ++i) {
      auto& other = basket.lines_[i];
      if (other.kind != LineKind::deposit || other.parent != parent) continue;
      basket.append_void(other, {taken}, id, approved_by);
      break;
    }
    if (basket.last_line_ == parent) basket.last_quantity_ = basket.last_added_ = {0};
    return id;
  });
}

Result<std::string> Basket::void_last(const Id& approved_by) {
  const auto* last = line(last_line_);
  if (last != nullptr && !last->is_void() && last_quantity_.milli != 0 &&
      std::abs(last->left().milli) >= std::abs(last_quantity_.milli))
    return void_line(last_line_, last_quantity_, approved_by);
  for (auto it = lines_.rbegin(); it != lines_.rend(); ++it)
    if (!it->is_void() && it->kind != LineKind::deposit && it->left().milli != 0)
      return void_line(std::string(it->line_id), std::nullopt, approved_by);
  return invalid("there is nothing to take back");
}

std::string Basket::line_of(const Id& product) const {
  for (auto it = lines_.rbegin(); it != lines_.rend(); ++it)
    if (it->product == product && it->kind == LineKind::item && it->left().milli != 0) return it->line_id;
  return {};
}

void Basket::set_note(std::string note) {
  note_ = mask_card_numbers(clipped(note, kMaxNote));
}

const BasketLine* Basket::line(std::string_view line_id) const {
  const auto it = std::find_if(lines_.begin(), lines_.end(), [&](const BasketLine& l) { return l.line_id == line_id; });
  return it == lines_.end() ? nullptr : &*it;
}

BasketLine* Basket::find(std::string_view line_id) {
  return const_cast<BasketLine*>(std::as_const(*this).line(line_id));
}

std::vector<Id> Basket::remember(const std::vector<Tax>& taxes) {
  std::vector<Id> ids;
  for (const auto& tax : taxes) {
    const auto known =
        std::any_of(taxes_.begin(), taxes_.end(), [&](const BasketTax& t) { return t.tax.id == tax.id; });
    if (!known) taxes_.push_back({tax});
    ids.push_back(tax.id);
  }
  return ids;
}

std::string Basket::new_line_id() {
  return std::to_string(next_line_++);
}

// An order's id follows the basket, so that tickets saved before there were orders are read, too.
Bytes encode_basket(const Basket& basket) {
  Bytes bytes = encode(basket);
  if (!basket.order().is_nil()) bytes.insert(bytes.end(), basket.order().bytes.begin(), basket.order().bytes.end());
  return bytes;
}

Result<Basket> decode_basket(ByteView bytes) {
  constexpr std::size_t kIdBytes = sizeof(Id::bytes);
  auto plain = decode<Basket>(bytes);
  if (!plain && bytes.size() > kIdBytes) {
    plain = decode<Basket>(bytes.first(bytes.size() - kIdBytes));
    if (plain) plain->set_order(TRY(id_from_bytes(bytes.last(kIdBytes))));
  }
  auto basket = TRY(std::move(plain));
  TRY(basket.restore());
  return basket;
}

}  // namespace till::domain
