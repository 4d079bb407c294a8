// What people write into the cells of a table: numbers with points or commas, yes and no in two languages. Exact: a
// number stays text until it is an integer, and one that can be read in two ways is refused, never guessed. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace till::app {

// Which sign stands before the decimals in a file.
enum class DecimalSign : std::uint8_t { unknown, point, comma };

Result<DecimalSign> decimal_sign_from(std::string_view word);  // "point", "comma"

// What one number tells of the file it stands in: "1.234,56" comma, "12.5" point, "1.234" and "12" nothing.
DecimalSign decimal_sign_of(std::string_view cell);

// "1.234,56 €" and "1,234.56" are "1234.56". Currency signs, spaces and apostrophes between thousands go. Invalid when
// it is no number, or when the file's sign is not known and it could be a thousand as well as one and a bit; `what`
// names it in the sentence.
Result<std::string> plain_number(std::string_view cell, DecimalSign sign, std::string_view what);

Result<bool> yes_or_no(std::string_view cell, std::string_view what);

}  // namespace till::app
