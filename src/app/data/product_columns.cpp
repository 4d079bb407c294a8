// Products: their own columns, and what the exports of other tills call them.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "app/data/columns.hpp"
#include "core/decimal.hpp"
#include "core/text.hpp"

namespace till::app {
namespace {

using domain::Product;
using domain::SellUnit;

constexpr std::array<std::string_view, 4> kUnits = {"piece", "kg", "l", "m"};

// Codes and taxes of one cell are separated by | or, as Odoo and spreadsheets do it, by a comma.
std::vector<std::string> parts_of(const std::string& cell, std::string_view separators) {
  std::vector<std::string> parts(1);
  for (const char c : cell) {
    if (separators.find(c) != std::string_view::npos) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  for (auto& part : parts) part = trimmed(part);
  std::erase(parts, std::string());
  return parts;
}

template <class Range>
std::string joined(const Range& parts) {
  std::string text;
  for (const auto& part : parts) text += (text.empty() ? "" : "|") + std::string(part);
  return text;
}

Result<SellUnit> unit_from(const std::string& cell) {
  static const std::map<std::string, SellUnit, std::less<>> kWords = {
      {"piece", SellUnit::piece},       {"pieces", SellUnit::piece},       {"pcs", SellUnit::piece},
      {"unit", SellUnit::piece},        {"units", SellUnit::piece},        {"unit(s)", SellUnit::piece},
      {"each", SellUnit::piece},        {"ea", SellUnit::piece},           {"stück", SellUnit::piece},
      {"stk", SellUnit::piece},         {"st", SellUnit::piece},           {"kg", SellUnit::kilogram},
      {"kilogram", SellUnit::kilogram}, {"kilogramm", SellUnit::kilogram}, {"l", SellUnit::litre},
      {"litre", SellUnit::litre},       {"liter", SellUnit::litre},        {"m", SellUnit::metre},
      {"metre", SellUnit::metre},       {"meter", SellUnit::metre}};
  const auto word = kWords.find(lowered(cell));
  if (word == kWords.end()) return invalid("the unit must be piece, kg, l or m, not '" + clipped(cell, 40) + "'");
  return word->second;
}

void set_codes(Product& product, const std::vector<std::string>& codes) {
  product.barcodes.clear();
  for (const auto& code : codes)
    if (!code.empty() && std::ranges::find(product.barcodes, code) == product.barcodes.end())
      product.barcodes.push_back(code);
}

// The first barcode and the others are two columns: a file that has only one of them leaves the other as it was.
Status read_first_code(Product& product, const std::string& cell, Shelf&) {
  auto codes = parts_of(cell, "|,");
  if (product.barcodes.size() > 1) codes.insert(codes.end(), product.barcodes.begin() + 1, product.barcodes.end());
  set_codes(product, codes);
  return {};
}
Status read_other_codes(Product& product, const std::string& cell, Shelf&) {
  auto codes = parts_of(cell, "|,");
  if (!product.barcodes.empty()) codes.insert(codes.begin(), product.barcodes.front());
  set_codes(product, codes);
  return {};
}
std::string show_other_codes(const Product& product, const Shelf&) {
  if (product.barcodes.size() < 2) return {};
  return joined(std::vector(product.barcodes.begin() + 1, product.barcodes.end()));
}

Status read_special_price(Product& product, const std::string& cell, Shelf& shelf) {
  product.has_special = !cell.empty();
  product.special_price = {};
  if (product.has_special) product.special_price = TRY(money_from(cell, shelf, "the special price"));
  return {};
}

Status read_taxes(Product& product, const std::string& cell, Shelf& shelf) {
  if (cell.empty()) return {};
  std::vector<Id> taxes;
  if (lowered(cell) != "none")
    for (const auto& name : parts_of(cell, "|,;")) taxes.push_back(TRY(shelf.tax_named(name)));
  product.taxes = std::move(taxes);
  return {};
}
std::string show_taxes(const Product& product, const Shelf& shelf) {
  std::vector<std::string> codes;
  for (const auto& tax : product.taxes)
    if (const auto known = shelf.tax_codes.find(tax); known != shelf.tax_codes.end()) codes.push_back(known->second);
  return joined(codes);
}

Status read_deposit(Product& product, const std::string& cell, Shelf& shelf) {
  product.deposit = {};
  if (cell.empty()) return {};
  if (const auto known = shelf.products.find(lowered(cell)); known != shelf.products.end()) {
    product.deposit = known->second;
  } else {
    shelf.late.push_back({Product::kEntity, product.id, 8, cell, "product with the SKU", shelf.line, shelf.number});
  }
  return {};
}

// A weight is sold by the kilogram in Loyverse; what is not is a piece.
Status read_sold_by_weight(Product& product, const std::string& cell, Shelf&) {
  if (cell.empty()) return {};
  const bool by_weight = TRY(yes_or_no(cell, "sold by weight"));
  if (by_weight) {
    product.unit = SellUnit::kilogram;
  } else if (product.unit == SellUnit::kilogram) {
    product.unit = SellUnit::piece;
  }
  return {};
}

std::string name_of(const std::map<Id, std::string>& names, const Id& id) {
  const auto found = names.find(id);
  return found == names.end() ? std::string() : found->second;
}

template <class Named>
auto reference_reader(Id Product::*field, Named named) {
  return [field, named](Product& product, const std::string& cell, Shelf& shelf) -> Status {
    if (cell.empty()) return {};
    product.*field = lowered(cell) == "none" ? Id{} : (shelf.*named)(cell);
    return {};
  };
}

Column<Product> milli_column(ColumnSpec spec, std::int64_t (*get)(const Product&),
                             void (*set)(Product&, std::int64_t)) {
  spec.type = CellType::number;
  std::string what = "the " + std::string(spec.key);
  std::ranges::replace(what, '_', ' ');
  return {std::move(spec), [get](const Product& p, const Shelf&) { return format_decimal_short(get(p), 3); },
          [set, what](Product& p, const std::string& cell, Shelf& shelf) -> Status {
            if (!cell.empty()) set(p, TRY(milli_from(cell, shelf, what)));
            return {};
          }};
}

std::vector<Column<Product>> identity_columns() {
  return {
      id_column<Product>(),
      text_column<Product>({"sku",
                            CellType::text,
                            {"internal reference", "default code", "reference", "artikelnummer", "artikelnr",
                             "artikel nr", "art nr", "item number", "product code", "code"}},
                           &Product::sku),
      text_column<Product>({"name",
                            CellType::text,
                            {"item name", "product name", "artikelname", "artikelbezeichnung", "bezeichnung",
                             "produktname", "artikel", "produkt", "title"}},
                           &Product::name),
      {{"barcode", CellType::text, {"gtin", "ean", "upc", "ean code", "strichcode", "barcodes", "ean13", "ean gtin"}},
       [](const Product& p, const Shelf&) { return p.barcodes.empty() ? std::string() : p.barcodes.front(); },
       read_first_code},
      {{"more_barcodes", CellType::text, {"weitere barcodes", "weitere strichcodes"}},
       show_other_codes,
       read_other_codes},
  };
}

std::vector<Column<Product>> price_columns() {
  return {
      {{"price",
        CellType::number,
        {"default price", "price *", "sales price", "list price", "selling price", "sell price", "pricesell",
         "price sell", "retail price", "lst price", "verkaufspreis", "vk preis", "vk", "vk brutto", "preis"}},
       [](const Product& p, const Shelf& shelf) { return domain::format_money(p.price, shelf.currency); },
       [](Product& p, const std::string& cell, Shelf& shelf) -> Status {
         if (!cell.empty()) p.price = TRY(money_from(cell, shelf, "the price"));
         return {};
       }},
      {{"unit", CellType::text, {"unit of measure", "uom", "uom id", "einheit", "mengeneinheit"}},
       [](const Product& p, const Shelf&) { return std::string(kUnits[static_cast<std::size_t>(p.unit)]); },
       [](Product& p, const std::string& cell, Shelf&) -> Status {
         if (!cell.empty()) p.unit = TRY(unit_from(cell));
         return {};
       }},
      {{"sold_by_weight", CellType::yes_no, {"to weigh with scale", "to weight"}}, {}, read_sold_by_weight},
      {{"special_price", CellType::number, {"online sale price", "angebotspreis", "aktionspreis", "sonderpreis"}},
       [](const Product& p, const Shelf& shelf) {
         return p.has_special ? domain::format_money(p.special_price, shelf.currency) : std::string();
       },
       read_special_price},
  };
}

std::vector<Column<Product>> stock_columns() {
  return {
      yes_no_column<Product>(
          {"available",
           CellType::yes_no,
           {"available for sale", "sellable", "can be sold", "sale ok", "available in pos", "verfügbar"}},
          &Product::available),
      yes_no_column<Product>(
          {"track_stock",
           CellType::yes_no,
           {"track inventory", "is storable", "bestand führen", "lagerführung"}},
          &Product::track_stock),
      milli_column(
          {"low_stock",
           CellType::number,
           {"stock alert count", "stock alert count *", "meldebestand", "mindestbestand", "minimum stock"}},
          [](const Product& p) { return p.low_stock_milli; },
          [](Product& p, std::int64_t milli) { p.low_stock_milli = milli; }),
      {{"minimum_age", CellType::whole_number, {"mindestalter", "altersfreigabe"}},
       [](const Product& p, const Shelf&) { return std::to_string(p.minimum_age); },
       [](Product& p, const std::string& cell, Shelf&) -> Status {
         if (!cell.empty())
           p.minimum_age = static_cast<std::int32_t>(TRY(whole_number_from(cell, 0, 99, "the minimum age")));
         return {};
       }},
      state_column<Product>(),
  };
}

std::vector<Column<Product>> reference_columns() {
  return {
      {{"category",
        CellType::text,
        {"pos product category", "point of sale category", "pos categ ids", "product category", "categ id",
         "categories", "reporting category", "kategorie", "warengruppe", "department"}},
       [](const Product& p, const Shelf& shelf) { return name_of(shelf.category_names, p.category); },
       reference_reader(&Product::category, &Shelf::category_named)},
      {{"taxes",
        CellType::text,
        {"customer taxes", "sales taxes", "taxes id", "tax", "taxcat", "tax category", "vat", "steuer", "steuern",
         "steuersatz", "mwst", "mwst satz", "ust", "ust satz"}},
       show_taxes,
       read_taxes},
      {{"supplier",
        CellType::text,
        {"default vendor name", "vendor name", "vendor", "vendors", "lieferant", "hersteller"}},
       [](const Product& p, const Shelf& shelf) { return name_of(shelf.supplier_names, p.supplier); },
       reference_reader(&Product::supplier, &Shelf::supplier_named)},
      {{"deposit", CellType::text, {"pfand", "pfandartikel"}},
       [](const Product& p, const Shelf& shelf) { return name_of(shelf.skus, p.deposit); },
       read_deposit},
      milli_column(
          {"tare", CellType::number, {"tara"}}, [](const Product& p) { return p.tare.milli; },
          [](Product& p, std::int64_t milli) { p.tare.milli = milli; }),
      colour_column<Product>(),
      text_column<Product>({"icon", CellType::text, {"symbol"}}, &Product::icon),
      position_column<Product>(),
  };
}

}  // namespace

template <>
const std::vector<Column<Product>>& columns_of() {
  static const auto kColumns = [] {
    auto all = identity_columns();
    for (auto& part : {price_columns(), stock_columns(), reference_columns()})
      all.insert(all.end(), part.begin(), part.end());
    return all;
  }();
  return kColumns;
}

}  // namespace till::app
