// Which of two changes is the later one. By Order; but a terminal whose clock stood wrong made stamps that say nothing,
// and an amendment by it, or by an administrator, takes the error out of a range of its records. Changes keep their own
// Order as their identity; an amendment only moves them in the ranking. Pure; any thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sync/record.hpp"
#include "sync/stamp.hpp"

namespace till::sync {

// A document of the critical lane. Where several cover a record, the one with the smallest id counts: the set decides,
// never the order in which they came.
struct Amendment {
  static constexpr EntityNumber kEntity = 33;
  Id id;
  Id device;
  Incarnation incarnation = 0;
  Lane lane = Lane::critical;
  std::uint64_t first = 0, last = 0;  // records
  std::int64_t ahead_ms = 0;          // how far the clock stood ahead of trusted time
  std::int64_t at_ms = 0;             // trusted time when it was found out

  [[nodiscard]] bool covers(const Feed& feed, std::uint64_t sequence) const {
    return device == feed.device && incarnation == feed.incarnation && lane == feed.lane && first <= sequence &&
           sequence <= last;
  }
  template <class Archive>
  void serialize(Archive& archive) {
    archive(field(1, "device", device), field(2, "incarnation", incarnation), field(3, "lane", lane),
            field(4, "first", first), field(5, "last", last), field(6, "ahead_ms", ahead_ms), field(7, "at_ms", at_ms));
  }
};

// The changes of one lane. Cheap to copy; what it is made of must outlive it.
class Ranking {
 public:
  Ranking() = default;
  Ranking(std::span<const Amendment> amendments, Lane lane) : amendments_(amendments), lane_(lane) {}

  [[nodiscard]] Stamp effective(const Order& order) const;
  // The total order after amendments.
  [[nodiscard]] bool before(const Order& a, const Order& b) const;

 private:
  std::span<const Amendment> amendments_;
  Lane lane_ = Lane::normal;
};

}  // namespace till::sync
