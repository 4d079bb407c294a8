// A person has a snapshot made, or has the hub drop what one stands for.
#pragma once

#include <functional>

#include "app/actor.hpp"
#include "app/snapshots/care.hpp"

namespace till::app {

// Needs the right to manage terminals; journalled. `carry_out` is the sync service's, of this program or of the till.
Result<SnapshotsDone> order_snapshots(Shop& shop, const Actor& actor, const SnapshotOrder& order,
                                      const std::function<Result<SnapshotsDone>(const SnapshotOrder&)>& carry_out);

}  // namespace till::app
