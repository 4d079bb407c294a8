// One healing from the beginning to the end, with pauses for the shop between the pieces: fold, compare, correct,
// count. The same for the till's service, for tillctl and for the simulator; they differ in how they read and write.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "storage/healing.hpp"

namespace till::storage {

// Who heals. Each call is one read on one state of the data, or one transaction.
class HealingShop {
 public:
  virtual ~HealingShop() = default;
  virtual Status read(const std::function<Status(Connection&)>& job) = 0;
  virtual Status write(const std::function<Status(Transaction&)>& job) = 0;
  // In the transaction that corrected these; for the journal.
  virtual Status corrected(Transaction&, const std::vector<RowDifference>&) { return {}; }
  virtual bool must_stop() { return false; }
};

struct HealAsk {
  std::string scratch_path;  // empty: in memory
  std::set<sync::EntityNumber> entities;
  bool dry_run = false;  // find, and change nothing
};

struct HealReport {
  static constexpr std::size_t kMaxRows = 100;
  std::vector<TableFindings> tables;
  std::vector<RowDifference> rows;          // the first ones
  std::uint64_t stock_levels = 0;           // of products whose level was not what their moves and counts come to
  std::vector<sync::EntityNumber> digests;  // tables whose kept digest was not theirs
  std::uint64_t records_folded = 0;
  std::string why_broken;  // for support, when a lane's log is

  [[nodiscard]] std::uint64_t healed() const;      // rows, in a dry run those that would be
  [[nodiscard]] std::uint64_t not_healed() const;  // told only
  [[nodiscard]] std::set<sync::EntityNumber> entities_healed() const;
};

// Of the tables that this terminal keeps in full. Retry when it was to stop, or when the log moved on too often
// meanwhile. What was corrected by then is corrected.
Result<HealReport> heal(HealingShop& shop, const sync::SegmentKeys& keys, const HealAsk& ask);

// Tables that do not add up to their kept digests: this terminal's own damage, seen without anybody else.
Result<std::set<sync::EntityNumber>> damaged_tables(HealingShop& shop, const std::set<sync::EntityNumber>& entities);

}  // namespace till::storage
