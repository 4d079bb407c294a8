#include "storage/stored_row.hpp"

#include "storage/sync_entities.hpp"
#include "storage/sync_row_state.hpp"

namespace till::storage {

Result<StoredRow> stored_row(Connection& conn, SyncOrigins& origins, sync::EntityNumber entity, const Id& row) {
  StoredRow stored;
  auto q = TRY(conn.query("SELECT state, unknown, hash FROM sync_row WHERE entity = ?1 AND id = ?2", entity, row));
  const bool is_replicated = TRY(q.next());
  if (is_replicated) stored.hash = static_cast<std::uint64_t>(q.integer(2));
  stored.state.values = TRY(load_fields(conn, entity, row));
  stored.is_there = !stored.state.values.empty();
  if (!is_replicated) return stored;
  stored.state.fields = TRY(decode_states(q.blob(0), origins));
  if (!q.is_null(1)) TRY(decode_unknown(q.blob(1), stored.state.values));
  return stored;
}

}  // namespace till::storage
