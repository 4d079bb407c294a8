// Stock is the last count and the moves that it had not seen (domain/stock.hpp), kept as a level in the transaction
// that adds a move or a count (store(conn, StockMove), store(conn, StockCount)).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "domain/entities/documents.hpp"
#include "storage/connection.hpp"

namespace till::storage {

struct StockLevel {
  Id product;
  std::string sku;
  std::string name;
  std::int64_t level_milli = 0;
  std::int64_t low_stock_milli = 0;
};

// `store`: of that branch alone; nil: of all that are known here. 0 for what never moved.
Result<std::int64_t> stock_level_milli(Connection& conn, const Id& product, const Id& store = {});
// Active products that keep stock, by name.
Result<std::vector<StockLevel>> stock_levels(Connection& conn, std::size_t offset, std::size_t max,
                                             const Id& store = {});
// Those at or below their alert level.
Result<std::vector<StockLevel>> low_stock(Connection& conn, std::size_t max, const Id& store = {});
Result<std::vector<domain::StockMove>> stock_moves(Connection& conn, const Id& product,
                                                   std::size_t max);  // newest first
Result<std::vector<domain::StockCount>> stock_counts(
    Connection& conn, const Id& product,
    std::size_t max);  // latest first; the first of a store is its base
// What a count made now has seen of its product in its store (nil: in the branch that has no name).
struct StockSeen {
  std::int64_t level_milli = 0;
  std::int64_t moved_milli = 0;
  std::int64_t last_count_us = 0;
};
Result<StockSeen> stock_seen(Connection& conn, const Id& product, const Id& store);
// Products whose level is not what their moves and counts come to; empty, or something is broken.
Result<std::vector<Id>> wrong_stock_levels(Connection& conn);
// The levels of a product in all stores, from its moves and counts, over whatever was kept.
Status recount_stock(Connection& conn, const Id& product);

}  // namespace till::storage
