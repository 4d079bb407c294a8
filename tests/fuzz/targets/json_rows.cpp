// JSON files with rows of other programs.
#include "app/data/json_rows.hpp"

#include "core/text.hpp"
#include "fuzz/harness.hpp"

namespace till::fuzz {

FUZZ_TARGET(json_rows, 512 * kKiB) {
  const app::JsonLimits limits;
  app::JsonRowReader reader(as_text(input), limits);
  app::JsonRow row;
  std::size_t rows = 0, line = 1;
  for (;; ++rows) {
    const auto more = reader.next(row);
    if (!good(more)) return;
    if (!*more) break;
    must(row.line >= line, "rows come in the order of their lines");
    line = row.line;
    must(row.fields.size() <= limits.max_fields, "a row has a bound");
    for (const auto& [key, value] : row.fields)
      must(is_valid_utf8(key) && is_valid_utf8(value) && value.size() <= limits.max_field_bytes,
           "every field is UTF-8 and bounded");
  }
  reader.rewind();
  for (std::size_t again = 0; again < rows; ++again) {
    const auto more = reader.next(row);
    must(more && *more, "what was read can be read again");
  }
}

}  // namespace till::fuzz
