#include "storage/schema_002.hpp"

#include "storage/sync_schema.hpp"

namespace till::storage {

Status create_schema_002(Connection& conn) {
  return extend_sync_tables_002(conn);
}

}  // namespace till::storage
