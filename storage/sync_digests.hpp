// The digests of the replicated tables (sync/digest.hpp), kept in the transaction that changes a row, and the hashes of
// what the log holds in each lane.
#pragma once

#include <array>
#include <vector>

#include "storage/connection.hpp"
#include "sync/messages.hpp"
#include "sync/progress.hpp"

namespace till::storage {

Status change_digest(Connection& conn, sync::EntityNumber entity, std::int64_t rows, std::uint64_t toggled);
Result<std::vector<sync::TableDigest>> table_digests(Connection& conn);
// From the rows themselves, over whatever was kept. Some 100 000 rows a second.
Status rebuild_digests(Connection& conn);
// As kept, and as the rows themselves add up to; corrupt when one of them cannot be read.
Result<sync::TableDigest> kept_digest(Connection& conn, sync::EntityNumber entity);
Result<sync::TableDigest> counted_digest(Connection& conn, sync::EntityNumber entity);

Result<std::array<std::uint64_t, sync::kLanes>> lane_hashes(Connection& conn);
// The end of every branch of every feed.
Result<std::vector<sync::FeedHead>> all_heads(Connection& conn);
// The last record of each feed that is held here.
Result<std::vector<sync::FeedPosition>> feed_positions(Connection& conn);

}  // namespace till::storage
