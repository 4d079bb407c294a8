#include "domain/apportion.hpp"

#include <algorithm>
#include <numeric>

namespace till::domain {

std::vector<std::int64_t> apportion(std::int64_t target, const std::vector<Rational>& shares) {
  std::vector<std::int64_t> whole;
  std::vector<Rational> rest;
  for (const auto& share : shares) {
    whole.push_back(truncated(share));
    rest.push_back(share - whole.back());
  }
  std::int64_t missing = std::accumulate(whole.begin(), whole.end(), target, std::minus<>());
  if (missing == 0 || shares.empty()) return whole;

  const std::int64_t step = missing > 0 ? 1 : -1;
  std::vector<std::size_t> order(shares.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return step > 0 ? rest[a] > rest[b] : rest[a] < rest[b]; });
  for (std::size_t i = 0; missing != 0; i = (i + 1) % order.size(), missing -= step) whole[order[i]] += step;
  return whole;
}

}  // namespace till::domain
