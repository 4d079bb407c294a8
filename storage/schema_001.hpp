// The first schema. Rows that replicate have no UNIQUE and no foreign key but their id: two terminals may give away the
// same barcode while apart, and both rows stay. Amounts are smallest units, quantities thousandths, times microseconds.
#pragma once

#include "core/result.hpp"
#include "storage/connection.hpp"

namespace till::storage {

Status create_schema_001(Connection& conn);

}  // namespace till::storage
