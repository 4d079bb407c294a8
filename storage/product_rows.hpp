// A product on the disk: its row, and while it is active its barcodes and the words that find it.
#pragma once

#include <span>

#include "core/fields.hpp"
#include "domain/entities/catalogue.hpp"
#include "storage/connection.hpp"

namespace till::storage {

Status put_product(Connection& conn, const domain::Product& product);
// Writes only these fields of a product that is stored as it is otherwise. False, and nothing is done, when an index
// knows one of them or there is no such product: put_product is needed.
Result<bool> put_product_fields(Connection& conn, const domain::Product& product, std::span<const FieldNumber> fields);

// Whether a stored active product is found by each of its codes and by the words of its name; true for any other.
Result<bool> is_indexed(Connection& conn, const Id& id);
// For healing, where it is not so: what the indexes hold of it is not to be trusted, and the next put_product does not
// take it back.
Status distrust_index(Connection& conn, const Id& id);

}  // namespace till::storage
