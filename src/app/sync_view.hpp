// The sync panel's picture, read from the data alone (tillctl on a closed folder), or together with what the running
// service knows.
#pragma once

#include "app/shop.hpp"
#include "app/snapshot.hpp"
#include "app/sync_service.hpp"

namespace till::app {

// `live` null: no service runs.
Result<SyncView> read_sync_view(Shop& shop, const SyncReport* live = nullptr);
// "waiting", "sent", "confirmed"
std::string sale_sync_word(Shop& shop, const Id& sale);

}  // namespace till::app
