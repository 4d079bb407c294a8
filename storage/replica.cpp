#include "storage/replica.hpp"

#include <algorithm>

#include "domain/card_numbers.hpp"
#include "domain/entities/audit.hpp"
#include "storage/sync_store.hpp"
#include "storage/tables.hpp"
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

constexpr std::ptrdiff_t kCardDigitsMin = 13;

bool may_hold_a_card(const FieldMap& fields) {
  return std::ranges::any_of(fields, [](const auto& field) {
    return std::ranges::count_if(field.second, [](std::uint8_t c) { return c >= '0' && c <= '9'; }) >= kCardDigitsMin;
  });
}

// domain/card_numbers.hpp, for whatever entity it is.
FieldMap masked(sync::EntityNumber entity, FieldMap fields) {
  if (!may_hold_a_card(fields)) return fields;
  with_entity(entity, [&]<class E>() {
    E value;
    if (!apply_fields(fields, value)) return;
    for (auto& [number, bytes] : to_fields(domain::without_card_numbers(std::move(value))))
      if (const auto field = fields.find(number); field != fields.end()) field->second = std::move(bytes);
  });
  return fields;
}

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
  return log_.set(store, *lane_of(entity), entity, id, masked(entity, std::move(fields)));
}

Status Replica::add_fields(Transaction& tx, sync::EntityNumber entity, const Id& id, FieldMap fields) {
  SyncStore store(tx);
  const bool is_journal = entity == domain::AuditEntry::kEntity;
  if (is_journal) return log_.add(store, *lane_of(entity), entity, id, std::move(fields));  // masked before it was hashed
  ++changes_.documents;
  return log_.add(store, *lane_of(entity), entity, id, masked(entity, std::move(fields)));
}

Status Replica::seal_group(Transaction& tx) {
  SyncStore store(tx);
  return log_.seal(store);
}

}  // namespace till::storage
