// Finding what a cashier means, per keystroke. Only active products are found. Speed does not depend on the size of the
// catalogue: the index gives the first candidates, the program ranks them.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "domain/entities/catalogue.hpp"
#include "domain/entities/people.hpp"
#include "storage/connection.hpp"

namespace till::storage {

// By the beginnings of words of the name, by any part of it (from 3 characters), by the beginning of SKU or barcode.
// The best first: exact code, name that begins so, word that begins so, part. Accents and case do not matter.
Result<std::vector<domain::Product>> search_products(Connection& conn, std::string_view text,
                                                     std::size_t max_hits = 20);

// Everything that answers to a scanned or typed code: barcode (as it is, and as GTIN-8, 12, 13 or 14 with leading zeros
// added or taken off), else SKU. More than one: two terminals gave the same code away; a person chooses.
Result<std::vector<domain::Product>> find_by_code(Connection& conn, std::string_view code);

// The tiles of a category, by position; nil: of all categories. Without position, not a tile.
Result<std::vector<domain::Product>> tiles(Connection& conn, const Id& category, std::size_t max_hits = 200);
Result<std::vector<domain::Product>> products_of(Connection& conn, const Id& category, std::size_t offset,
                                                 std::size_t max_hits);

// By part of name, phone or e-mail, or by loyalty card.
Result<std::vector<domain::Customer>> search_customers(Connection& conn, std::string_view text,
                                                       std::size_t max_hits = 20);

// Many products into one transaction, faster than `store` one by one: the word index is merged once, at the end.
class BulkProducts {
 public:
  static Result<BulkProducts> begin(Connection& conn);
  Status add(const domain::Product& product);
  Status finish();

 private:
  explicit BulkProducts(Connection& conn) : conn_(&conn) {}
  Connection* conn_;
};

}  // namespace till::storage
