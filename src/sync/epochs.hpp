// A hub numbers what it takes, for each tenant; an epoch names one such numbering. A hub whose data came back from a
// copy goes on in a new epoch, since what it numbers from there on is not what it had numbered before. Up to the copy's
// end both say the same: the earlier epoch is an ancestor of the new one, so that nobody has to start again at zero.
// Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "sync/messages.hpp"

namespace till::sync {

// `cursor` in the numbering of `epoch`; zero where the two have nothing in common.
Cursor translated(const Cursor& cursor, std::uint64_t epoch, const std::vector<EpochAncestor>& ancestors);

// Every lane of `cursor` has come at least as far.
bool has_reached(const Cursor& cursor, const std::array<std::uint64_t, kLanes>& positions);

}  // namespace till::sync
