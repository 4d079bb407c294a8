// Selective sync: what this terminal takes into its data. Everything is kept in the log and forwarded; a change that is
// not wanted is set aside instead of being folded, and folded when the choice changes. A choice of entities (no media,
// no journal of others) and of stores: documents and orders made by terminals of other branches can be left out. What a
// till cannot work without (products, taxes, categories, users, settings, devices, stores) is always wanted, and so is
// what it made itself.
//
//   if (!TRY(wanted.wants(op.entity, record.feed.device))) left_out.ops.push_back(op); else apply(op);
//   if (!left_out.ops.empty()) TRY(set_aside(tx, left_out));
//
// After the choice was changed or a device's row has come, `take_up` gives back, in the order of their stamps, the
// records that are wanted now, until it gives none.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "storage/connection.hpp"
#include "sync/record.hpp"

namespace till::storage {

struct SyncChoice {
  std::set<sync::EntityNumber> without;  // entities that are left out
  std::set<Id> stores;                   // empty: all; documents and orders of these (and of terminals without a store)
  bool operator==(const SyncChoice&) const = default;
};

Result<SyncChoice> sync_choice(Connection& conn);
// Invalid, naming it, when something is left out that cannot be.
Status set_sync_choice(Transaction& tx, const SyncChoice& choice);
bool may_be_left_out(sync::EntityNumber entity);
// Documents and orders: whose store decides is their author's.
bool belongs_to_a_store(sync::EntityNumber entity);

// Reads choice and stores once, for one transaction.
class SyncWanted {
 public:
  explicit SyncWanted(Connection& conn) : conn_(conn) {}
  Result<bool> wants(sync::EntityNumber entity, const Id& author);
  void forget() { choice_.reset(), stores_.clear(); }

 private:
  Result<bool> is_of_a_wanted_store(const Id& author);
  Connection& conn_;
  std::optional<SyncChoice> choice_;
  std::map<Id, bool> stores_;  // by device
};

// Keeps the changes of `record`, one entry for each entity among them.
Status set_aside(Connection& tx, const sync::Record& record);
// The next ones that are wanted by now; they are not set aside any more. Empty: there are none.
Result<std::vector<sync::Record>> take_up(Connection& tx, std::size_t max);
Result<std::uint64_t> set_aside_count(Connection& conn);

}  // namespace till::storage
