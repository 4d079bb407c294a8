// A sale on the disk: its bytes, numbered field by field so that a later program reads an older sale, beside the rows
// that reports and searches read.
#pragma once

#include "domain/entities/documents.hpp"
#include "storage/connection.hpp"

namespace till::storage {

// Nothing happens when a sale of this id is there.
Status put_sale(Connection& conn, const domain::Sale& sale);
// For healing alone: what is stored of this sale is wrong (table_repair.hpp).
Status erase_sale(Connection& conn, const domain::Sale& sale);
// All that reports and searches read of it; equal for equal sales.
Result<Bytes> sale_query_rows(Connection& conn, const Id& id);
Bytes sale_to_bytes(const domain::Sale& sale);
Status sale_from_bytes(const Bytes& bytes, domain::Sale& sale);

}  // namespace till::storage
