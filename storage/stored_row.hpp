// A replicated row as it is stored: its table's columns, its stamps and the fields of newer programs beside them. For
// whoever has to look at rows without merging into them; any connection.
#pragma once

#include <cstdint>
#include <optional>

#include "storage/connection.hpp"
#include "storage/sync_origins.hpp"
#include "sync/merge.hpp"

namespace till::storage {

struct StoredRow {
  sync::RowState state;               // without stamps: it was never replicated
  std::optional<std::uint64_t> hash;  // as kept beside the stamps; none without them
  bool is_there = false;              // its table has it
};
// Corrupt when columns or stamps cannot be read. A row that is nowhere has neither values nor stamps.
Result<StoredRow> stored_row(Connection& conn, SyncOrigins& origins, sync::EntityNumber entity, const Id& row);

}  // namespace till::storage
