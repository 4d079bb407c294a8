// 128-bit identities. New ones are UUID version 7 (RFC 9562), so that rows made one after another lie together in an
// index; ids that two terminals must derive alike (the demo catalogue) are version 8 from a name's hash, made in security.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "core/bytes.hpp"
#include "core/clock.hpp"
#include "core/random.hpp"
#include "core/result.hpp"

namespace till {

struct Id {
  std::array<std::uint8_t, 16> bytes{};

  auto operator<=>(const Id&) const = default;
  [[nodiscard]] bool is_nil() const { return *this == Id{}; }
  [[nodiscard]] ByteView view() const { return bytes; }

  template <class Archive>
  void serialize(Archive& archive) {
    archive(bytes);
  }
};

Id new_id(Clock& clock, Random& random);
// The canonical text, "0192f0c1-7a3e-7cc0-98c8-6f3b2f1c9a10".
std::string to_string(const Id& id);
Result<Id> id_from_string(std::string_view text);
Result<Id> id_from_bytes(ByteView bytes);

}  // namespace till

template <>
struct std::hash<till::Id> {
  std::size_t operator()(const till::Id& id) const noexcept {
    std::size_t h = 0;
    for (std::size_t i = 8; i < 16; ++i) h = (h << 8) | id.bytes[i];
    return h;
  }
};
