// What a manager may set about sync. How this terminal exchanges (automatically or not, how often, how patiently) is
// the terminal's own; what happens to conflicts holds for the whole shop and replicates. Values are checked with
// sentences; the sync service takes them over at once.
//
//   auto_sync on|off      interval 5..3600 s     attempts 1..1000, failed ones before a person is asked
//   batch 1..256          timeout 5..300 s       retry_cap 5..3600 s     policy.ENTITY[.FIELD] latest_wins|...
//   lapse_days 7..365     history_days 7..3650
#pragma once

#include <string>
#include <vector>

#include "app/actor.hpp"
#include "app/shop.hpp"
#include "app/snapshot.hpp"
#include "sync/settings.hpp"

namespace till::app {

Result<sync::EngineSettings> engine_settings(Shop& shop);
// Needs the right to change settings; journalled.
Status set_sync(Shop& shop, const Actor& actor, const std::string& key, const std::string& value);

Result<std::vector<SyncSettingRow>> sync_setting_rows(Shop& shop);
// One for each kind of entry, and one for each field that differs from its kind.
std::vector<SyncSettingRow> sync_policy_rows(Shop& shop);

}  // namespace till::app
