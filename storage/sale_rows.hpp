// A sale on the disk: its bytes, numbered field by field so that a later program reads an older sale, beside the rows
// that reports and searches read.
#pragma once

#include "domain/entities/documents.hpp"
#include "storage/connection.hpp"

namespace till::storage {

// Nothing happens when a sale of this id is there.
Status put_sale(Connection& conn, const domain::Sale& sale);
Bytes sale_to_bytes(const domain::Sale& sale);
Status sale_from_bytes(const Bytes& bytes, domain::Sale& sale);

}  // namespace till::storage
