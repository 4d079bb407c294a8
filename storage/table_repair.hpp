// Setting right what a table holds, past the rules that keep documents as they are: only for healing (healing.hpp),
// which knows from the log what was signed. Within a write transaction.
#pragma once

#include <cstddef>
#include <vector>

#include "storage/connection.hpp"

namespace till::storage {

// Whatever is there by this id becomes this document, with its query rows and the bytes that the journal's chain
// covers; of a journal's entry of an older program those stay. Stock levels are not right afterwards: recount_stock
// (stock.hpp).
template <class E>
Status overwrite(Connection& conn, const E& document);
// The table's row alone, of something that cannot be read.
template <class E>
Status erase(Connection& conn, const Id& id);
template <class E>
Result<std::vector<Id>> ids_after(Connection& conn, const Id& after, std::size_t max);

}  // namespace till::storage
