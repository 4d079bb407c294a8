// How much room a place has: how many more backups will go in, and the reserve that makes a full place one that can
// still be pruned (a lock and a proof need a few bytes before anything can be removed).
//
// The reserve is one object of kReserveBytes, `reserve/1`, shared by all who write there; its bytes are the same
// everywhere and do not compress. It is given up when a place is full and put again when there is room for four times
// its size.
#pragma once

#include <vector>

#include "backup/create.hpp"
#include "backup/object_store.hpp"

namespace till::backup {

constexpr std::uint64_t kReserveObjectBytes = 4ULL << 20;
constexpr std::string_view kReserveName = "reserve/1";

// True when it is there now. A place without room for it is no error.
Result<bool> keep_reserve(ObjectStore& store);
// True when there was one.
Result<bool> give_up_reserve(ObjectStore& store);

// What one more backup takes, by those of one device that are there, oldest first.
struct RoomFacts {
  bool full = false;
  std::uint64_t new_bytes = 0;     // that it added to the place
  std::uint64_t stored_bytes = 0;  // that it would take alone
  std::uint32_t chain_length = 0;
};
// "Room for about N more": increments as large as the newest ten were, and full ones where the chain rule asks for
// them. At most kRoomMost; nothing where there is no backup to go by.
constexpr std::uint64_t kRoomMost = 9999;
std::optional<std::uint64_t> room_for(std::uint64_t free_bytes, const std::vector<RoomFacts>& facts,
                                      const ChainRule& rule = {});

}  // namespace till::backup
