// Schema version 3: entries of the audit journal carry their chain, its signed end and checkpoints (docs/AUDIT.md).
// Never edited once released; changes come as later versions.
#pragma once

#include "storage/connection.hpp"

namespace till::storage {

Status create_schema_003(Connection& conn);

}  // namespace till::storage
