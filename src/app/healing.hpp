// Tables that have gone wrong are folded again from the log (storage/healing_run.hpp), on the caller's thread, in small
// pieces while the shop works. What was corrected is in the journal, row by row, with old and new values.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "app/actor.hpp"
#include "app/shop.hpp"
#include "storage/connection.hpp"
#include "sync/divergence.hpp"

namespace till::app {

struct HealedTable {
  std::string name;                   // "Product"
  std::uint64_t corrected = 0;        // rows that were altered, and rows that were gone
  std::uint64_t not_in_log = 0;       // rows whose changes are in no log: they stay
  std::uint64_t history_missing = 0;  // they differ, and the log does not reach back to their beginning
  bool digest_was_wrong = false;
  std::string log;  // "whole", "begins with a snapshot", "damaged"
};

struct HealingResult {
  std::vector<HealedTable> tables;  // those with something to tell
  std::vector<std::string> rows;    // what was done to the first ones, a line each
  std::uint64_t stock_levels = 0;
  std::uint64_t records = 0;             // folded
  std::set<sync::EntityNumber> changed;  // tables that are others now
  std::string sentence;                  // for a person
  bool good = true;                      // false: something is left that healing cannot do

  [[nodiscard]] std::uint64_t corrected() const;
};

using MustStop = std::function<bool()>;  // any thread

// Empty: all tables. In a dry run nothing is changed. Retry while another healing of this program is under way. Needs
// the right to settle conflicts, whoever asks; the service asks as nobody.
Result<HealingResult> heal_tables(Shop& shop, const Actor& actor, const std::set<sync::EntityNumber>& entities,
                                  bool dry_run);
Result<HealingResult> heal_by_itself(ShopState& state, const std::set<sync::EntityNumber>& entities,
                                     const MustStop& must_stop);
// When terminals differ: at most once a day for each table and terminal. The sentences are incidents.
struct DivergenceAnswer {
  std::vector<std::string> incidents;
  std::set<sync::EntityNumber> changed;
};
Result<DivergenceAnswer> heal_divergences(ShopState& state, const std::string& program,
                                          const std::vector<sync::Divergence>& divergences, const MustStop& must_stop);

// Tables that do not add up to what was kept of them, by name; empty: all is well.
Result<std::set<sync::EntityNumber>> find_damage(ShopState& state, const std::set<sync::EntityNumber>& entities,
                                                 const MustStop& must_stop);
// What is to be looked at next: one table after the other, or, after an unclean end, all of them.
Result<std::set<sync::EntityNumber>> tables_to_look_at(storage::Connection& conn);
Status looked_at(storage::Transaction& tx, const std::set<sync::EntityNumber>& entities);
Status look_at_all_tables(storage::Transaction& tx);  // the last end was not a clean one

std::string table_names(const std::set<sync::EntityNumber>& entities);
std::vector<sync::EntityNumber> all_tables();

}  // namespace till::app
