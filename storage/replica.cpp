#include "storage/replica.hpp"

#include "domain/entities/audit.hpp"
#include "storage/sync_store.hpp"
#include "sync/incarnation.hpp"

namespace till::storage {
namespace {

// Notes what a row said before it is saved.
class NotingStore final : public SyncStore {
 public:
  NotingStore(Transaction& tx, Changes& changes) : SyncStore(tx), changes_(changes) {}

  Result<sync::RowState> load_row(sync::EntityNumber entity, const Id& row) override {
    auto state = SyncStore::load_row(entity, row);
    if (state) before_ = state->values;
    return state;
  }
  Status save_row(sync::EntityNumber entity, const Id& row, const sync::RowState& state,
                  const sync::MergeOutcome& outcome) override {
    ++changes_.rows;
    for (const auto& [field, value] : state.values) {
      if (changes_.fields.size() == Changes::kMax) break;
      const auto old = before_.find(field);
      if (old != before_.end() && old->second == value) continue;
      changes_.fields.push_back({entity, row, field, old == before_.end() ? Bytes{} : old->second, value});
    }
    return SyncStore::save_row(entity, row, state, outcome);
  }

 private:
  Changes& changes_;
  FieldMap before_;
};

}  // namespace

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
  NotingStore store(tx, changes_);
  return log_.set(store, *lane_of(entity), entity, id, std::move(fields));
}

Status Replica::add_fields(Transaction& tx, sync::EntityNumber entity, const Id& id, FieldMap fields) {
  SyncStore store(tx);
  if (entity != domain::AuditEntry::kEntity) ++changes_.documents;
  return log_.add(store, *lane_of(entity), entity, id, std::move(fields));
}

Status Replica::seal_group(Transaction& tx) {
  SyncStore store(tx);
  return log_.seal(store);
}

}  // namespace till::storage
