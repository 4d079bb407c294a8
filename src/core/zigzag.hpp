// Signed numbers as unsigned ones that are small when they are near zero: 0, -1, 1, -2 are 0, 1, 2, 3. For varints.
#pragma once

#include <cstdint>

namespace till {

constexpr std::uint64_t zigzag(std::int64_t v) {
  return (static_cast<std::uint64_t>(v) << 1) ^ static_cast<std::uint64_t>(v >> 63);
}
constexpr std::int64_t unzigzag(std::uint64_t z) {
  return static_cast<std::int64_t>(z >> 1) ^ -static_cast<std::int64_t>(z & 1);
}

}  // namespace till
