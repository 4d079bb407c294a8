// Files of rows whose format, encoding and separator are found from their bytes, and the columns in their first line.
#include "app/data/table_source.hpp"

#include "app/data/column_map.hpp"
#include "app/data/text_encoding.hpp"
#include "core/text.hpp"
#include "fuzz/harness.hpp"

namespace till::fuzz {
namespace {

const std::vector<app::ColumnSpec>& specs() {
  static const std::vector<app::ColumnSpec> kSpecs = {
      {"sku", app::CellType::text, {"reference"}},
      {"price", app::CellType::number, {"default price", "price *"}},
      {"variation", app::CellType::text, {"option 1 value", "option 2 value"}, true}};
  return kSpecs;
}

// A number that was understood is one, and means the same when it is written plainly.
void try_number(const std::string& cell) {
  (void)app::decimal_sign_of(cell);
  for (const auto sign : {app::DecimalSign::unknown, app::DecimalSign::point, app::DecimalSign::comma}) {
    const auto plain = app::plain_number(cell, sign, "it");
    if (!good(plain)) continue;
    must(plain->find_first_not_of("-.0123456789") == std::string::npos, "a plain number is plain");
    const auto again = app::plain_number(*plain, app::DecimalSign::point, "it");
    must(again && *again == *plain, "and means itself");
  }
}

}  // namespace

FUZZ_TARGET(table_source, 2 * kMiB) {
  const std::string bytes(as_text(input));
  if (const auto text = app::decode_text(bytes); good(text)) {
    must(is_valid_utf8(text->utf8), "decoded text is UTF-8");
    must(text->utf8.find('\0') == std::string::npos, "and has no zero bytes");
  }
  const auto table = app::open_table(bytes);
  if (!good(table)) return;
  const auto columns = (*table)->columns();
  if (const auto map = app::map_columns(columns, specs(), {}, true); good(map)) {
    std::size_t known = map->not_read.size() + map->taxes.size();
    for (const auto& [key, indices] : map->of_key) known += indices.size();
    must(known == columns.size(), "every column is read or listed");
  }
  app::TableRow row;
  for (std::size_t rows = 0; rows < 64; ++rows) {
    const auto more = (*table)->next(row);
    if (!good(more) || !*more) return;
    must(row.cells.size() == columns.size(), "a row has as many cells as columns");
    for (const auto& cell : row.cells)
      if (cell) try_number(*cell);
  }
}

}  // namespace till::fuzz
