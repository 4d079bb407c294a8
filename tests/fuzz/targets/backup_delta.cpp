// The plain bytes of an increment: put on an image of zeros, it makes regions of the size that its head says, or is
// refused. The first byte says where the input is cut into pieces.
#include "backup/delta.hpp"

#include "fuzz/harness.hpp"

namespace till::fuzz {

// A region, its new pages, and what unpacks them.
FUZZ_TARGET(backup_delta, 8 * kMiB) {
  Pieces in(input);
  const std::size_t first = in.byte() * std::size_t{64};
  const auto rest = in.rest();
  int next = 0;
  auto reader = backup::DeltaReader::open([&]() -> Result<Bytes> {
    const auto cut = std::min(first, rest.size());
    switch (next++) {
      case 0:
        return to_bytes(rest.first(cut == 0 ? rest.size() : cut));
      case 1:
        return cut == 0 ? Bytes{} : to_bytes(rest.subspan(cut));
      default:
        return Bytes{};
    }
  });
  if (!good(reader)) return;
  const auto& head = reader->head();
  for (std::uint64_t region = 0; region < std::min<std::uint64_t>(backup::region_count(head.new_size), 4); ++region) {
    const auto made = reader->region(region, Bytes(backup::region_bytes(head.old_size, region)));
    if (!good(made)) return;
    must(made->size() == backup::region_bytes(head.new_size, region), "a region is as large as the head says");
  }
  (void)good(reader->finish());
}

}  // namespace till::fuzz
