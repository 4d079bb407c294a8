// What this terminal knows of the places of its backups without reading them: by the id of what lies there (several
// sticks stand under one name), the newest backup that can be restored, whether the newest of all can, and whose turn
// it is to be read again. In the database, so it outlives a restart; the terminal's own. Any thread; waits for the
// disk.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "app/shop.hpp"
#include "backup/keys.hpp"
#include "backup/object_store.hpp"

namespace till::app {

constexpr std::size_t kMaxPlaceRecords = 64;

struct PlaceRecord {
  Id store;
  std::string place;        // the name or the folder under which it was used last
  UtcTime newest_at;        // when the newest restorable backup was made; zero: there is none
  std::string newest;       // its generation
  std::string bad_newest;   // the newest generation, when it cannot be restored; empty: it can
  std::string bad_through;  // the generation whose damage is to blame: itself, or one that it continues
  std::uint32_t next_part = 0;
  UtcTime looked_at;  // the last turn; zero: never

  bool operator==(const PlaceRecord&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(store, place, newest_at.us, newest, bad_newest, bad_through, next_part, looked_at.us);
  }
};

Result<std::vector<PlaceRecord>> place_records(Shop& shop);
// A new one where there is none.
Result<PlaceRecord> place_record(Shop& shop, const Id& store);
Status edit_place_record(Shop& shop, const Id& store, const std::function<void(PlaceRecord&)>& edit);
Status forget_places(Shop& shop, const std::vector<Id>& stores);

// Reads what lies there of this terminal and notes it. Ordinary generations only; those from before a restore stand
// apart.
Status note_place(Shop& shop, backup::ObjectStore& store, const backup::BackupKeys& keys, const std::string& place);

}  // namespace till::app
