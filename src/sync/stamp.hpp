// Time for ordering changes: a hybrid logical clock (Kulkarni et al., 2014). A stamp is 48 bits of milliseconds since
// 1970 and a 16-bit counter; a terminal's stamps only ever grow, and are larger than every stamp it has merged.
//
// One threshold, 5 minutes beyond trusted time: a remote stamp below it is merged and advances the own clock; one above
// it is kept and forwarded, but not merged and not followed, until time reaches it. Values; no threads.
#pragma once

#include <chrono>
#include <compare>
#include <cstdint>

#include "core/clock.hpp"
#include "core/id.hpp"
#include "core/random.hpp"

namespace till::sync {

constexpr std::int64_t kFutureLimit_ms = 5 * 60 * 1000;

struct Stamp {
  std::uint64_t packed = 0;  // 0: before everything

  static Stamp of(std::int64_t ms, std::uint16_t counter);
  [[nodiscard]] std::int64_t ms() const { return static_cast<std::int64_t>(packed >> 16); }
  [[nodiscard]] std::uint16_t counter() const { return static_cast<std::uint16_t>(packed & 0xffff); }
  auto operator<=>(const Stamp&) const = default;
};

// True when the stamp lies more than the threshold beyond `trusted_now`.
bool is_future(Stamp stamp, UtcTime trusted_now);
// The moment at which it no longer does.
UtcTime due_at(Stamp stamp);

// The next stamp of a terminal whose largest stamp so far, own or merged, is `last`. Its counter begins with `chance`,
// which nobody else draws: a copied folder that is used on two machines may write under one name in one millisecond.
// Behind `last` it goes on by a random step: a restored terminal with a slow clock must not make again the very stamps
// that its lost records had.
Stamp next_stamp(Stamp last, UtcTime trusted_now, std::uint16_t chance, Random& random);

// The total order of all changes; it never depends on arrival. Identifies the record that made a change.
struct Order {
  Stamp stamp;
  Id device;
  std::uint64_t incarnation = 0;
  std::uint64_t sequence = 0;

  [[nodiscard]] bool is_none() const { return sequence == 0; }
  auto operator<=>(const Order&) const = default;
};

}  // namespace till::sync
