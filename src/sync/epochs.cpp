#include "sync/epochs.hpp"

#include <algorithm>
#include <functional>

namespace till::sync {

Cursor translated(const Cursor& cursor, std::uint64_t epoch, const std::vector<EpochAncestor>& ancestors) {
  if (cursor.epoch == epoch) return cursor;
  Cursor here{epoch, {}};
  const auto ancestor =
      std::find_if(ancestors.begin(), ancestors.end(), [&](const EpochAncestor& a) { return a.epoch == cursor.epoch; });
  if (ancestor == ancestors.end()) return here;
  for (std::size_t i = 0; i < kLanes; ++i) here.after[i] = std::min(cursor.after[i], ancestor->until);
  return here;
}

bool has_reached(const Cursor& cursor, const std::array<std::uint64_t, kLanes>& positions) {
  return std::equal(positions.begin(), positions.end(), cursor.after.begin(), std::less_equal<>());
}

}  // namespace till::sync
