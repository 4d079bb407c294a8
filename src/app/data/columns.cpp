#include "app/data/columns.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/data/pages.hpp"
#include "core/decimal.hpp"
#include "core/text.hpp"

namespace till::app {
namespace {

// "VAT 21 %", "21", "21.00%" in millionths of a percent.
std::optional<std::int64_t> percent_in(const std::string& text) {
  const auto begin = text.find_first_of("0123456789");
  if (begin == std::string::npos) return std::nullopt;
  auto number = text.substr(begin, text.find_first_not_of("0123456789.,", begin) - begin);
  std::ranges::replace(number, ',', '.');
  const auto rate = parse_decimal(number, 6, "the rate");
  return rate ? std::optional(*rate) : std::nullopt;
}

template <class Row>
Id named_or_new(std::unordered_map<std::string, Id>& known, std::vector<Row>& made, const std::string& name,
                const std::function<Id()>& new_id) {
  const auto [it, is_new] = known.try_emplace(lowered(name));
  if (is_new) {
    Row row;
    row.id = it->second = new_id();
    row.name = name;
    made.push_back(std::move(row));
  }
  return it->second;
}

template <class E>
Status read_names(ShopState& state, std::map<Id, std::string>& names, std::unordered_map<std::string, Id>& by_name) {
  return each_row_in_pages<E>(state, [&](const E& row) -> Status {
    names[row.id] = row.name;
    if (row.lifecycle != domain::Lifecycle::deleted) by_name.try_emplace(lowered(row.name), row.id);
    return {};
  });
}

}  // namespace

Result<Id> Shelf::tax_named(const std::string& text) const {
  const auto wanted = lowered(text);
  for (const auto& tax : taxes)
    if (lowered(tax.code) == wanted || lowered(tax.name) == wanted) return tax.id;
  std::vector<Id> with_rate;
  if (const auto rate = percent_in(text))
    for (const auto& tax : taxes)
      if (tax.kind == domain::TaxKind::percent && tax.rate_micro == *rate) with_rate.push_back(tax.id);
  if (with_rate.size() == 1) return with_rate.front();
  return invalid("there is no tax '" + clipped(text, 40) +
                 "'; import the taxes first, or write the code of one that is here");
}

Id Shelf::category_named(const std::string& name) {
  return named_or_new(categories, new_categories, name, new_id);
}
Id Shelf::supplier_named(const std::string& name) {
  return named_or_new(suppliers, new_suppliers, name, new_id);
}

Result<Shelf> read_shelf(ShopState& state, bool for_import) {
  Shelf shelf;
  shelf.currency = state.settings()->rules.currency;
  shelf.new_id = [&state] { return new_id(state.clock, state.random); };
  TRY(read_names<domain::Category>(state, shelf.category_names, shelf.categories));
  TRY(read_names<domain::Supplier>(state, shelf.supplier_names, shelf.suppliers));
  TRY(each_row_in_pages<domain::Tax>(state, [&](const domain::Tax& tax) -> Status {
    shelf.tax_codes[tax.id] = tax.code;
    if (tax.lifecycle != domain::Lifecycle::deleted) shelf.taxes.push_back(tax);
    return {};
  }));
  if (for_import) {
    TRY(each_row_in_pages<domain::Product>(state, [&](const domain::Product& product) -> Status {
      if (product.lifecycle != domain::Lifecycle::deleted) shelf.products.try_emplace(lowered(product.sku), product.id);
      return {};
    }));
  }
  TRY(state.db->read([&](storage::Connection& conn) -> Status {
    auto q =
        TRY(conn.query("SELECT id, sku FROM product WHERE id IN (SELECT deposit FROM product) "
                       "OR id IN (SELECT product FROM price)"));
    while (TRY(q.next())) shelf.skus[q.id(0)] = q.text(1);
    return {};
  }));
  return shelf;
}

std::string shown_colour(std::uint32_t rgb) {
  return rgb == 0 ? std::string() : fmt::format("{:06X}", rgb);
}

Result<std::uint32_t> colour_from(const std::string& cell) {
  const auto digits = cell.starts_with('#') ? cell.substr(1) : cell;
  if (digits.size() != 6 || digits.find_first_not_of("0123456789abcdefABCDEF") != std::string::npos)
    return invalid("a colour is six hexadecimal digits, such as 8A5A44");
  return static_cast<std::uint32_t>(std::stoul(digits, nullptr, 16));
}

std::string_view lifecycle_word(domain::Lifecycle state) {
  return state == domain::Lifecycle::active ? "active" : state == domain::Lifecycle::archived ? "archived" : "deleted";
}

Result<domain::Lifecycle> lifecycle_from(const std::string& cell) {
  const auto word = lowered(cell);
  if (word == "active" || word == "aktiv") return domain::Lifecycle::active;
  if (word == "archived" || word == "archiviert") return domain::Lifecycle::archived;
  return invalid("the state must be active or archived, not '" + clipped(cell, 40) + "'");
}

Result<std::int64_t> whole_number_from(const std::string& cell, std::int64_t lowest, std::int64_t highest,
                                       const std::string& what) {
  const auto value = TRY(parse_decimal(cell, 0, what));
  if (value < lowest || value > highest) return invalid(fmt::format("{} must be {} to {}", what, lowest, highest));
  return value;
}

Result<std::int64_t> milli_from(const std::string& cell, const Shelf& shelf, const std::string& what) {
  return parse_decimal(TRY(plain_number(cell, shelf.decimals, what)), 3, what);
}

Result<domain::Money> money_from(const std::string& cell, const Shelf& shelf, const std::string& what) {
  const auto money = TRY(domain::parse_money(TRY(plain_number(cell, shelf.decimals, what)), shelf.currency, what));
  if (money.minor < 0) return invalid(what + " must not be negative");
  return money;
}

}  // namespace till::app
