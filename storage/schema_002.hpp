// The second schema: suppliers, tables, orders, printers, counts and media join what is replicated; sync knows several
// peers, digests and snapshots.
#pragma once

#include "core/result.hpp"
#include "storage/connection.hpp"

namespace till::storage {

Status create_schema_002(Connection& conn);

}  // namespace till::storage
