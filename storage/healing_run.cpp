#include "storage/healing_run.hpp"

#include <algorithm>

#include "storage/stock.hpp"
#include "sync/half_snapshot.hpp"
#include "sync/sabotage.hpp"

namespace till::storage {

using namespace till::sync;

namespace {

constexpr int kMaxFolds = 3;
constexpr std::size_t kProductsPerTransaction = 64;

Error stopped() {
  return {ErrorKind::retry, "the program is ending; healing goes on at the next start", {}};
}

// Rows of half a snapshot are not in the log yet: healing would take them back.
Status no_half_snapshot(Connection& conn) {
  SyncStore store(conn);
  if (!TRY(is_data_ahead(store))) return {};
  return fail(ErrorKind::retry, "a snapshot of the shop is being taken in; heal the tables when it is complete");
}

void add_rows(HealReport& report, std::vector<RowDifference> rows) {
  for (RowDifference& row : rows) {
    if (report.rows.size() == HealReport::kMaxRows) return;
    report.rows.push_back(std::move(row));
  }
}

Status correct_once(HealingShop& shop, Healing& healing, bool dry_run, HealReport& report) {
  std::vector<RowDifference> rows;
  if (dry_run) {
    TRY(shop.read([&](Connection& conn) -> Status {
      rows = TRY(healing.differences(conn));
      return {};
    }));
  } else {
    TRY(shop.write([&](Transaction& tx) -> Status {
      TRY(no_half_snapshot(tx));
      rows = TRY(healing.correct(tx));
      return rows.empty() ? Status{} : shop.corrected(tx, rows);
    }));
  }
  add_rows(report, std::move(rows));
  return {};
}

Status fold_and_correct(HealingShop& shop, const SegmentKeys& keys, const HealAsk& ask, HealReport& report) {
  std::unique_ptr<Healing> healing;
  TRY(shop.read([&](Connection& conn) -> Status {
    TRY(no_half_snapshot(conn));
    healing = TRY(Healing::begin(ask.scratch_path, keys, ask.entities, conn));
    return {};
  }));
  for (auto next = Healing::Next::look; next != Healing::Next::done;) {
    if (shop.must_stop()) return fail(stopped());
    TRY(shop.read([&](Connection& conn) -> Status {
      next = TRY(healing->look(conn));
      return {};
    }));
    if (next == Healing::Next::correct) TRY(correct_once(shop, *healing, ask.dry_run, report));
  }
  report.tables = healing->findings();
  report.records_folded = healing->records_folded();
  report.why_broken = healing->why_broken();
  return {};
}

Status put_stock_right(HealingShop& shop, bool dry_run, HealReport& report) {
  std::vector<Id> wrong;
  TRY(shop.read([&](Connection& conn) -> Status {
    wrong = TRY(wrong_stock_levels(conn));
    return {};
  }));
  report.stock_levels = wrong.size();
  for (std::size_t first = 0; !dry_run && first < wrong.size(); first += kProductsPerTransaction) {
    TRY(shop.write([&](Transaction& tx) -> Status {
      const auto last = std::min(wrong.size(), first + kProductsPerTransaction);
      for (std::size_t i = first; i < last; ++i) TRY(recount_stock(tx, wrong[i]));
      return {};
    }));
  }
  return {};
}

bool touches_stock(const std::set<EntityNumber>& entities) {
  return entities.contains(domain::StockMove::kEntity) || entities.contains(domain::StockCount::kEntity);
}

Status count_anew(HealingShop& shop, const HealAsk& ask, HealReport& report) {
  for (const EntityNumber entity : ask.entities) {
    if (shop.must_stop()) return fail(stopped());
    const bool is_the_logs = std::any_of(report.tables.begin(), report.tables.end(), [&](const TableFindings& table) {
      return table.entity == entity && table.log == LogState::whole && table.digest_is_the_logs;
    });
    if (is_the_logs) continue;
    DigestGap gap;
    TRY(shop.read([&](Connection& conn) -> Status {
      gap = TRY(digest_gap(conn, entity));
      return {};
    }));
    if (gap.is_closed()) continue;
    report.digests.push_back(entity);
    if (gap.is_readable && !ask.dry_run) TRY(shop.write([&](Transaction& tx) { return close_digest_gap(tx, gap); }));
  }
  return {};
}

// What this terminal leaves out by choice, or does not keep for good, is not what the log adds up to.
Result<std::set<EntityNumber>> kept_in_full(HealingShop& shop, std::set<EntityNumber> entities) {
  TRY(shop.read([&](Connection& conn) -> Status {
    SyncStore store(conn);
    std::erase_if(entities, [&](EntityNumber entity) { return !store.keeps_all(entity); });
    return {};
  }));
  return entities;
}

template <class Amount>
std::uint64_t sum(const std::vector<TableFindings>& tables, Amount&& amount) {
  std::uint64_t total = 0;
  for (const TableFindings& table : tables) total += amount(table);
  return total;
}

}  // namespace

std::uint64_t HealReport::healed() const {
  return sum(tables, [](const TableFindings& table) { return table.healed(); });
}

std::uint64_t HealReport::not_healed() const {
  return sum(tables, [](const TableFindings& table) { return table.not_in_log + table.history_missing; });
}

std::set<EntityNumber> HealReport::entities_healed() const {
  std::set<EntityNumber> entities;
  for (const TableFindings& table : tables) {
    if (table.healed() > 0) entities.insert(table.entity);
  }
  return entities;
}

Result<HealReport> heal(HealingShop& shop, const SegmentKeys& keys, const HealAsk& asked) {
  HealReport report;
  HealAsk ask = asked;
  ask.entities = TRY(kept_in_full(shop, std::move(ask.entities)));
  Status folded;
  for (int fold = 0; fold < kMaxFolds && !sabotaged(Sabotage::heal_from_rows); ++fold) {
    folded = fold_and_correct(shop, keys, ask, report);
    if (folded || folded.error().kind != ErrorKind::retry || shop.must_stop()) break;
  }
  TRY(std::move(folded));
  if (touches_stock(ask.entities)) TRY(put_stock_right(shop, ask.dry_run, report));
  TRY(count_anew(shop, ask, report));
  return report;
}

Result<std::set<EntityNumber>> damaged_tables(HealingShop& shop, const std::set<EntityNumber>& entities) {
  std::set<EntityNumber> damaged;
  for (const EntityNumber entity : TRY(kept_in_full(shop, entities))) {
    if (shop.must_stop()) return fail(stopped());
    TRY(shop.read([&](Connection& conn) -> Status {
      if (!TRY(digest_gap(conn, entity)).is_closed()) damaged.insert(entity);
      return {};
    }));
  }
  return damaged;
}

}  // namespace till::storage
