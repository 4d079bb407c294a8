#include "storage/sync_schema.hpp"

namespace till::storage {

Status create_sync_tables(Connection&) {
  return {};
}

}  // namespace till::storage
