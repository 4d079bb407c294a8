// The basket file and the other files that people write as JSON.
#include "core/text.hpp"
#include "domain/barcode_rules.hpp"
#include "domain/basket_file.hpp"
#include "fuzz/harness.hpp"

namespace till::fuzz {

// A JSON document of single brackets and commas takes some 30 times its size as a tree of values.
FUZZ_TARGET(basket, 4 * kMiB) {
  const auto text = as_text(input);
  const auto answer = domain::quote(text);
  if (good(answer)) must(is_valid_utf8(*answer) && *domain::quote(text) == *answer, "a price is a price");
  (void)good(domain::parse_rules_file(text));
}

}  // namespace till::fuzz
