// Where a segment belongs in what is already held of its feed. One rule for hubs and terminals. A fork (two segments
// after the same record) is kept as another branch: both were signed by the device, and neither may be lost. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/result.hpp"
#include "sync/messages.hpp"
#include "sync/segment.hpp"

namespace till::sync {

enum class Place : std::uint8_t {
  extends,    // the next of `branch`
  duplicate,  // held already
  fork,       // begins the new `branch`
  gap,        // what comes before it is not held
};

struct Placement {
  Place place = Place::gap;
  std::uint32_t branch = 0;
};

struct HeldFeed {
  std::vector<FeedHead> heads;                         // of its branches
  std::uint64_t floor = 0;                             // up to here a snapshot stands for the segments
  std::function<Result<bool>()> has_segment;           // this very segment?
  std::function<Result<bool>()> has_end_before_first;  // a segment that ends where this one begins?
};

Result<Placement> place(const Envelope& envelope, const HeldFeed& held);

// The furthest record of any branch.
std::uint64_t furthest(const std::vector<FeedHead>& heads);

}  // namespace till::sync
