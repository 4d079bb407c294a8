// What a terminal says about itself in its own feed, for all others: how far it has come, what its tables add up to,
// how its clock stands. One row for each device, written by that device alone, in the lane `low`.
//
// Equal lane hashes mean: the same records of that lane are here and there, the same ones parked. Then the digests of
// the lane's tables must be equal, too; where they are not, one of the two has gone wrong (divergence.hpp).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/fields.hpp"
#include "core/id.hpp"
#include "sync/record.hpp"

namespace till::sync {

struct TableDigest {
  EntityNumber entity = 0;
  std::uint64_t rows = 0;
  std::uint64_t digest = 0;  // XOR over the rows of the first 8 bytes of SHA-256 of their canonical form

  bool operator==(const TableDigest&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(entity, rows, digest);
  }
};

struct FeedPosition {
  Feed feed;
  std::uint64_t sequence = 0;

  auto operator<=>(const FeedPosition&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(feed, sequence);
  }
};

struct DeviceProgress {
  static constexpr EntityNumber kEntity = 32;
  Id id;                             // the device's
  std::vector<std::uint64_t> lanes;  // a hash of the heads and parked records of each lane
  std::vector<TableDigest> digests;  // of the tables that this terminal keeps in full
  std::uint64_t parked = 0;
  std::int64_t clock_offset_ms = 0;  // trusted time less its own clock
  std::string program;
  std::int64_t at_ms = 0;            // trusted time
  std::vector<FeedPosition> vector;  // once a day: what it holds durably; the stable cut is made of these
  std::int64_t vector_at_ms = 0;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(field(1, "lanes", lanes), field(2, "digests", digests), field(3, "parked", parked),
            field(4, "clock_offset_ms", clock_offset_ms), field(5, "program", program), field(6, "at_ms", at_ms),
            field(7, "vector", vector), field(8, "vector_at_ms", vector_at_ms));
  }
};

}  // namespace till::sync
