// The replicated entities between the log's fields and the typed tables. Rows of others are checked before they are
// written: fields that do not decode are an Error of kind corrupt, and nothing is changed.
#pragma once

#include <optional>

#include "core/fields.hpp"
#include "storage/connection.hpp"
#include "sync/record.hpp"

namespace till::storage {

// The lane of an entity's records; empty for a number that this program does not know.
std::optional<sync::Lane> lane_of(sync::EntityNumber entity);
bool is_document(sync::EntityNumber entity);

// The row's fields as the program knows them; empty when there is no row.
Result<FieldMap> load_fields(Connection& conn, sync::EntityNumber entity, const Id& row);
Status store_fields(Connection& conn, sync::EntityNumber entity, const Id& row, const FieldMap& fields);
Result<bool> is_stored(Connection& conn, sync::EntityNumber entity, const Id& row);
// The fields whose numbers this program does not know; a newer one wrote them.
FieldMap unknown_fields(sync::EntityNumber entity, const FieldMap& fields);

}  // namespace till::storage
