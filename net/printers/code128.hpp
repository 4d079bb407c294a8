// Code 128 bar codes (ISO/IEC 15417): which code sets a text takes, and the bars. Pure; any thread.
#pragma once

#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace till::net {

// Symbol values in one code set: C (pairs of digits, each one symbol) where four or more digits stand together, B
// elsewhere.
struct Code128Run {
  bool pairs = false;
  std::vector<int> values;
};

// 1 to 80 characters of printable ASCII.
Status check_code128(std::string_view text);
// Of a text that passed the check.
std::vector<Code128Run> code128_runs(std::string_view text);
// Widths in modules of bar, space, bar, ... from start to stop, without quiet zones.
Result<std::vector<int>> code128_bars(std::string_view text);

}  // namespace till::net
