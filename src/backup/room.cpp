#include "backup/room.hpp"

#include <algorithm>

#include "backup/sabotage.hpp"
#include "security/hash.hpp"

namespace till::backup {
namespace {

constexpr std::size_t kTypicalOf = 10;

Bytes reserve_bytes() {
  Bytes out(kReserveObjectBytes);
  for (std::size_t at = 0; at < out.size(); at += sizeof(security::Hash)) {
    const auto block = security::sha256(view(std::string(kReserveName) + std::to_string(at)));
    std::copy(block.begin(), block.end(), out.begin() + static_cast<std::ptrdiff_t>(at));
  }
  return out;
}

Result<bool> has_reserve(ObjectStore& store) {
  for (const auto& object : TRY(store.list("reserve/"))) {
    if (object.name == kReserveName && object.size == kReserveObjectBytes) return true;
  }
  return false;
}

}  // namespace

Result<bool> keep_reserve(ObjectStore& store) {
  if (TRY(has_reserve(store))) return true;
  const auto space = TRY(store.space());
  if (space.free_bytes.value_or(UINT64_MAX) < 4 * kReserveObjectBytes) return false;
  TRY(store.put(kReserveName, reserve_bytes()));
  return true;
}

Result<bool> give_up_reserve(ObjectStore& store) {
  if (sabotaged(Sabotage::reserve_kept)) return false;
  const bool there = TRY(has_reserve(store));
  TRY(store.remove(kReserveName));
  return there;
}

std::optional<std::uint64_t> room_for(std::uint64_t free_bytes, const std::vector<RoomFacts>& facts,
                                      const ChainRule& rule) {
  std::uint64_t full = 0, increments = 0, increment_bytes = 0;
  for (auto at = facts.rbegin(); at != facts.rend() && (full == 0 || increments < kTypicalOf); ++at) {
    if (at->full) {
      if (full == 0) full = std::max<std::uint64_t>(at->new_bytes, 1);
    } else if (increments < kTypicalOf) {
      ++increments;
      increment_bytes += at->new_bytes;
    }
  }
  if (facts.empty()) return std::nullopt;
  if (full == 0) full = std::max<std::uint64_t>(facts.back().stored_bytes, 1);
  // Without an increment to go by, one takes a fiftieth of a full one: a guess on the careful side.
  const auto increment = std::max<std::uint64_t>(increments == 0 ? full / 50 : increment_bytes / increments, 1);
  std::uint64_t chain = facts.back().full ? 0 : facts.back().chain_length;
  std::uint64_t chain_bytes = chain * increment;
  std::uint64_t room = 0;
  for (; room < kRoomMost; ++room) {
    const bool ends = chain >= rule.increments_max || chain_bytes * 100 > full * rule.share_percent;
    const auto takes = ends ? full : increment;
    if (takes > free_bytes) break;
    free_bytes -= takes;
    chain = ends ? 0 : chain + 1;
    chain_bytes = ends ? 0 : chain_bytes + increment;
  }
  return room;
}

}  // namespace till::backup
