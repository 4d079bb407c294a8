// Which column of a file is what: by the column's own key, by the names that spreadsheets in English and German use, by
// the names in the exports of Loyverse, Square, Odoo and uniCenta as their manuals give them, or as a person says.
// Nothing is dropped silently: `not_read` lists the rest. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace till::app {

enum class CellType : std::uint8_t { text, number, whole_number, yes_no };

struct ColumnSpec {
  std::string_view key;  // "price": in our own files, and what --map names
  CellType type = CellType::text;
  // Other names, the better ones first, in lower case without signs ("default price"); one that ends in * is a
  // beginning.
  std::vector<std::string_view> names{};
  // Several columns of the file may be this one; their texts are joined by a space ("Option 1 value", ...).
  bool is_joined = false;
};

struct ColumnMap {
  std::map<std::string, std::vector<std::size_t>, std::less<>> of_key;  // columns of the file, by key
  std::vector<std::size_t> taxes;  // columns that are a tax each, with yes or no: Tax - "VAT" (20%)
  std::vector<std::size_t> not_read;

  [[nodiscard]] bool has(std::string_view key) const { return of_key.contains(key); }
};

// A person's choice: column of the file to key, or to nothing (left out).
using ChosenColumns = std::map<std::string, std::string>;

// "Verkaufspreis=price"
Status add_choice(ChosenColumns& chosen, std::string_view text);

// `with_tax_columns`: the kind has taxes. Invalid when a choice names a column or a key that is not there, or when two
// columns would be the same key and nothing says which.
Result<ColumnMap> map_columns(const std::vector<std::string>& columns, const std::vector<ColumnSpec>& specs,
                              const ChosenColumns& chosen, bool with_tax_columns = false);

// How names are compared: lower case; brackets with what is in them, and all signs but letters and digits, are spaces.
std::string plain_column_name(std::string_view name);

}  // namespace till::app
