// When what lies in a place (by its marker; several sticks stand under one name) was last restored on trial, and why
// the drill that is due could not take place. In the database, so it outlives a restart; the terminal's own. Any
// thread; waits for the disk.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/shop.hpp"
#include "core/clock.hpp"
#include "core/id.hpp"

namespace till::app {

struct DrillRecord {
  Id store;
  std::string place;    // the name or the folder under which it was used last
  UtcTime since;        // from when the days to the next one count: the last one, or when the place was first seen
  UtcTime passed_at;    // the last one that passed; zero: none
  std::string problem;  // why the one that is due could not take place, a sentence; empty: nothing stands in the way

  bool operator==(const DrillRecord&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(store, place, since.us, passed_at.us, problem);
  }
};

Result<std::vector<DrillRecord>> drill_records(Shop& shop);
Status edit_drill_record(Shop& shop, const Id& store, const std::function<void(DrillRecord&)>& edit);
// One took place now, whoever asked for it.
Status note_drill(Shop& shop, const Id& store, const std::string& place, bool passed);
Status forget_drills(Shop& shop, const std::vector<Id>& stores);

}  // namespace till::app
