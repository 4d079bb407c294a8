// Shares that add up: a whole number spread over exact shares by largest remainder, the earlier share first where two
// remainders are equal. Mirrors: negating target and shares negates the result.
#pragma once

#include <cstdint>
#include <vector>

#include "domain/rational.hpp"

namespace till::domain {

// The result adds up to `target`; each lies next to its exact share as far as the target allows it. With no shares the
// target must be zero.
std::vector<std::int64_t> apportion(std::int64_t target, const std::vector<Rational>& shares);

}  // namespace till::domain
