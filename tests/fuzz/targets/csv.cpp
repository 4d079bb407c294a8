// Files from spreadsheets.
#include "app/csv.hpp"

#include <algorithm>

#include "core/text.hpp"
#include "fuzz/harness.hpp"

namespace till::fuzz {

FUZZ_TARGET(csv, 256 * kKiB) {
  const std::string text(as_text(input));
  auto reader = app::CsvReader::open(text);
  if (!good(reader)) return;
  app::CsvRow row;
  app::CsvWriter writer(reader->separator());
  std::vector<std::vector<std::string>> rows;
  for (;;) {
    const auto more = reader->next(row);
    if (!good(more)) return;
    if (!*more) break;
    for (const auto& field : row.fields) {
      must(is_valid_utf8(field), "every field is UTF-8");
      must(app::disarmed(app::armed(field)) == field, "arming can be undone");
    }
    writer.row(row.fields);
    rows.push_back(row.fields);
    if (rows.size() == 64) break;
  }
  (void)good(app::CsvTable::parse(text));
  const bool changed_by_writing = std::any_of(rows.begin(), rows.end(), [](const auto& fields) {
    return std::any_of(fields.begin(), fields.end(), [](const std::string& f) { return app::armed(f) != f; });
  });
  if (rows.empty() || changed_by_writing) return;
  // Any sign may be named as the separator, and rows alone do not always show which it was.
  auto again = app::CsvReader::open(std::string("sep=") + reader->separator() + "\n" + writer.take());
  must(again.has_value(), "what is written can be read");
  for (const auto& fields : rows) {
    const auto more = again->next(row);
    must(more && *more && row.fields == fields, "and has the same fields");
  }
}

}  // namespace till::fuzz
