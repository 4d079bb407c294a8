// What this terminal takes of what the others make: entities and stores (storage/sync_wanted.hpp). The rest stays in
// the log, is forwarded, and comes into the data when the choice changes. Right: devices.
#pragma once

#include <string>
#include <vector>

#include "app/actor.hpp"

namespace till::app {

struct ChosenSync {
  std::vector<std::string> without;  // "media", "tables", "orders", "journal", ...
  std::vector<std::string> stores;   // names; empty: all
  std::uint64_t set_aside = 0;       // changes that wait for another choice
};

Result<ChosenSync> chosen_sync(Shop& shop);
// Names as in `entity_words`; store names or ids.
Status choose_sync(Shop& shop, const Actor& actor, const std::vector<std::string>& without,
                   const std::vector<std::string>& stores);
// What can be left out.
std::vector<std::string> entity_words();

}  // namespace till::app
