#include "storage/healing.hpp"

#include <algorithm>

#include "storage/product_rows.hpp"
#include "storage/refold_log.hpp"
#include "storage/sale_rows.hpp"
#include "storage/stock.hpp"
#include "storage/stored_row.hpp"
#include "storage/sync_digests.hpp"
#include "storage/sync_entities.hpp"
#include "storage/table_repair.hpp"
#include "storage/tables.hpp"
#include "sync/digest.hpp"

namespace till::storage {

using namespace till::sync;

namespace {

constexpr std::size_t kOpsPerLook = 1024;  // and of the log's tail in a transaction, before rows are corrected
constexpr std::size_t kRowsPerLook = 256;

// Of rows: those that have stamps. One that has lost them is named by the scratch tables.
Result<std::vector<Id>> names_after(Connection& conn, EntityNumber entity, const Id& after) {
  std::vector<Id> names;
  if (!is_document(entity)) {
    auto q = TRY(conn.query("SELECT id FROM sync_row WHERE entity = ?1 AND id > ?2 ORDER BY id LIMIT ?3", entity, after,
                            kRowsPerLook));
    while (TRY(q.next())) names.push_back(q.id(0));
    return names;
  }
  Result<std::vector<Id>> found = names;
  with_entity(entity, [&]<class E>() { found = ids_after<E>(conn, after, kRowsPerLook); });
  return found;
}

// The next names that either has; each list is cut where the other may have more.
std::vector<Id> united(std::vector<Id> a, std::vector<Id> b) {
  Id last = Id{};
  last.bytes.fill(0xff);
  for (const auto* list : {&a, &b}) {
    if (list->size() == kRowsPerLook) last = std::min(last, list->back());
  }
  a.insert(a.end(), b.begin(), b.end());
  std::sort(a.begin(), a.end());
  a.erase(std::unique(a.begin(), a.end()), a.end());
  std::erase_if(a, [&](const Id& id) { return last < id; });
  return a;
}

bool cannot_be_read(const Error& error) {
  return error.kind == ErrorKind::corrupt || error.kind == ErrorKind::invalid;
}

FieldMap only(const FieldMap& values, const std::vector<FieldNumber>& fields) {
  FieldMap some;
  for (const FieldNumber field : fields) {
    const auto value = values.find(field);
    if (value != values.end()) some.insert(*value);
  }
  return some;
}

Result<bool> same_query_rows(Connection& conn, Connection& folded, EntityNumber entity, const Id& row) {
  if (entity == domain::Sale::kEntity) return TRY(sale_query_rows(conn, row)) == TRY(sale_query_rows(folded, row));
  if (entity == domain::Product::kEntity) return is_indexed(conn, row);
  return true;
}

// A product whose stock the document moves; nil: none.
Id product_moved_by(EntityNumber entity, const FieldMap& fields) {
  if (entity == domain::StockMove::kEntity) {
    domain::StockMove move;
    return apply_fields(fields, move) ? move.product : Id{};
  }
  if (entity == domain::StockCount::kEntity) {
    domain::StockCount count;
    return apply_fields(fields, count) ? count.product : Id{};
  }
  return {};
}

Status write_document(Connection& conn, EntityNumber entity, const Id& row, const FieldMap& fields) {
  Status done;
  with_entity(entity, [&]<class E>() {
    E document;
    document.id = row;
    done = apply_fields(fields, document);
    if (done) done = overwrite(conn, document);
  });
  return done;
}

}  // namespace

Healing::Healing(std::unique_ptr<ScratchTables> scratch, const SegmentKeys& keys, std::set<EntityNumber> entities,
                 std::vector<Amendment> amendments)
    : scratch_(std::move(scratch)),
      folded_(scratch_->tx()),
      refold_(folded_, keys, entities, std::move(amendments)),
      entities_(entities.begin(), entities.end()) {
  for (const EntityNumber entity : entities_) findings_.push_back({entity});
}

Result<std::unique_ptr<Healing>> Healing::begin(const std::string& scratch_path, const SegmentKeys& keys,
                                                std::set<EntityNumber> entities, Connection& conn) {
  std::erase_if(entities, [](EntityNumber entity) { return !lane_of(entity); });
  auto amendments = TRY(load_all<Amendment>(conn));
  auto scratch = TRY(ScratchTables::open(scratch_path));
  return std::unique_ptr<Healing>(new Healing(std::move(scratch), keys, std::move(entities), std::move(amendments)));
}

Result<Healing::Next> Healing::look(Connection& conn) {
  if (!is_folded_) return TRY(fold_to_the_end(conn)) && !suspects_.empty() ? Next::correct : Next::look;
  if (comparing_ == entities_.size()) {
    if (!TRY(fold_to_the_end(conn))) return Next::look;
    for (auto& table : findings_) {
      table.log = refold_.state_of(*lane_of(table.entity));
      table.digest_is_the_logs = TRY(kept_digest(conn, table.entity)) == TRY(kept_digest(scratch_->tx(), table.entity));
    }
    return Next::done;
  }
  TRY(compare_some(conn));
  return suspects_.empty() ? Next::look : Next::correct;
}

Status Healing::compare_some(Connection& conn) {
  const EntityNumber entity = entities_[comparing_];
  const auto names = united(TRY(names_after(conn, entity, after_)), TRY(names_after(scratch_->tx(), entity, after_)));
  for (const Id& row : names) {
    const auto found = TRY(difference(conn, entity, row));
    if (found.remedy != Remedy::none) suspects_.emplace_back(entity, row);
  }
  if (names.empty()) {
    ++comparing_;
    after_ = {};
  } else {
    after_ = names.back();
  }
  return {};
}

// True: the fold is what the log says in the state that `conn` sees. False: too much has come, look() first.
Result<bool> Healing::fold_to_the_end(Connection& conn) {
  RefoldLog log(conn);
  is_folded_ = !TRY(refold_.advance(log, kOpsPerLook));
  if (is_folded_) TRY(refold_.conclude(log));
  return is_folded_;
}

Result<std::vector<RowDifference>> Healing::differences(Connection& conn) {
  std::vector<RowDifference> found;
  if (!TRY(fold_to_the_end(conn))) return found;
  for (const auto& [entity, row] : std::exchange(suspects_, {})) {
    auto what = TRY(difference(conn, entity, row));
    if (what.remedy == Remedy::none) continue;
    count(what);
    found.push_back(std::move(what));
  }
  return found;
}

Result<std::vector<RowDifference>> Healing::correct(Transaction& tx) {
  const auto found = TRY(differences(tx));
  std::set<Id> moved;
  for (const RowDifference& difference : found) {
    const bool is_proven = difference.remedy == Remedy::correct || difference.remedy == Remedy::put_back;
    if (is_proven) TRY(repair(tx, difference));
    for (const FieldMap* values : {&difference.before, &difference.after}) {
      const Id product = product_moved_by(difference.entity, *values);
      if (is_proven && !product.is_nil()) moved.insert(product);
    }
  }
  for (const Id& product : moved) TRY(recount_stock(tx, product));
  return found;
}

Result<RowDifference> Healing::difference(Connection& conn, EntityNumber entity, const Id& row) {
  return is_document(entity) ? document_difference(conn, entity, row) : row_difference(conn, entity, row);
}

Result<RowDifference> Healing::row_difference(Connection& conn, EntityNumber entity, const Id& row) {
  RowDifference found{entity, row, Remedy::none, {}, {}, {}};
  SyncOrigins origins(conn), folded_origins(scratch_->tx());
  const auto folded = TRY(stored_row(scratch_->tx(), folded_origins, entity, row));
  const auto stored = stored_row(conn, origins, entity, row);
  if (!stored && !cannot_be_read(stored.error())) return fail(stored.error());
  const bool is_here = stored && stored->hash;
  found.remedy = remedy_of_row(entity, row, is_here ? std::optional(stored->state) : std::nullopt,
                               folded.hash ? std::optional(folded.state) : std::nullopt, *lane_of(entity), refold_);
  // Without its history, a row is only known to be wrong when it is not what was kept of it.
  if (found.remedy == Remedy::history_missing && is_here && row_hash(entity, row, stored->state) == *stored->hash)
    found.remedy = Remedy::none;
  if (found.remedy == Remedy::none && is_here && folded.hash && refold_.state_of(*lane_of(entity)) == LogState::whole) {
    const bool is_kept_well = *stored->hash == *folded.hash && TRY(same_query_rows(conn, scratch_->tx(), entity, row));
    if (!is_kept_well) found.remedy = Remedy::correct;
  }
  // Fields that only newer programs know are kept beside the stamps: with nothing else, all that can be missing is the
  // row.
  if (found.remedy == Remedy::none && is_here && !stored->is_there && folded.is_there) found.remedy = Remedy::correct;
  if (found.remedy == Remedy::none) return found;
  found.fields = differing_fields(stored ? stored->state : RowState{}, folded.state);
  found.before = stored ? only(stored->state.values, found.fields) : FieldMap{};
  found.after = only(folded.state.values, found.fields);
  return found;
}

Result<RowDifference> Healing::document_difference(Connection& conn, EntityNumber entity, const Id& row) {
  RowDifference found{entity, row, Remedy::none, {}, {}, {}};
  const auto folded = TRY(load_fields(scratch_->tx(), entity, row));
  const auto stored = load_fields(conn, entity, row);
  if (!stored && !cannot_be_read(stored.error())) return fail(stored.error());
  const auto either = [](const FieldMap& fields) { return fields.empty() ? std::nullopt : std::optional(fields); };
  const auto here = stored ? either(*stored) : std::optional<FieldMap>(FieldMap{});
  found.remedy = remedy_of_document(here, either(folded), refold_.state_of(*lane_of(entity)));
  if (found.remedy == Remedy::none && here && !folded.empty()) {
    const bool is_kept_well = TRY(same_query_rows(conn, scratch_->tx(), entity, row));
    if (!is_kept_well) found.remedy = Remedy::correct;
  }
  if (found.remedy == Remedy::none) return found;
  found.before = here.value_or(FieldMap{});
  found.after = folded;
  found.fields = differing_fields(found.before, found.after);
  return found;
}

void Healing::count(const RowDifference& difference) {
  const auto table = std::find_if(findings_.begin(), findings_.end(),
                                  [&](const TableFindings& f) { return f.entity == difference.entity; });
  if (table == findings_.end()) return;
  table->corrected += difference.remedy == Remedy::correct ? 1 : 0;
  table->put_back += difference.remedy == Remedy::put_back ? 1 : 0;
  table->not_in_log += difference.remedy == Remedy::not_in_log ? 1 : 0;
  table->history_missing += difference.remedy == Remedy::history_missing ? 1 : 0;
}

Status Healing::repair(Transaction& tx, const RowDifference& difference) {
  return is_document(difference.entity) ? repair_document(tx, difference) : repair_row(tx, difference);
}

// As merging stores a row, with every field as changed.
Status Healing::repair_row(Transaction& tx, const RowDifference& difference) {
  const auto& [entity, row, remedy, fields, before, after] = difference;
  SyncOrigins origins(scratch_->tx());
  const auto folded = TRY(stored_row(scratch_->tx(), origins, entity, row));
  SyncStore store(tx);
  if (const auto columns = load_fields(tx, entity, row); !columns) {
    Status erased;
    with_entity(entity, [&]<class E>() { erased = erase<E>(tx, row); });
    TRY(std::move(erased));
  } else if (entity == domain::Product::kEntity && !TRY(is_indexed(tx, row))) {
    TRY(distrust_index(tx, row));
  }
  MergeOutcome outcome;
  for (const auto& [number, state] : folded.state.fields) outcome.changed.push_back(number);
  outcome.states_changed = outcome.rivals_changed = true;
  return store.save_row(entity, row, folded.state, outcome);
}

Status Healing::repair_document(Transaction& tx, const RowDifference& difference) {
  return write_document(tx, difference.entity, difference.row, difference.after);
}

Result<DigestGap> digest_gap(Connection& conn, EntityNumber entity) {
  DigestGap gap{entity, 0, 0, true};
  const auto kept = TRY(kept_digest(conn, entity));
  const auto counted = counted_digest(conn, entity);
  if (!counted) {
    if (!cannot_be_read(counted.error())) return fail(counted.error());
    gap.is_readable = false;
    return gap;
  }
  gap.rows = static_cast<std::int64_t>(counted->rows) - static_cast<std::int64_t>(kept.rows);
  gap.digest = counted->digest ^ kept.digest;
  return gap;
}

Status close_digest_gap(Transaction& tx, const DigestGap& gap) {
  return change_digest(tx, gap.entity, gap.rows, gap.digest);
}

std::vector<EntityNumber> replicated_entities() {
  std::vector<EntityNumber> numbers;
  each_entity([&]<class E>() { numbers.push_back(E::kEntity); });
  std::sort(numbers.begin(), numbers.end());
  return numbers;
}

}  // namespace till::storage
