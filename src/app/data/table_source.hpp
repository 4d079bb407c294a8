// A file of rows with named columns, whatever its format: CSV (app/csv.hpp) or JSON (json_rows.hpp), found from its
// content. Read row by row, as often as wanted; only the file's text is held. One thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/data/cells.hpp"
#include "core/result.hpp"

namespace till::app {

struct TableRow {
  std::size_t line = 1;    // where it begins in the file
  std::size_t number = 0;  // 1 for the first row below the heading
  // As many as there are columns, trimmed; empty optional: the row says nothing about this column.
  std::vector<std::optional<std::string>> cells;
};

class TableSource {
 public:
  virtual ~TableSource() = default;
  // As the file writes them.
  [[nodiscard]] virtual const std::vector<std::string>& columns() const = 0;
  virtual Result<bool> next(TableRow& row) = 0;  // false at the end
  virtual void rewind() = 0;
  // What numbers mean that could be read in two ways when nothing else in the file tells; unknown: they are refused.
  [[nodiscard]] virtual DecimalSign usual_decimals() const = 0;
  // "CSV, separated by ;, Windows-1252"
  [[nodiscard]] virtual std::string description() const = 0;
};

constexpr std::size_t kMaxTableBytes = 256U << 20;

Result<std::unique_ptr<TableSource>> open_table(std::string content);

}  // namespace till::app
