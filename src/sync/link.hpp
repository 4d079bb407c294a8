// Links are numbered by whoever opens them; the number says what kind of peer is at the other end.
#pragma once

#include <cstdint>

namespace till::sync {

using LinkNumber = std::uint32_t;
constexpr LinkNumber kHubLink = 0;
constexpr LinkNumber kRelayLink = 1;          // and up: other live peers that keep what they confirm
constexpr LinkNumber kFirstCarrierLink = 16;  // and up: folders, sticks
constexpr LinkNumber kOtherTerminals = 255;   // not a link: what another terminal says, in its own feed, that it has

constexpr bool is_carrier(LinkNumber link) {
  return link >= kFirstCarrierLink && link < kOtherTerminals;
}

}  // namespace till::sync
