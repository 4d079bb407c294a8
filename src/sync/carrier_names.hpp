// The names of the files on a carrier. A file is one segment as it is on the wire; its name says which:
//
//   till-TTTTTTTTTTTTTTTT / DEVICE-INCARNATION / L-BBBBBBBBBBBBBB / FFFFFFFFFFFFFFFF-CCC-HHHHHHHHHHHHHHHH
//
// T the first 8 bytes of SHA-256("till carrier 1" || tenant), DEVICE 16 and INCARNATION 8 bytes, L the lane's number,
// B the first record's number / 1024 (a folder of a stick must stay small), F the first record's number, C how many
// there are (1..256), H the first 8 bytes of the last record's hash. All in lower-case hexadecimal digits of fixed
// width, so that names in order are records in order; there is one spelling for each segment and any other is none.
// Fits backup::ObjectStore's grammar. Foreign text goes in; pure; any thread.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/id.hpp"
#include "sync/record.hpp"
#include "sync/segment.hpp"

namespace till::sync {

using HashPrefix = std::array<std::uint8_t, 8>;
HashPrefix prefix_of(const RecordHash& hash);

struct CarrierName {
  Lane lane = Lane::critical;  // first: files of a more urgent lane are read before others
  Id device;
  Incarnation incarnation = 0;
  std::uint64_t first = 0;
  std::uint32_t count = 0;
  HashPrefix last_hash{};

  auto operator<=>(const CarrierName&) const = default;
  [[nodiscard]] Feed feed() const { return {device, incarnation, lane}; }
  [[nodiscard]] std::uint64_t last() const { return first + count - 1; }
};

CarrierName carrier_name(const Feed& feed, std::uint64_t first, std::uint64_t last, const RecordHash& last_hash);
CarrierName carrier_name(const Envelope& envelope);

// What all names of a tenant begin with, before the first slash.
std::string carrier_folder(const Id& tenant);
std::string to_string(std::string_view folder, const CarrierName& name);
// Empty for anything that `to_string` would not have written.
std::optional<CarrierName> parse_carrier_name(std::string_view folder, std::string_view text);

}  // namespace till::sync
