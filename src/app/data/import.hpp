// A file into the shop: products, categories, taxes, suppliers, prices, customers, users or counted stock, from CSV or
// JSON of this program or of another. The whole file or nothing: every row is checked before the first is written, and
// what is written becomes visible from one decision on (data/import_stage.hpp). Known rows are changed, only in the
// columns that the file has; new ones are made. A dry run does all but the writing.
//
// Rights: import_data, and the one that the kind needs by hand (catalogue_edit, customers_edit, users_edit,
// stock_edit).
#pragma once

#include <string>
#include <vector>

#include "app/actor.hpp"
#include "app/data/cells.hpp"
#include "app/data/column_map.hpp"
#include "core/task.hpp"

namespace till::app {

struct ImportWish {
  std::string kind;     // "products", ...; see import_kind_names
  std::string content;  // the file's bytes
  std::string file_name;
  ChosenColumns columns;
  DecimalSign decimals = DecimalSign::unknown;  // unknown: as the file's own numbers tell
  bool dry_run = false;
};

struct ImportProblem {
  std::size_t line = 0;  // in the file; 0: of the file as a whole
  std::size_t row = 0;   // 1 for the first one below the heading
  std::string column;    // as the file calls it; empty: the row as a whole
  std::string sentence;  // what is wrong and what to do
};

struct ReadColumn {
  std::string name;  // in the file
  std::string key;   // empty: not read
};

struct ImportReport {
  std::string kind, format;
  std::size_t rows = 0, added = 0, changed = 0, unchanged = 0;
  std::vector<ImportProblem> problems;  // not empty: nothing was written
  std::size_t problem_count = 0;        // of which the first are in `problems`
  std::vector<ReadColumn> columns;      // all of the file's
  std::vector<std::string> notes;       // what was decided on the way
  bool dry_run = false;
};

std::vector<std::string> import_kind_names();
// The keys that a file of this kind may have.
Result<std::vector<std::string>> import_keys(const std::string& kind);

// May run beside selling, on any thread but the database's writer; one at a time (invalid otherwise).
Result<ImportReport> import_table(Shop& shop, const Actor& actor, ImportWish wish, Task& task);

// What a file is, without the shop: for choosing kind and columns.
struct FileLook {
  std::string kind;  // the one that most columns speak for
  std::string format;
  std::size_t rows = 0;
  std::vector<ReadColumn> columns;
  std::vector<std::vector<std::string>> first_rows;  // all columns, at most kRowsLookedAt
};
constexpr std::size_t kRowsLookedAt = 20;
// `kind` empty: guessed.
Result<FileLook> look_at_table(std::string content, const std::string& kind, const ChosenColumns& chosen);

}  // namespace till::app
