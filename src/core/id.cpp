#include "core/id.hpp"

#include <algorithm>

namespace till {

Id new_id(Clock& clock, Random& random) {
  Id id;
  random.fill(id.bytes);
  const auto ms = static_cast<std::uint64_t>(clock.now().us / 1000);
  for (int i = 0; i < 6; ++i) id.bytes[static_cast<std::size_t>(i)] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
  id.bytes[6] = static_cast<std::uint8_t>(0x70 | (id.bytes[6] & 0x0f));
  id.bytes[8] = static_cast<std::uint8_t>(0x80 | (id.bytes[8] & 0x3f));
  return id;
}

std::string to_string(const Id& id) {
  auto hex = to_hex(id.bytes);
  for (const std::size_t at : {20U, 16U, 12U, 8U}) hex.insert(at, "-");
  return hex;
}

Result<Id> id_from_string(std::string_view text) {
  std::string hex(text);
  std::erase(hex, '-');
  const auto bytes = from_hex(hex);
  if (!bytes || bytes->size() != 16) return invalid("'" + std::string(text) + "' is not an id");
  return id_from_bytes(*bytes);
}

Result<Id> id_from_bytes(ByteView bytes) {
  if (bytes.size() != 16) return corrupt("an id must have 16 bytes");
  Id id;
  std::ranges::copy(bytes, id.bytes.begin());
  return id;
}

}  // namespace till
