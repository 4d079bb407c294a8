#include "domain/stock.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace till::domain {

bool is_later(const StockCount& a, const StockCount& b) {
  return std::tie(a.order_us, a.id) > std::tie(b.order_us, b.id);
}

std::int64_t next_order_us(UtcTime now, std::int64_t last_us) {
  return std::max(now.us, last_us + 1);
}

std::int64_t base_milli(const StockCount& count) {
  return count.counted_milli - count.moved_milli;
}

std::int64_t stock_milli(std::span<const StockMove> moves, std::span<const StockCount> counts) {
  const auto moved = std::accumulate(moves.begin(), moves.end(), std::int64_t{0},
                                     [](std::int64_t sum, const StockMove& move) { return sum + move.delta_milli; });
  const auto last = std::max_element(counts.begin(), counts.end(),
                                     [](const StockCount& a, const StockCount& b) { return is_later(b, a); });
  return last == counts.end() ? moved : moved + base_milli(*last);
}

}  // namespace till::domain
