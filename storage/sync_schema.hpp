// The change log's own tables, part of migration 1.
#pragma once

#include "core/result.hpp"
#include "storage/connection.hpp"

namespace till::storage {

Status create_sync_tables(Connection& conn);
Status extend_sync_tables_002(Connection& conn);

}  // namespace till::storage
