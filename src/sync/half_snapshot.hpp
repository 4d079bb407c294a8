// While a snapshot is taken in, and after one was given up half-way, the data is ahead of the heads: it holds what
// other records say than those that count as held here. Until the heads have caught up, what the data adds up to says
// nothing about these records: it is neither published nor compared with what others published. And what a part of a
// snapshot brought comes again with the log, when a change made meanwhile may have replaced it.
#pragma once

#include <vector>

#include "sync/progress.hpp"
#include "sync/store.hpp"

namespace till::sync {

// A snapshot that goes up to `positions` is begun; those begun before and given up still count.
Status note_half_taken(Store& store, const std::vector<FeedPosition>& positions);
// It is in as a whole, and what others left half is in it or in the log.
Status clear_half_taken(Store& store);
// Until the heads are where such a snapshot ends.
Result<bool> is_data_ahead(Store& store);
// After `op` was merged into `row`: what it replaced and the log has not brought is dead when it comes. True when `row`
// was told something new.
Result<bool> expect_again(Store& store, Lane lane, const Op& op, RowState& row);

}  // namespace till::sync
