// What two terminals chose twice while they did not know of each other: SKUs and barcodes of products, e-mail addresses
// of customers, names of tables in a room. Both rows stay, both can be sold; the one with the lowest id (the older one)
// is the owner on every terminal, the others are flagged until a person decides. Active rows only.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "storage/connection.hpp"

namespace till::storage {

struct DuplicateRow {
  Id id;
  std::string name;
};

struct Duplicate {
  std::string what;  // "SKU", "barcode", "e-mail", "table"
  std::string value;
  DuplicateRow owner;
  std::vector<DuplicateRow> flagged;  // at least one, by id
};

// At most `max` of each kind.
Result<std::vector<Duplicate>> find_duplicates(Connection& conn, std::size_t max);

}  // namespace till::storage
