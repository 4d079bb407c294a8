#include "storage/sync_wanted.hpp"

#include <algorithm>

#include "storage/meta.hpp"
#include "storage/sync_entities.hpp"
#include "storage/tables.hpp"

namespace till::storage {

namespace {

constexpr const char* kChoice = "sync.choice";
// How many are looked at for one that is wanted: bounds a step.
constexpr std::size_t kScan = 1024;

struct StoredChoice {
  std::vector<sync::EntityNumber> without;
  std::vector<Id> stores;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(without, stores);
  }
};

template <class E>
constexpr bool kNeeded =
    std::is_same_v<E, domain::Product> || std::is_same_v<E, domain::Category> || std::is_same_v<E, domain::Tax> ||
    std::is_same_v<E, domain::User> || std::is_same_v<E, domain::Setting> || std::is_same_v<E, domain::Device> ||
    std::is_same_v<E, domain::Store>;

// What terminals say to each other about the log itself: the same rows come out everywhere only with all of it.
template <class E>
constexpr bool kOfTheLog = std::is_same_v<E, sync::Amendment> || std::is_same_v<E, sync::DeviceProgress> ||
                           std::is_same_v<E, domain::Resolution>;

struct Waiting {
  std::int64_t number = 0;
  sync::EntityNumber entity = 0;
  sync::Feed feed;
  std::uint64_t sequence = 0;
  Bytes body;
};

Result<std::vector<Waiting>> waiting_after(Connection& conn, std::int64_t skip, std::size_t max) {
  auto q =
      TRY(conn.query("SELECT number, entity, device, incarnation, lane, sequence, body FROM sync_set_aside "
                     "ORDER BY stamp, device, incarnation, sequence, number LIMIT ?1 OFFSET ?2",
                     max, skip));
  std::vector<Waiting> found;
  while (TRY(q.next())) {
    found.push_back({q.integer(0),
                     q.as<sync::EntityNumber>(1),
                     {q.id(2), static_cast<sync::Incarnation>(q.integer(3)), q.as<sync::Lane>(4)},
                     static_cast<std::uint64_t>(q.integer(5)),
                     q.blob(6)});
  }
  return found;
}

}  // namespace

bool may_be_left_out(sync::EntityNumber entity) {
  bool may = true;
  with_entity(entity, [&]<class E>() { may = !kNeeded<E> && !kOfTheLog<E>; });
  return may;
}

bool belongs_to_a_store(sync::EntityNumber entity) {
  bool of_the_log = false;
  with_entity(entity, [&]<class E>() { of_the_log = kOfTheLog<E>; });
  return !of_the_log && (entity == domain::Order::kEntity || is_document(entity));
}

Result<SyncChoice> sync_choice(Connection& conn) {
  const auto bytes = TRY(meta(conn, kChoice));
  if (!bytes) return SyncChoice{};
  const auto stored = TRY(decode<StoredChoice>(*bytes));
  return SyncChoice{{stored.without.begin(), stored.without.end()}, {stored.stores.begin(), stored.stores.end()}};
}

Status set_sync_choice(Transaction& tx, const SyncChoice& choice) {
  for (const auto entity : choice.without)
    if (!may_be_left_out(entity) || !lane_of(entity))
      return invalid("a till cannot work without entity " + std::to_string(entity) + "; leave it in");
  const StoredChoice stored{{choice.without.begin(), choice.without.end()},
                            {choice.stores.begin(), choice.stores.end()}};
  return set_meta(tx, kChoice, encode(stored));
}

Result<bool> SyncWanted::wants(sync::EntityNumber entity, const Id& author) {
  if (!choice_) choice_ = TRY(sync_choice(conn_));
  if (choice_->without.contains(entity)) return false;
  if (choice_->stores.empty() || !belongs_to_a_store(entity)) return true;
  const auto known = stores_.find(author);
  if (known != stores_.end()) return known->second;
  const bool wanted = TRY(is_of_a_wanted_store(author));
  stores_.emplace(author, wanted);
  return wanted;
}

// Of a terminal that is not known yet nothing is taken: its row is on its way.
Result<bool> SyncWanted::is_of_a_wanted_store(const Id& author) {
  auto self = TRY(conn_.query("SELECT 1 FROM sync_self WHERE device = ?1", author));
  if (TRY(self.next())) return true;
  const auto device = TRY(load<domain::Device>(conn_, author));
  return device && (device->store.is_nil() || choice_->stores.contains(device->store));
}

Status set_aside(Connection& tx, const sync::Record& record) {
  std::set<sync::EntityNumber> entities;
  for (const auto& op : record.ops) entities.insert(op.entity);
  for (const auto entity : entities) {
    sync::Record part = record;
    part.needs.clear();
    std::erase_if(part.ops, [&](const sync::Op& op) { return op.entity != entity; });
    TRY(
        tx.run("INSERT INTO sync_set_aside(entity, device, incarnation, lane, sequence, stamp, body) "
               "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
               entity, record.feed.device, record.feed.incarnation, record.feed.lane, record.sequence,
               record.stamp.packed, TRY(sync::encode_body(part))));
  }
  return {};
}

Result<std::vector<sync::Record>> take_up(Connection& tx, std::size_t max) {
  SyncWanted wanted(tx);
  std::vector<sync::Record> records;
  std::int64_t skip = 0;
  for (;;) {
    const auto waiting = TRY(waiting_after(tx, skip, kScan));
    std::int64_t kept = 0;
    for (const auto& entry : waiting) {
      if (records.size() == max || !TRY(wanted.wants(entry.entity, entry.feed.device))) {
        ++kept;
        continue;
      }
      records.push_back(TRY(sync::decode_body(entry.feed, entry.sequence, entry.body)));
      TRY(tx.run("DELETE FROM sync_set_aside WHERE number = ?1", entry.number));
    }
    if (records.size() == max || waiting.size() < kScan) return records;
    skip += kept;
  }
}

Result<std::uint64_t> set_aside_count(Connection& conn) {
  return static_cast<std::uint64_t>(TRY(conn.integer("SELECT count(*) FROM sync_set_aside")).value_or(0));
}

}  // namespace till::storage
