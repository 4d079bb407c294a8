#include "storage/replica.hpp"

#include "storage/sync_store.hpp"
#include "sync/incarnation.hpp"

namespace till::storage {

Status Replica::establish(Transaction& tx, const Id& device, Random& random) {
  SyncStore store(tx);
  const auto self = TRY(store.self());
  if (self.device == device && self.incarnation != 0) return {};
  TRY(tx.run("UPDATE sync_self SET device = ?1", device));
  return start_incarnation(tx, random);
}

Status Replica::start_incarnation(Transaction& tx, Random& random) {
  SyncStore store(tx);
  TRY(sync::begin_incarnation(store, random));
  return store.set_clock_offset_ms(0);  // this may be another machine, with another clock
}

Status Replica::put_fields(Transaction& tx, sync::EntityNumber entity, const Id& id, FieldMap fields) {
  SyncStore store(tx);
  return log_.set(store, *lane_of(entity), entity, id, std::move(fields));
}

Status Replica::add_fields(Transaction& tx, sync::EntityNumber entity, const Id& id, FieldMap fields) {
  SyncStore store(tx);
  return log_.add(store, *lane_of(entity), entity, id, std::move(fields));
}

Status Replica::seal_group(Transaction& tx) {
  SyncStore store(tx);
  return log_.seal(store);
}

}  // namespace till::storage
