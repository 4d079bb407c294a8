#include "fuzz/harness.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace till::fuzz {

std::vector<Target>& targets() {
  static std::vector<Target> all;
  return all;
}

void broken(std::string_view promise) {
  std::fprintf(stderr, "broken promise: %.*s\n", static_cast<int>(promise.size()), promise.data());
  std::abort();
}

std::uint8_t Pieces::byte() {
  const auto one = take(1);
  return one.empty() ? 0 : one.front();
}

ByteView Pieces::take(std::size_t size) {
  const auto taken = rest_.first(std::min(size, rest_.size()));
  rest_ = rest_.subspan(taken.size());
  return taken;
}

}  // namespace till::fuzz
