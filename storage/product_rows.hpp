// A product on the disk: its row, and while it is active its barcodes and the words that find it.
#pragma once

#include "domain/entities/catalogue.hpp"
#include "storage/connection.hpp"

namespace till::storage {

Status put_product(Connection& conn, const domain::Product& product);

// Whether a stored active product is found by each of its codes and by the words of its name; true for any other.
Result<bool> is_indexed(Connection& conn, const Id& id);
// For healing, where it is not so: what the indexes hold of it is not to be trusted, and the next put_product does not
// take it back.
Status distrust_index(Connection& conn, const Id& id);

}  // namespace till::storage
