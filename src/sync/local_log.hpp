// How a local change enters the log: the changes of one local transaction become one record for each lane they touch,
// with stamps and the changes they replace, in the store's open transaction. A group of more than kMaxOpsPerRecord
// changes in a lane becomes several records. One thread; holds only the group that is being made.
#pragma once

#include <array>

#include "core/clock.hpp"
#include "core/random.hpp"
#include "core/result.hpp"
#include "sync/store.hpp"

namespace till::sync {

class LocalLog {
 public:
  LocalLog(Clock& clock, Random& random) : clock_(clock), random_(random) {}

  // Writes what differs from the stored row. Nothing happens when nothing does.
  Status set(Store& store, Lane lane, EntityNumber entity, const Id& row, FieldMap fields);
  // Writes a field over everything that stands for it now, also when the value is the visible one: this settles a
  // conflict. Answers the change, which is in the log once the group is.
  Result<Order> settle(Store& store, Lane lane, EntityNumber entity, const Id& row, FieldNumber field, Bytes value);
  // Stores an immutable document. Nothing happens when its id is known.
  Status add(Store& store, Lane lane, EntityNumber entity, const Id& row, FieldMap fields);
  // What is written next in this lane, up to this much, is in one record: nobody ever has only a part of it.
  Status keep_together(Store& store, Lane lane, std::size_t ops, std::size_t bytes);
  // Ends the group: its records are in the log when the transaction is committed.
  Status seal(Store& store);
  // After a roll-back.
  void abandon() { groups_ = {}; }

 private:
  struct Group {
    bool is_open = false;
    std::size_t bytes = 0;
    OwnFeed own;
    Record record;
  };
  Result<Order> write(Store& store, Lane lane, EntityNumber entity, const Id& row, RowState state, FieldMap fields);
  Result<Group*> group_with_room(Store& store, Lane lane, std::size_t bytes);
  Status open(Store& store, Lane lane, Group& group);
  Status seal(Store& store, Group& group);

  Clock& clock_;
  Random& random_;
  std::array<Group, kLanes> groups_;
};

}  // namespace till::sync
