#include "sync/ranking.hpp"

#include <algorithm>
#include <tuple>

namespace till::sync {

Stamp Ranking::effective(const Order& order) const {
  const Amendment* chosen = nullptr;
  for (const Amendment& amendment : amendments_) {
    if (!amendment.covers({order.device, order.incarnation, lane_}, order.sequence)) continue;
    if (chosen == nullptr || amendment.id < chosen->id) chosen = &amendment;
  }
  if (chosen == nullptr) return order.stamp;
  return Stamp::of(order.stamp.ms() - chosen->ahead_ms, order.stamp.counter());
}

bool Ranking::before(const Order& a, const Order& b) const {
  if (amendments_.empty()) return a < b;
  return std::tuple(effective(a), a) < std::tuple(effective(b), b);
}

}  // namespace till::sync
