#include "app/place_records.hpp"

#include <algorithm>

#include "app/meta_list.hpp"
#include "app/shop_state.hpp"
#include "backup/standing.hpp"

namespace till::app {
namespace {

constexpr MetaList<PlaceRecord> kPlaces{"backup.places", 1};
constexpr const char* kLastOfOlderPrograms = "backup.last";  // one time for all places

// What another version wrote is found out anew.
Result<std::vector<PlaceRecord>> listed(storage::Connection& conn) {
  return TRY(kPlaces.read(conn)).value_or(std::vector<PlaceRecord>{});
}

Status store_list(storage::Transaction& tx, std::vector<PlaceRecord> places) {
  if (places.size() > kMaxPlaceRecords)
    places.erase(std::ranges::min_element(places, {}, [](const PlaceRecord& p) { return p.newest_at; }));
  TRY(storage::remove_meta(tx, kLastOfOlderPrograms));
  return kPlaces.write(tx, std::move(places));
}

}  // namespace

Result<std::vector<PlaceRecord>> place_records(Shop& shop) {
  return shop.state().db->read([](storage::Connection& conn) { return listed(conn); });
}

Result<PlaceRecord> place_record(Shop& shop, const Id& store) {
  for (auto& record : TRY(place_records(shop))) {
    if (record.store == store) return std::move(record);
  }
  PlaceRecord fresh;
  fresh.store = store;
  return fresh;
}

Status edit_place_record(Shop& shop, const Id& store, const std::function<void(PlaceRecord&)>& edit) {
  return shop.state().db->write([&](storage::Transaction& tx) -> Status {
    auto places = TRY(listed(tx));
    edit(row_of_store(places, store));
    return store_list(tx, std::move(places));
  });
}

Status forget_places(Shop& shop, const std::vector<Id>& stores) {
  return shop.state().db->write([&](storage::Transaction& tx) -> Status {
    auto places = TRY(listed(tx));
    erase_stores(places, stores);
    return store_list(tx, std::move(places));
  });
}

Status note_place(Shop& shop, backup::ObjectStore& store, const backup::BackupKeys& keys, const std::string& place) {
  const auto& device = shop.state().device();
  const auto id = TRY(store.id());
  const auto generations = TRY(backup::list_backups(store, keys, device));
  const auto standings = backup::judge(generations, TRY(backup::list_proofs(store, {id, device, keys})));
  return edit_place_record(shop, id, [&](PlaceRecord& record) {
    record.place = place;
    record.newest_at = {};
    record.newest.clear(), record.bad_newest.clear(), record.bad_through.clear();
    bool is_newest = true;
    for (const auto& entry : generations) {  // the newest first
      if (!entry.manifest || entry.manifest->purpose != backup::Purpose::ordinary) continue;
      const auto& judged = standings.at(entry.generation);
      if (std::exchange(is_newest, false) && judged.standing == backup::Standing::damaged) {
        record.bad_newest = entry.generation;
        record.bad_through = judged.through;
      }
      if (judged.standing != backup::Standing::restorable) continue;
      record.newest = entry.generation;
      record.newest_at = entry.manifest->created_at;
      return;
    }
  });
}

}  // namespace till::app
