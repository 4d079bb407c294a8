#include "sim/view.hpp"

#include <sqlite3.h>

#include "storage/stock.hpp"
#include "storage/sync_digests.hpp"
#include "storage/sync_queries.hpp"

namespace till::sim {

using storage::Connection;

namespace {

constexpr const char* kDocuments =
    "SELECT id FROM sale UNION ALL SELECT id FROM stock_move UNION ALL SELECT id FROM shift_event UNION ALL "
    "SELECT id FROM audit_entry UNION ALL SELECT id FROM order_event";

}  // namespace

std::set<Id> documents_in(Connection& conn) {
  std::set<Id> found;
  auto q = value_of(conn.query(kDocuments));
  while (value_of(q.next())) found.insert(q.id(0));
  return found;
}

bool has_document(Connection& conn, const Id& id) {
  return value_of(conn.integer("SELECT EXISTS(SELECT 1 FROM sale WHERE id = ?1) OR EXISTS(SELECT 1 FROM shift_event "
                               "WHERE id = ?1) OR EXISTS(SELECT 1 FROM audit_entry WHERE id = ?1) OR EXISTS(SELECT 1 "
                               "FROM order_event WHERE id = ?1)",
                               id)) == 1;
}

bool has_product(Connection& conn, const Id& id) {
  return value_of(conn.integer("SELECT 1 FROM product WHERE id = ?1", id)).has_value();
}

std::map<Id, std::int64_t> stock_in(Connection& conn) {
  std::map<Id, std::int64_t> levels;
  auto q = value_of(conn.query("SELECT product, level_milli FROM stock_level"));
  while (value_of(q.next())) levels[q.id(0)] = q.integer(1);
  return levels;
}

bool stock_is_the_sum_of_its_moves(Connection& conn) {
  return value_of(storage::wrong_stock_levels(conn)).empty();
}

std::map<RowKey, sync::RowState> rows_in(TillDisk& disk) {
  std::vector<RowKey> keys;
  {
    auto q = value_of(disk.tx().query("SELECT entity, id FROM sync_row"));
    while (value_of(q.next())) keys.emplace_back(static_cast<sync::EntityNumber>(q.integer(0)), q.id(1));
  }
  std::map<RowKey, sync::RowState> rows;
  for (const RowKey& key : keys) rows[key] = value_of(disk.store().load_row(key.first, key.second));
  return rows;
}

std::vector<sync::Parked> parked_in(TillDisk& disk) {
  return value_of(storage::parked_records(disk.tx(), 1'000'000));
}

bool is_parked_in(TillDisk& disk, const sync::HubSegment& segment) {
  for (std::uint64_t sequence = segment.first_sequence; sequence <= segment.last_sequence; ++sequence) {
    if (value_of(disk.store().is_parked(segment.feed, sequence))) return true;
  }
  return false;
}

bool is_anything_parked_twice(TillDisk& disk) {
  return value_of(disk.tx().integer("SELECT 1 FROM sync_parked GROUP BY origin, lane, first, last, bytes "
                                    "HAVING count(*) > 1 LIMIT 1"))
      .has_value();
}

bool digests_are_true(TillDisk& disk) {
  const auto kept = value_of(disk.store().digests());
  must(disk.begin());
  must(storage::rebuild_digests(disk.tx()));
  const bool same = value_of(disk.store().digests()) == kept;
  disk.roll_back();
  return same;
}

bool is_disk_trouble(const Error& error) {
  const auto at = error.cause.rfind("(sqlite ");
  if (at == std::string::npos) return false;
  const int code = std::stoi(error.cause.substr(at + 8)) & 0xff;
  return code == SQLITE_FULL || code == SQLITE_IOERR;
}

}  // namespace till::sim
