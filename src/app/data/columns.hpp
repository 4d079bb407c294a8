// One table for both directions: what a column of a file shows of a row, and how it is read back. Import and export
// know nothing else of products, customers and the rest. For the bodies of this room.
//
// An empty cell empties a text; of anything else it leaves what is there.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "app/data/cells.hpp"
#include "app/data/column_map.hpp"
#include "core/fields.hpp"
#include "core/id.hpp"
#include "domain/entities/catalogue.hpp"
#include "domain/entities/people.hpp"
#include "domain/entities/trade.hpp"
#include "storage/connection.hpp"

namespace till::app {

struct ShopState;

// A row that is named by another one above it in the file: set when all are known.
struct LateReference {
  std::uint16_t entity = 0;
  Id row;
  FieldNumber field = 0;
  std::string name, what;  // "deposit"
  std::size_t line = 0, number = 0;
};

// What rows name: categories, taxes and suppliers by their names, products by their SKU.
struct Shelf {
  domain::Currency currency;
  DecimalSign decimals = DecimalSign::point;
  std::map<Id, std::string> category_names, supplier_names, tax_codes, skus;  // skus: of deposits and priced products
  std::unordered_map<std::string, Id> categories, suppliers, products;        // by name or SKU in lower case
  std::vector<domain::Tax> taxes;

  // While a file is read.
  std::function<Id()> new_id;
  std::vector<domain::Category> new_categories;
  std::vector<domain::Supplier> new_suppliers;
  std::vector<LateReference> late;
  std::size_t line = 0, number = 0;

  Result<Id> tax_named(const std::string& text) const;
  Id category_named(const std::string& name);  // makes it when nothing has that name
  Id supplier_named(const std::string& name);
};

// Reads what exports need; `for_import` also every product's SKU.
Result<Shelf> read_shelf(ShopState& state, bool for_import);

template <class E>
struct Column {
  ColumnSpec spec;
  std::function<std::string(const E&, const Shelf&)> show;       // empty: only read
  std::function<Status(E&, const std::string&, Shelf&)> read{};  // empty: only shown
};

template <class E>
const std::vector<Column<E>>& columns_of();
template <>
const std::vector<Column<domain::Product>>& columns_of();
template <>
const std::vector<Column<domain::Category>>& columns_of();
template <>
const std::vector<Column<domain::Tax>>& columns_of();
template <>
const std::vector<Column<domain::Supplier>>& columns_of();
template <>
const std::vector<Column<domain::Price>>& columns_of();
template <>
const std::vector<Column<domain::Customer>>& columns_of();
template <>
const std::vector<Column<domain::User>>& columns_of();

// --- columns of common kinds ---

std::string shown_colour(std::uint32_t rgb);
Result<std::uint32_t> colour_from(const std::string& cell);
std::string_view lifecycle_word(domain::Lifecycle state);
Result<domain::Lifecycle> lifecycle_from(const std::string& cell);
Result<std::int64_t> whole_number_from(const std::string& cell, std::int64_t lowest, std::int64_t highest,
                                       const std::string& what);
Result<std::int64_t> milli_from(const std::string& cell, const Shelf& shelf, const std::string& what);
Result<domain::Money> money_from(const std::string& cell, const Shelf& shelf, const std::string& what);

template <class E>
Column<E> id_column() {
  // The id itself decides which row it is: read before all other columns.
  return {{"id"}, [](const E& row, const Shelf&) { return to_string(row.id); }};
}
template <class E>
Column<E> text_column(ColumnSpec spec, std::string E::*field) {
  return {std::move(spec), [field](const E& row, const Shelf&) { return row.*field; },
          [field](E& row, const std::string& cell, Shelf&) -> Status {
            row.*field = cell;
            return {};
          }};
}
template <class E>
Column<E> yes_no_column(ColumnSpec spec, bool E::*field) {
  spec.type = CellType::yes_no;
  const std::string what(spec.key);
  return {std::move(spec), [field](const E& row, const Shelf&) { return std::string(row.*field ? "yes" : "no"); },
          [field, what](E& row, const std::string& cell, Shelf&) -> Status {
            if (!cell.empty()) row.*field = TRY(yes_or_no(cell, what));
            return {};
          }};
}
template <class E>
Column<E> state_column() {
  return {{"state", CellType::text, {"status"}},
          [](const E& row, const Shelf&) { return std::string(lifecycle_word(row.lifecycle)); },
          [](E& row, const std::string& cell, Shelf&) -> Status {
            if (!cell.empty()) row.lifecycle = TRY(lifecycle_from(cell));
            return {};
          }};
}
template <class E>
Column<E> colour_column() {
  return {{"colour", CellType::text, {"color", "farbe"}},
          [](const E& row, const Shelf&) { return shown_colour(row.colour_rgb); },
          [](E& row, const std::string& cell, Shelf&) -> Status {
            if (!cell.empty()) row.colour_rgb = TRY(colour_from(cell));
            return {};
          }};
}
template <class E>
Column<E> position_column() {
  return {{"position", CellType::whole_number, {"reihenfolge"}},
          [](const E& row, const Shelf&) { return std::to_string(row.position); },
          [](E& row, const std::string& cell, Shelf&) -> Status {
            if (!cell.empty())
              row.position = static_cast<std::int32_t>(TRY(whole_number_from(cell, 0, 100'000, "the position")));
            return {};
          }};
}

}  // namespace till::app
