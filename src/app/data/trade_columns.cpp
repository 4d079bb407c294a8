// Categories, taxes, suppliers and prices on lists.
#include <array>

#include "app/data/columns.hpp"
#include "core/decimal.hpp"
#include "core/text.hpp"

namespace till::app {
namespace {

using domain::Category;
using domain::Price;
using domain::Supplier;
using domain::Tax;

constexpr std::array<std::string_view, 3> kTaxKinds = {"percent", "fixed", "division"};
constexpr std::int64_t kMaxRateMicro = 1'000'000'000;  // 1000 %

Status read_parent(Category& category, const std::string& cell, Shelf& shelf) {
  category.parent = {};
  if (cell.empty()) return {};
  if (const auto known = shelf.categories.find(lowered(cell)); known != shelf.categories.end()) {
    if (known->second == category.id) return invalid("a category cannot lie in itself");
    category.parent = known->second;
  } else {
    shelf.late.push_back({Category::kEntity, category.id, 2, cell, "category", shelf.line, shelf.number});
  }
  return {};
}

Status read_kind(Tax& tax, const std::string& cell, Shelf&) {
  if (cell.empty()) return {};
  const auto word = lowered(cell);
  for (std::size_t i = 0; i < kTaxKinds.size(); ++i) {
    if (word == kTaxKinds[i]) {
      tax.kind = static_cast<domain::TaxKind>(i);
      return {};
    }
  }
  return invalid("a tax is percent, fixed or division, not '" + clipped(cell, 40) + "'");
}

Column<Tax> micro_column(ColumnSpec spec, std::int64_t Tax::*field) {
  spec.type = CellType::number;
  const std::string what = "the " + std::string(spec.key);
  return {std::move(spec), [field](const Tax& tax, const Shelf&) { return format_decimal_short(tax.*field, 6); },
          [field, what](Tax& tax, const std::string& cell, Shelf& shelf) -> Status {
            if (cell.empty()) return {};
            tax.*field = TRY(parse_decimal(TRY(plain_number(cell, shelf.decimals, what)), 6, what));
            if (tax.*field < -kMaxRateMicro || tax.*field > kMaxRateMicro)
              return invalid(what + " is out of range; give percent, such as 21");
            return {};
          }};
}

Column<Price> time_column(ColumnSpec spec, UtcTime Price::*field) {
  return {std::move(spec),
          [field](const Price& price, const Shelf&) {
            return (price.*field).us == 0 ? std::string() : to_rfc3339(price.*field);
          },
          [field](Price& price, const std::string& cell, Shelf&) -> Status {
            price.*field = {};
            if (!cell.empty()) price.*field = TRY(from_rfc3339(cell));
            return {};
          }};
}

}  // namespace

template <>
const std::vector<Column<Category>>& columns_of() {
  static const std::vector<Column<Category>> kColumns = {
      id_column<Category>(),
      text_column<Category>({"name", CellType::text, {"category", "kategorie", "warengruppe"}}, &Category::name),
      {{"parent", CellType::text, {"parent category", "oberkategorie"}},
       [](const Category& category, const Shelf& shelf) {
         const auto parent = shelf.category_names.find(category.parent);
         return parent == shelf.category_names.end() ? std::string() : parent->second;
       },
       read_parent},
      colour_column<Category>(),
      text_column<Category>({"icon", CellType::text, {"symbol"}}, &Category::icon),
      position_column<Category>(),
      state_column<Category>(),
  };
  return kColumns;
}

template <>
const std::vector<Column<Tax>>& columns_of() {
  static const std::vector<Column<Tax>> kColumns = {
      id_column<Tax>(),
      text_column<Tax>({"code", CellType::text, {"kürzel", "steuerkürzel"}}, &Tax::code),
      text_column<Tax>({"name", CellType::text, {"tax name", "bezeichnung", "steuer"}}, &Tax::name),
      {{"kind", CellType::text, {"tax computation", "art"}},
       [](const Tax& tax, const Shelf&) { return std::string(kTaxKinds[static_cast<std::size_t>(tax.kind)]); },
       read_kind},
      micro_column({"rate", CellType::number, {"tax rate", "satz", "steuersatz", "prozent"}}, &Tax::rate_micro),
      micro_column({"amount", CellType::number, {"betrag"}}, &Tax::amount_micro),
      yes_no_column<Tax>({"included", CellType::yes_no, {"included in price", "price include", "enthalten"}},
                         &Tax::included),
      yes_no_column<Tax>({"adds_to_base"}, &Tax::adds_to_base),
      yes_no_column<Tax>({"on_plain_base"}, &Tax::on_plain_base),
      text_column<Tax>({"letter", CellType::text, {"buchstabe"}}, &Tax::letter),
      state_column<Tax>(),
  };
  return kColumns;
}

template <>
const std::vector<Column<Supplier>>& columns_of() {
  static const std::vector<Column<Supplier>> kColumns = {
      id_column<Supplier>(),
      text_column<Supplier>(
          {"name", CellType::text, {"supplier", "supplier name", "vendor name", "company", "lieferant", "firma"}},
          &Supplier::name),
      text_column<Supplier>(
          {"contact", CellType::text, {"contact name", "contact person", "ansprechpartner", "kontakt"}},
          &Supplier::contact),
      text_column<Supplier>({"phone", CellType::text, {"phone number", "telephone", "telefon", "telefonnummer"}},
                            &Supplier::phone),
      text_column<Supplier>({"email", CellType::text, {"e mail", "email address", "e mail adresse", "mail"}},
                            &Supplier::email),
      text_column<Supplier>(
          {"tax_number", CellType::text, {"tax id", "vat", "vat id", "ust idnr", "ust id", "steuernummer"}},
          &Supplier::tax_number),
      text_column<Supplier>({"note", CellType::text, {"notes", "notiz", "bemerkung"}}, &Supplier::note),
      state_column<Supplier>(),
  };
  return kColumns;
}

template <>
const std::vector<Column<Price>>& columns_of() {
  static const std::vector<Column<Price>> kColumns = {
      id_column<Price>(),
      {{"sku", CellType::text, {"internal reference", "reference", "artikelnummer", "product code"}},
       [](const Price& price, const Shelf& shelf) {
         const auto sku = shelf.skus.find(price.product);
         return sku == shelf.skus.end() ? std::string() : sku->second;
       },
       [](Price& price, const std::string& cell, Shelf& shelf) -> Status {
         const auto product = shelf.products.find(lowered(cell));
         if (product == shelf.products.end())
           return invalid("there is no product with the SKU '" + clipped(cell, 40) + "'; import the products first");
         price.product = product->second;
         return {};
       }},
      text_column<Price>({"list", CellType::text, {"price list", "pricelist", "preisliste"}}, &Price::list),
      {{"amount", CellType::number, {"price", "fixed price", "preis"}},
       [](const Price& price, const Shelf& shelf) { return domain::format_money(price.amount, shelf.currency); },
       [](Price& price, const std::string& cell, Shelf& shelf) -> Status {
         price.amount = TRY(money_from(cell, shelf, "the price"));
         return {};
       }},
      time_column({"valid_from", CellType::text, {"start date", "gültig ab", "gültig von"}}, &Price::valid_from),
      time_column({"valid_until", CellType::text, {"end date", "gültig bis"}}, &Price::valid_until),
  };
  return kColumns;
}

}  // namespace till::app
