#include "domain/till_input.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "core/decimal.hpp"
#include "core/text.hpp"
#include "domain/barcode_meaning.hpp"

namespace till::domain {
namespace {

constexpr std::size_t kMaxInput = 600;
constexpr std::size_t kMaxQuantityDigits = 5;  // more looks like a barcode

char upper(char c) {
  return static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
}

// Walks the line once; every prefix is taken off the front until what is sold is left.
class Parser {
 public:
  explicit Parser(std::string_view text) : text_(trimmed(text)) {}

  Result<InputCommand> run() {
    if (text_.empty()) return invalid("nothing was typed; type or scan an item");
    if (text_.size() > kMaxInput) return invalid("the input is too long; scan or type one item at a time");
    while (true) {
      skip_blanks();
      if (take("RF")) {
        TRY(once(out_.refund, "RF"));
      } else if (take("VD")) {
        TRY(once(out_.take_back, "VD"));
      } else if (const auto number = number_before("*"); !number.empty()) {
        TRY(quantity(number));
      } else if (const auto percent = number_before("PD"); !percent.empty()) {
        TRY(discount(percent));
      } else {
        break;
      }
    }
    TRY(rest());
    TRY(consistent());
    return out_;
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }

  bool take(std::string_view word) {
    if (text_.size() - at_ < word.size()) return false;
    for (std::size_t i = 0; i < word.size(); ++i)
      if (upper(text_[at_ + i]) != word[i]) return false;
    at_ += word.size();
    return true;
  }

  // The number that stands before `word`, both taken; empty and nothing taken otherwise.
  std::string number_before(std::string_view word) {
    const auto start = at_;
    std::string number;
    while (at_ < text_.size() &&
           (std::isdigit(static_cast<unsigned char>(text_[at_])) != 0 || text_[at_] == '.' || text_[at_] == ','))
      number += text_[at_] == ',' ? '.' : text_[at_], ++at_;
    skip_blanks();
    if (!number.empty() && take(word)) return number;
    at_ = start;
    return {};
  }

  static Status once(bool& flag, std::string_view word) {
    if (flag) return invalid(fmt::format("{} is there twice; write it once", word));
    flag = true;
    return {};
  }

  Status quantity(const std::string& number) {
    if (out_.quantity) return invalid("there are two quantities; write one before the item");
    if (number.find('.') == std::string::npos && number.size() > kMaxQuantityDigits)
      return invalid(fmt::format("the quantity {} looks like a barcode; type the quantity again, then scan", number));
    out_.quantity = TRY(parse_quantity(number));
    if (out_.quantity->milli <= 0) return invalid("the quantity must be more than zero; write RF for a return");
    return {};
  }

  Status discount(const std::string& number) {
    if (out_.discount_percent_micro) return invalid("there are two discounts; write one before the item");
    out_.discount_percent_micro = TRY(parse_decimal(number, 6, "the discount"));
    if (*out_.discount_percent_micro > 100 * kPercentMicro) return invalid("a discount must be between 0 and 100 %");
    return {};
  }

  Status rest() {
    if (const auto amount = number_before("DP"); !amount.empty()) {
      out_.amount = amount;
      out_.department = trimmed(std::string_view(text_).substr(at_));
      const bool digits =
          std::all_of(out_.department.begin(), out_.department.end(), [](char c) { return c >= '0' && c <= '9'; });
      if (out_.department.empty() || out_.department.size() > 6 || !digits)
        return invalid("after DP comes the department's number, as in 100DP10");
      return {};
    }
    out_.code = text_.substr(at_);
    if (out_.code.find('*') != std::string::npos)
      return invalid(fmt::format("'{}' is not understood; write the quantity as digits before *, as in 3*4011",
                                 clipped(text_, 40)));
    if (upper(out_.code.empty() ? ' ' : out_.code[0]) == 'P' && out_.code.size() >= 2 && upper(out_.code[1]) == 'D' &&
        out_.code.size() == 2)
      return invalid("PD needs the percentage before it, as in 5PD");
    return {};
  }

  [[nodiscard]] Status consistent() const {
    if (out_.refund && out_.take_back) return invalid("RF and VD cannot go together; use one of them");
    if (out_.take_back && out_.discount_percent_micro)
      return invalid("VD takes a line back and has no discount; leave out PD");
    if (!out_.bare()) return {};
    if (out_.refund) return invalid("RF needs the item that comes back; scan or type it after RF");
    if (out_.quantity && !out_.take_back) return invalid("the quantity needs an item; scan or type it after *");
    return {};
  }

  const std::string text_;
  std::size_t at_ = 0;
  InputCommand out_;
};

// An item as scanned: which product, how much of it, and what a label says that it costs.
struct Scanned {
  CatalogueItem item;
  AddOptions options;
};

Quantity times(Quantity one, const std::optional<Quantity>& count) {
  return count ? Quantity{one.milli * count->milli / 1000} : one;
}

Status scaled_label(const BarcodeMeaning& meaning, const InputCommand& command, const Currency& currency,
                    Scanned& out) {
  if (command.quantity && command.quantity->milli % 1000 != 0)
    return invalid("a label is sold whole; use a whole number");
  const auto& product = out.item.product;
  if (meaning.kind == BarcodeKind::weight) {
    if (product.unit == SellUnit::piece)
      return invalid(
          fmt::format("'{}' is sold by the piece, but its label carries a weight; correct the product", product.name));
    out.options.quantity = times(*meaning.quantity, command.quantity);
    return {};
  }
  const auto label = TRY(meaning.amount(currency));
  const auto micro = TRY(unit_price_micro(product.has_special ? product.special_price : product.price, currency));
  const auto derived = derived_quantity(meaning.scaled, meaning.decimals, micro);
  const auto one = product.unit != SellUnit::piece && derived && derived->milli > 0 ? *derived : Quantity{};
  out.options.quantity = times(one, command.quantity);
  out.options.label_total = Money{label.minor * (command.quantity ? command.quantity->milli / 1000 : 1)};
  return {};
}

Status from_gs1(const BarcodeMeaning& meaning, const InputCommand& command, Scanned& out) {
  if (!meaning.quantity || command.quantity) return {};
  if (out.item.product.unit == SellUnit::piece && meaning.quantity->milli % 1000 != 0) return {};
  out.options.quantity = *meaning.quantity;
  return {};
}

Result<Scanned> scanned(const InputCommand& command, const Basket& basket, const InputContext& context) {
  const auto meaning = classify(command.code, context.rules, {std::nullopt, context.reference_year});
  const bool label = meaning.kind == BarcodeKind::price || meaning.kind == BarcodeKind::weight;
  auto found = find_item(context.lookup, meaning.item.empty() ? std::string_view(command.code) : meaning.item);
  if (!found && meaning.kind == BarcodeKind::error && found.error().kind == ErrorKind::invalid)
    return invalid(meaning.error);
  Scanned out;
  out.item = TRY(std::move(found));
  out.options.barcode = command.code;
  out.options.confirmed = context.confirmed;
  out.options.quantity = command.quantity.value_or(Quantity{});
  if (command.discount_percent_micro) out.options.discount = Discount::percent(*command.discount_percent_micro);
  if (meaning.kind == BarcodeKind::value)
    return invalid("the code carries a value that is neither price nor weight; it cannot be sold");
  if (label) TRY(scaled_label(meaning, command, basket.rules().currency, out));
  if (meaning.kind == BarcodeKind::gs1) TRY(from_gs1(meaning, command, out));
  if (!label && command.quantity && out.item.product.unit != SellUnit::piece) out.options.tare = out.item.product.tare;
  if (command.refund) out.options.quantity = -out.options.quantity;
  return out;
}

Result<Money> department_amount(const InputCommand& command, const Currency& currency) {
  if (command.amount.find('.') != std::string::npos) return parse_money(command.amount, currency);
  return Money{TRY(parse_decimal(command.amount, 0, "the amount"))};
}

Result<std::string> take_back(const InputCommand& command, Basket& basket, const InputContext& context) {
  if (command.bare()) {
    if (!command.quantity) return basket.void_last();
    return basket.void_line(std::string(basket.last_line()), command.quantity);
  }
  if (!command.department.empty()) {
    const auto price = TRY(department_amount(command, basket.rules().currency));
    const auto micro = TRY(unit_price_micro(price, basket.rules().currency));
    for (auto it = basket.lines().rbegin(); it != basket.lines().rend(); ++it)
      if (it->kind == LineKind::department && it->department == command.department && it->unit_price_micro == micro &&
          it->left().milli != 0)
        return basket.void_line(std::string(it->line_id), command.quantity);
    return invalid(fmt::format("there is no such sale in department {} on the ticket", command.department));
  }
  const auto wanted = TRY(scanned(command, basket, context));
  const auto id = basket.line_of(wanted.item.product.id);
  if (id.empty())
    return invalid(fmt::format("'{}' is not on the ticket, so it cannot be taken back", wanted.item.product.name));
  return basket.void_line(id, command.quantity);
}

Result<std::string> sell_department(const InputCommand& command, Basket& basket, const InputContext& context) {
  const auto price = TRY(department_amount(command, basket.rules().currency));
  std::optional<Department> department;
  if (context.lookup.department) department = TRY(context.lookup.department(command.department));
  if (!department) return invalid(fmt::format("there is no department {}; check the number", command.department));
  auto quantity = command.quantity.value_or(Quantity{});
  if (command.refund) quantity = -quantity;
  const auto discount =
      command.discount_percent_micro ? Discount::percent(*command.discount_percent_micro) : Discount::none();
  return basket.add_department(*department, price, quantity, discount);
}

}  // namespace

Result<InputCommand> parse_input(std::string_view text) {
  return Parser(text).run();
}

Result<std::string> apply(const InputCommand& command, Basket& basket, const InputContext& context) {
  if (command.take_back) return take_back(command, basket, context);
  if (!command.department.empty()) return sell_department(command, basket, context);
  if (command.bare()) {
    if (!command.discount_percent_micro || basket.last_line().empty())
      return invalid("there is no line to discount; scan an item first");
    TRY(basket.set_line_discount(std::string(basket.last_line()), Discount::percent(*command.discount_percent_micro)));
    return basket.last_line();
  }
  const auto item = TRY(scanned(command, basket, context));
  return basket.add(item.item, item.options);
}

Result<std::string> enter(std::string_view text, Basket& basket, const InputContext& context) {
  const auto command = TRY(parse_input(text));
  return apply(command, basket, context);
}

}  // namespace till::domain
