#include "app/drill_records.hpp"

#include "app/meta_list.hpp"
#include "app/place_records.hpp"
#include "app/shop_state.hpp"

namespace till::app {
namespace {

constexpr MetaList<DrillRecord> kDrills{"backup.drills", 1};

// What another version wrote is found out anew.
Result<std::vector<DrillRecord>> listed(storage::Connection& conn) {
  return TRY(kDrills.read(conn)).value_or(std::vector<DrillRecord>{});
}

}  // namespace

Result<std::vector<DrillRecord>> drill_records(Shop& shop) {
  return shop.state().db->read([](storage::Connection& conn) { return listed(conn); });
}

Status edit_drill_record(Shop& shop, const Id& store, const std::function<void(DrillRecord&)>& edit) {
  return shop.state().db->write([&](storage::Transaction& tx) -> Status {
    auto drills = TRY(listed(tx));
    edit(row_of_store(drills, store));
    if (drills.size() > kMaxPlaceRecords) drills.erase(std::ranges::min_element(drills, {}, &DrillRecord::since));
    return kDrills.write(tx, std::move(drills));
  });
}

Status note_drill(Shop& shop, const Id& store, const std::string& place, bool passed) {
  return edit_drill_record(shop, store, [&](DrillRecord& record) {
    record.place = place;
    record.since = shop.state().clock.now();
    if (passed) record.passed_at = record.since;
    record.problem.clear();
  });
}

Status forget_drills(Shop& shop, const std::vector<Id>& stores) {
  return shop.state().db->write([&](storage::Transaction& tx) -> Status {
    auto drills = TRY(listed(tx));
    erase_stores(drills, stores);
    return kDrills.write(tx, std::move(drills));
  });
}

}  // namespace till::app
