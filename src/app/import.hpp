// Products from a CSV file: known SKUs are changed (only the columns that the file has), new ones are made. The whole
// file or nothing: every row is checked before the first is written. Columns: sku, name, barcode, more_barcodes
// (separated by |), price, category, taxes (codes separated by |), unit, special_price, available, track_stock,
// low_stock, minimum_age, state.
#pragma once

#include <string>
#include <vector>

#include "app/actor.hpp"
#include "core/task.hpp"

namespace till::app {

struct ImportProblem {
  std::size_t line = 0;
  std::string sentence;
};

struct ImportReport {
  std::size_t rows = 0, added = 0, changed = 0, unchanged = 0;
  std::vector<ImportProblem> problems;  // not empty: nothing was written
  bool dry_run = false;
};

Result<ImportReport> import_products(Shop& shop, const Actor& actor, std::string csv, bool dry_run, Task& task);

}  // namespace till::app
