// The terminals of the shop as what they say of themselves shows them: for who still has a say in what the log keeps
// (sync/compaction.hpp). Any connection, also read-only.
#pragma once

#include <vector>

#include "storage/connection.hpp"
#include "sync/compaction.hpp"

namespace till::storage {

struct Members {
  std::vector<sync::KnownDevice> devices;
  std::vector<sync::DeviceProgress> progress;
  std::vector<sync::EntityNumber> tables;  // that have rows here; who keeps them all in full may make snapshots
};
Result<Members> members(Connection& conn);

// Own feeds of which the hub lacks what is not in this log any more: only a snapshot can bring it back to it.
Result<std::vector<sync::Feed>> feeds_only_in_snapshots(Connection& conn);
// Where a snapshot with these positions ends in them.
Result<std::vector<sync::FeedHead>> ends_of(Connection& conn, const std::vector<sync::Feed>& own_feeds,
                                            const std::vector<sync::FeedPosition>& positions);

// Where the feeds of all terminals but these, and this one, end here; of a feed that forked the longer branch.
Result<std::vector<sync::FeedHead>> ends_of_others(Connection& conn, const std::vector<Id>& known_devices);

}  // namespace till::storage
