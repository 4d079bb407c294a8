// Decimal text to and from integers, exactly. "15.70" with scale 2 is 1570. No float comes near.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace till {

// Accepts an optional sign, digits, and at most `scale` decimals (more are accepted only if they are zeros). Refuses
// empty text, exponents, separators and anything past +-9.2e18 with a sentence naming `what` ("the price").
Result<std::int64_t> parse_decimal(std::string_view text, int scale, std::string_view what);
// "1570" with scale 2 is "15.70"; scale 0 has no point.
std::string format_decimal(std::int64_t scaled, int scale);
// The same without trailing zeros after the point: 1500 with scale 3 is "1.5", 2000 is "2".
std::string format_decimal_short(std::int64_t scaled, int scale);

}  // namespace till
