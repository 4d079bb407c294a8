// Sets tables right from the log, in small pieces while the shop works:
//
//   auto healing = TRY(Healing::begin(scratch_path, keys, {Product::kEntity}, conn));
//   for (;;) {
//     const auto next = TRY(healing->look(conn));            // any connection; folds or compares some more
//     if (next == Healing::Next::done) break;
//     if (next == Healing::Next::correct) TRY(healing->correct(tx));   // a transaction of its own
//   }
//
// The log is folded into scratch tables (sync/refold.hpp); what they hold is compared with what is here, with the
// stamps and with what is derived of it (search words, a sale's query rows, stock levels). Before a row is touched the
// fold is brought up to the very state of the transaction, so that a change that came meanwhile is never mistaken for
// damage. No record is written: healing gives this terminal back what the log already says to everybody.
//
// Errors of kind retry: the log moved in a way that the fold cannot follow; begin anew. The scratch tables, and the
// differences of one piece, are all it holds. One thread at a time.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "storage/connection.hpp"
#include "storage/scratch_tables.hpp"
#include "storage/sync_store.hpp"
#include "sync/heal.hpp"
#include "sync/refold.hpp"

namespace till::storage {

struct RowDifference {
  sync::EntityNumber entity = 0;
  Id row;
  sync::Remedy remedy = sync::Remedy::none;
  std::vector<FieldNumber> fields;  // none: only its stamps or what is derived of it
  FieldMap before, after;           // values of these fields; none where there is none
};

struct TableFindings {
  sync::EntityNumber entity = 0;
  sync::LogState log = sync::LogState::whole;
  std::uint64_t corrected = 0, put_back = 0, not_in_log = 0, history_missing = 0;
  bool digest_is_the_logs = false;  // the kept digest is the one that the log gives
  [[nodiscard]] std::uint64_t healed() const { return corrected + put_back; }
};

class Healing {
 public:
  static Result<std::unique_ptr<Healing>> begin(const std::string& scratch_path, const sync::SegmentKeys& keys,
                                                std::set<sync::EntityNumber> entities, Connection& conn);

  enum class Next : unsigned char { look, correct, done };
  Result<Next> look(Connection& conn);
  // What look() came upon, looked at again in this state; nothing is changed. At most a few hundred.
  Result<std::vector<RowDifference>> differences(Connection& conn);
  // The same, and sets right what the log proves wrong.
  Result<std::vector<RowDifference>> correct(Transaction& tx);

  // So far; a table that was not compared yet has nothing.
  [[nodiscard]] const std::vector<TableFindings>& findings() const { return findings_; }
  [[nodiscard]] std::uint64_t records_folded() const { return refold_.records(); }
  [[nodiscard]] const std::string& why_broken() const { return refold_.why_broken(); }

 private:
  Healing(std::unique_ptr<ScratchTables> scratch, const sync::SegmentKeys& keys, std::set<sync::EntityNumber> entities,
          std::vector<sync::Amendment> amendments);

  Result<bool> fold_to_the_end(Connection& conn);
  Status compare_some(Connection& conn);
  Result<RowDifference> difference(Connection& conn, sync::EntityNumber entity, const Id& row);
  Result<RowDifference> row_difference(Connection& conn, sync::EntityNumber entity, const Id& row);
  Result<RowDifference> document_difference(Connection& conn, sync::EntityNumber entity, const Id& row);
  Status repair(Transaction& tx, const RowDifference& difference);
  Status repair_row(Transaction& tx, const RowDifference& difference);
  Status repair_document(Transaction& tx, const RowDifference& difference);
  void count(const RowDifference& difference);

  std::unique_ptr<ScratchTables> scratch_;
  SyncStore folded_;
  sync::Refold refold_;
  std::vector<sync::EntityNumber> entities_;
  bool is_folded_ = false;
  std::size_t comparing_ = 0;  // index into entities_
  Id after_;
  std::vector<std::pair<sync::EntityNumber, Id>> suspects_;
  std::vector<TableFindings> findings_;
};

// How far a kept digest is from what its table adds up to, both read in one read transaction. Whatever changes
// meanwhile, taking the gap out of the kept one makes it right.
struct DigestGap {
  sync::EntityNumber entity = 0;
  std::int64_t rows = 0;
  std::uint64_t digest = 0;
  bool is_readable = true;  // false: a row of the table cannot even be read
  [[nodiscard]] bool is_closed() const { return is_readable && rows == 0 && digest == 0; }
};
Result<DigestGap> digest_gap(Connection& conn, sync::EntityNumber entity);
Status close_digest_gap(Transaction& tx, const DigestGap& gap);

// All tables that the log fills, in the order of their numbers.
std::vector<sync::EntityNumber> replicated_entities();

}  // namespace till::storage
