// Takes out of a terminal's own log what a snapshot at the hub stands for. Whole segments, each feed from its beginning
// on; sync_floor says up to where they are gone, and what lies there counts as held when it comes again.
#pragma once

#include <vector>

#include "storage/connection.hpp"
#include "sync/progress.hpp"

namespace till::storage {

// At most `max` segments, in this transaction: those that end at or before `up_to` and whose changes were made before
// `before_ms`. Own ones only when the hub holds them; of a feed that forked, none, since its branches are told apart by
// what is in the log. Returns how many; less than `max`: that was all.
Result<std::size_t> prune_log(Transaction& tx, const std::vector<sync::FeedPosition>& up_to, std::int64_t before_ms,
                              std::size_t max);

struct LogWeight {
  std::uint64_t segments = 0, bytes = 0;
};
Result<LogWeight> log_weight(Connection& conn);

}  // namespace till::storage
