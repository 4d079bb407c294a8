// What is in stock: the last count, and the moves that it had not seen. Both are sets of documents, so every terminal
// that has the same ones comes to the same stock, in whatever order they came. Pure; any thread.
//
// A count says what was counted and the sum of the moves that the counting terminal had at that moment. Moves are only
// ever added, so the sum of all less that sum is the sum of those it had not seen: a sale made elsewhere meanwhile
// comes off what was counted, one that had arrived does not come off twice. Counts do not add up: of two made without
// knowledge of each other the later one stands, and the earlier one has no part in the stock at all.
#pragma once

#include <cstdint>
#include <span>

#include "domain/entities/documents.hpp"

namespace till::domain {

// Which of two counts of a product is the base. Causes come before their effects, since a count's order_us exceeds
// those of all counts that its author had seen; two that knew nothing of each other go by their clocks, then by id.
bool is_later(const StockCount& a, const StockCount& b);
// The order_us of a new count made now, behind `last` (0: there is none).
std::int64_t next_order_us(UtcTime now, std::int64_t last_us);
// What is added to the sum of all moves.
std::int64_t base_milli(const StockCount& count);
// Of one product in one store.
std::int64_t stock_milli(std::span<const StockMove> moves, std::span<const StockCount> counts);

}  // namespace till::domain
