// The sync panel's picture, read from the data alone (tillctl on a closed folder), or together with what the running
// service knows.
#pragma once

#include "app/shop.hpp"
#include "app/snapshot.hpp"
#include "app/sync_service.hpp"

namespace till::app {

// `live` null: no service runs.
Result<SyncView> read_sync_view(Shop& shop, const SyncReport* live = nullptr);
// "waiting", "sent", "confirmed": how far each of these documents, by storage/waiting_documents.hpp, is on its way to
// the others. All empty while the till works alone.
Result<std::vector<std::string>> document_sync_words(Shop& shop, const std::vector<Id>& documents);
// Of one; empty when it cannot be read, too.
std::string document_sync_word(Shop& shop, const Id& document);

}  // namespace till::app
