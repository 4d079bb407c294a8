// What the engine holds in memory beside the store, so that the bounds can be checked after each step: whatever the
// backlog, and whatever a peer sends, it stays small. Values.
#pragma once

#include <cstddef>
#include <string_view>

#include "sync/link.hpp"
#include "sync/messages.hpp"
#include "sync/segment.hpp"
#include "sync/snapshot.hpp"

namespace till::sync {

constexpr std::size_t kMaxInboxBytes = 4 * kWindowBytes;  // an honest hub stays within the window
constexpr std::size_t kMaxInboxItems = 16'384;
constexpr std::size_t kMaxFlightBytes = kWindowBytes + kMaxSegmentBytes;  // the last one may reach beyond the window
constexpr std::size_t kMaxHubHeads = 65'536;
constexpr std::size_t kMaxCarrierFiles = 1'000'000;

// Of one link, or of the snapshot that is being taken in.
struct MemoryUse {
  LinkNumber link = kHubLink;
  std::size_t inbox_bytes = 0;     // received and not yet taken
  std::size_t inbox_items = 0;     // frames or files of that
  std::size_t flight_bytes = 0;    // sent and not yet answered; their sizes are kept, not they
  std::size_t heads = 0;           // of own feeds, while a hub lists what it has
  std::size_t files = 0;           // names of what lies on a carrier
  std::size_t snapshot_bytes = 0;  // of the chunk that is being taken in, sealed
};

// The bound that is broken as a sentence, empty when all is well.
inline std::string_view excess(const MemoryUse& use) {
  if (use.inbox_bytes > kMaxInboxBytes) return "more bytes wait to be read than the bound allows";
  if (use.inbox_items > kMaxInboxItems) return "more frames wait to be read than the bound allows";
  if (use.flight_bytes > kMaxFlightBytes) return "more is in flight than the window allows";
  if (use.heads > kMaxHubHeads) return "more feeds are listed than the bound allows";
  if (use.files > kMaxCarrierFiles) return "more files are listed than the bound allows";
  if (use.snapshot_bytes > kMaxSnapshotChunkBytes) return "a chunk is larger than the bound allows";
  return {};
}

}  // namespace till::sync
