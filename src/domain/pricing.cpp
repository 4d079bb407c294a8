#include "domain/pricing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/decimal.hpp"
#include "domain/apportion.hpp"
#include "domain/rational.hpp"
#include "domain/tax_engine.hpp"

namespace till::domain {
namespace {

constexpr std::int64_t kHundredPercent = 100 * kPercentMicro;

std::string named(const LineToPrice& line) {
  return fmt::format("line '{}'", line.id);
}

tl::unexpected<Error> too_large(const LineToPrice& line) {
  return invalid(fmt::format("{}: the amount is too large; lower the quantity or the price", named(line)));
}

// A line before and after its taxes, unrounded where the document rounds.
struct RawLine {
  Money gross, discount;
  std::vector<const Tax*> taxes;
  LineTaxes evaluated;
  Rational total;
};

Status check_discount(const Discount& discount, const std::string& where) {
  if (discount.kind == Discount::Kind::percent &&
      (discount.percent_micro < 0 || discount.percent_micro > kHundredPercent))
    return invalid(fmt::format("{}: a discount must be between 0 and 100 %", where));
  if (discount.kind == Discount::Kind::amount && (discount.amount.minor < 0 || discount.amount.minor > kMaxMinor))
    return invalid(fmt::format("{}: a discount must not be negative; write what is taken off", where));
  return {};
}

Status check_line(const LineToPrice& line, const PriceRequest& request) {
  if (line.quantity.milli > kMaxQuantityMilli || line.quantity.milli < -kMaxQuantityMilli)
    return invalid(fmt::format("{}: the quantity is too large; at most {}", named(line), kMaxQuantityMilli / 1000));
  if (line.taxes.size() > kMaxTaxesPerLine)
    return invalid(fmt::format("{}: more than {} taxes; leave some out", named(line), kMaxTaxesPerLine));
  std::set<std::size_t> seen;
  for (const auto tax : line.taxes) {
    if (tax >= request.taxes.size()) return invalid(fmt::format("{}: names a tax that is not there", named(line)));
    if (!seen.insert(tax).second)
      return invalid(fmt::format("{}: names tax '{}' twice; name it once", named(line), request.taxes[tax].code));
  }
  return check_discount(line.discount, named(line));
}

Status check_request(const PriceRequest& request) {
  if (request.currency.unit_num <= 0 || request.currency.digits < 0 || request.currency.digits > 6)
    return invalid("the currency's unit must be a positive amount such as 0.01");
  if (request.lines.size() > kMaxLines)
    return invalid(fmt::format("there are more than {} lines; split the sale", kMaxLines));
  std::set<std::string_view> codes, ids;
  for (const auto& tax : request.taxes) {
    if (!codes.insert(tax.code).second)
      return invalid(fmt::format("tax '{}' is there twice; give each its own code", tax.code));
    TRY(check_tax(tax));
  }
  for (const auto& line : request.lines) {
    if (!ids.insert(line.id).second)
      return invalid(fmt::format("{} is there twice; give each line its own id", named(line)));
    TRY(check_line(line, request));
  }
  return check_discount(request.discount, "the document");
}

Result<Rational> discounted(const LineToPrice& line, const Rational& gross) {
  switch (line.discount.kind) {
    case Discount::Kind::none:
      return gross;
    case Discount::Kind::percent:
      return Rational(gross * ratio(kHundredPercent - line.discount.percent_micro, kHundredPercent));
    case Discount::Kind::amount:
      break;
  }
  const Rational off = line.discount.amount.minor;
  if (off > boost::multiprecision::abs(gross))
    return invalid(fmt::format("{}: the discount is more than the line's price; lower it", named(line)));
  if (gross < 0) return Rational(gross + off);
  return Rational(gross - off);
}

Result<RawLine> raw_line(const LineToPrice& line, const PriceRequest& request) {
  RawLine out;
  const Rational per_main = minor_per_main(request.currency), quantity = ratio(line.quantity.milli, 1000);
  const Rational gross = line.amount ? Rational(line.amount->minor)
                                     : Rational(ratio(line.unit_price_micro, 1'000'000) * per_main * quantity);
  const auto gross_rounded = round_half_away(gross);
  if (!gross_rounded) return too_large(line);
  Rational amount = TRY(discounted(line, gross));
  const auto amount_rounded = *round_half_away(amount);  // no larger than the gross
  out.gross = {*gross_rounded};
  out.discount = {*gross_rounded - amount_rounded};
  const bool by_line = request.tax_rounding == TaxRounding::line;
  if (by_line) amount = amount_rounded;

  for (const auto tax : line.taxes) out.taxes.push_back(&request.taxes[tax]);
  auto evaluated = evaluate_taxes({amount, quantity, line.unit_price_micro < 0, per_main, by_line}, out.taxes);
  if (!evaluated) return fail(evaluated.error().context(named(line)));
  out.evaluated = std::move(*evaluated);
  out.total = out.evaluated.net;
  for (const auto& tax : out.evaluated.amounts) out.total += tax;
  if (!round_half_away(out.evaluated.net) || !round_half_away(out.total)) return too_large(line);
  return out;
}

PricedLine rounded_line(const LineToPrice& line, const RawLine& raw) {
  PricedLine out{line.id, raw.gross, raw.discount, {}, {*round_half_away(raw.evaluated.net)}, {}, {}};
  out.total = out.net;
  for (std::size_t i = 0; i < line.taxes.size(); ++i) {
    const auto amount = round_half_away(raw.evaluated.amounts[i]).value_or(0);
    out.taxes.push_back({line.taxes[i], {round_half_away(raw.evaluated.bases[i]).value_or(0)}, {amount}});
    out.total.minor += amount;
  }
  return out;
}

// The sum rounded once, spread over its parts.
Result<std::vector<std::int64_t>> shares_of_sum(const std::vector<Rational>& values) {
  Rational sum = 0;
  for (const auto& value : values) sum += value;
  const auto rounded = round_half_away(sum);
  if (!rounded) return invalid("the document's amount is too large; split the sale");
  return apportion(*rounded, values);
}

// One place of a tax on a line: which line, and which of its taxes.
struct TaxPlace {
  std::size_t line, position;
};

std::vector<TaxPlace> places_of(std::size_t tax, const std::vector<PricedLine>& lines) {
  std::vector<TaxPlace> out;
  for (std::size_t line = 0; line < lines.size(); ++line)
    for (std::size_t i = 0; i < lines[line].taxes.size(); ++i)
      if (lines[line].taxes[i].tax == tax) out.push_back({line, i});
  return out;
}

// TaxRounding::document: every figure is rounded once from its unrounded sum; the lines get shares of it.
Status round_as_document(const PriceRequest& request, const std::vector<RawLine>& raw, std::vector<PricedLine>& lines) {
  bool any_excluded = false;
  for (const auto& line : raw)
    for (std::size_t i = 0; i < line.taxes.size(); ++i)
      any_excluded = any_excluded || (!line.taxes[i]->included && line.evaluated.amounts[i] != 0);

  for (std::size_t tax = 0; tax < request.taxes.size(); ++tax) {
    const auto places = places_of(tax, lines);
    std::vector<Rational> amounts, bases;
    for (const auto& place : places) {
      amounts.push_back(raw[place.line].evaluated.amounts[place.position]);
      bases.push_back(raw[place.line].evaluated.bases[place.position]);
    }
    const auto amount_shares = TRY(shares_of_sum(amounts));
    const auto base_shares = TRY(shares_of_sum(bases));
    for (std::size_t i = 0; i < places.size(); ++i) {
      auto& priced = lines[places[i].line].taxes[places[i].position];
      priced.amount = {amount_shares[i]};
      priced.base = {base_shares[i]};
    }
  }
  std::vector<Rational> anchors;
  for (const auto& line : raw) anchors.push_back(any_excluded ? line.evaluated.net : line.total);
  const auto shares = TRY(shares_of_sum(anchors));
  for (std::size_t i = 0; i < lines.size(); ++i) {
    Money tax;
    for (const auto& t : lines[i].taxes) tax += t.amount;
    lines[i].net = any_excluded ? Money{shares[i]} : Money{shares[i]} - tax;
    lines[i].total = lines[i].net + tax;
  }
  return {};
}

Result<PricedDocument> summed(std::vector<PricedLine> lines, std::size_t tax_count) {
  PricedDocument out;
  std::vector<PricedTax> sums(tax_count);
  std::vector<bool> used(tax_count);
  for (const auto& line : lines) {
    out.net += line.net;
    out.total += line.total;
    out.document_discount += line.document_discount;
    for (const auto& tax : line.taxes) {
      sums[tax.tax].base += tax.base;
      sums[tax.tax].amount += tax.amount;
      used[tax.tax] = true;
      out.tax += tax.amount;
    }
    // Each line is within range, so that a thousand of them cannot overflow before this is seen.
    if (std::max({std::abs(out.net.minor), std::abs(out.total.minor), std::abs(out.tax.minor)}) > kMaxMinor)
      return invalid("the document's amount is too large; split the sale");
  }
  for (std::size_t tax = 0; tax < tax_count; ++tax) {
    if (!used[tax]) continue;
    sums[tax].tax = tax;
    out.taxes.push_back(sums[tax]);
  }
  out.lines = std::move(lines);
  return out;
}

// What is left of every amount, as a factor between 0 and 1.
Result<Rational> kept_factor(const Discount& discount, Money total) {
  if (discount.kind == Discount::Kind::percent) return ratio(kHundredPercent - discount.percent_micro, kHundredPercent);
  const std::int64_t whole = std::abs(total.minor), off = discount.amount.minor;
  if (off > whole) return invalid("the document's discount is more than its total; lower it");
  if (off == 0) return Rational(1);
  return ratio(whole - off, whole);
}

std::vector<std::int64_t> scaled_shares(const std::vector<std::int64_t>& values, const Rational& factor) {
  std::vector<Rational> shares;
  Rational sum = 0;
  for (const auto value : values) sum += shares.emplace_back(factor * value);
  return apportion(round_half_away(sum).value_or(0), shares);
}

void discount_taxes(const Rational& factor, std::size_t tax_count, std::vector<PricedLine>& lines) {
  for (std::size_t tax = 0; tax < tax_count; ++tax) {
    const auto places = places_of(tax, lines);
    std::vector<std::int64_t> amounts, bases;
    for (const auto& place : places) {
      amounts.push_back(lines[place.line].taxes[place.position].amount.minor);
      bases.push_back(lines[place.line].taxes[place.position].base.minor);
    }
    amounts = scaled_shares(amounts, factor);
    bases = scaled_shares(bases, factor);
    for (std::size_t i = 0; i < places.size(); ++i) {
      auto& priced = lines[places[i].line].taxes[places[i].position];
      priced.amount = {amounts[i]};
      priced.base = {bases[i]};
    }
  }
}

void discount_document(const Rational& factor, std::size_t tax_count, std::vector<PricedLine>& lines) {
  std::vector<std::int64_t> totals;
  for (const auto& line : lines) totals.push_back(line.total.minor);
  totals = scaled_shares(totals, factor);
  discount_taxes(factor, tax_count, lines);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    lines[i].document_discount = lines[i].total - Money{totals[i]};
    lines[i].total = {totals[i]};
    lines[i].net = lines[i].total;
    for (const auto& tax : lines[i].taxes) lines[i].net -= tax.amount;
  }
}

}  // namespace

Result<PricedDocument> price(const PriceRequest& request) {
  TRY(check_request(request));
  std::vector<RawLine> raw;
  std::vector<PricedLine> lines;
  for (const auto& line : request.lines) {
    raw.push_back(TRY(raw_line(line, request)));
    lines.push_back(rounded_line(line, raw.back()));
  }
  if (request.tax_rounding == TaxRounding::document) TRY(round_as_document(request, raw, lines));
  auto priced = TRY(summed(std::move(lines), request.taxes.size()));
  if (request.discount.kind == Discount::Kind::none) return priced;
  const auto factor = TRY(kept_factor(request.discount, priced.total));
  discount_document(factor, request.taxes.size(), priced.lines);
  return summed(std::move(priced.lines), request.taxes.size());
}

Result<std::int64_t> unit_price_micro(Money price, const Currency& currency) {
  const Rational micro = Rational(price.minor) / minor_per_main(currency) * 1'000'000;
  if (boost::multiprecision::abs(micro) > std::int64_t{9'000'000'000'000'000'000})
    return invalid("the price is too large; lower it");
  return truncated(micro);  // digits are at most six, so that it is whole
}

std::string format_unit_price(std::int64_t micro, const Currency& currency) {
  auto text = format_decimal(micro, 6);
  const auto keep = text.size() - 6 + static_cast<std::size_t>(currency.digits);
  while (text.size() > keep && text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace till::domain
