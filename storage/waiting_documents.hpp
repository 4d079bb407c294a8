// How far the documents that people look for in lists are on their way to the others: sales, orders (with what is on
// them), shifts (with all that happened in them) and stock counts. Noted when their records enter this terminal's log,
// forgotten when those are confirmed.
#pragma once

#include "storage/connection.hpp"
#include "sync/record.hpp"

namespace till::storage {

enum class DocumentState : unsigned char { waiting, sent, confirmed };
// Of a document by its id (an order's, a shift's): waiting to be sent while any record of it that was made here is in
// no segment, sent until a hub, a relay or another terminal holds the last of them, confirmed then. What others made is
// confirmed.
Result<DocumentState> document_state(Connection& conn, const Id& document);

// For the log. `origin`: this terminal's, as in sync_origin.
Status note_waiting_documents(Connection& conn, std::int64_t origin, const sync::Record& record);
// All up to what is confirmed of that feed.
Status forget_confirmed_documents(Connection& conn, std::int64_t origin, sync::Lane lane);

}  // namespace till::storage
