// What the product's sync service does beside the engine's steps: tells the others how far it is, puts its clock right,
// settles conflicts by the policies of the shop; and the people who set these and settle by hand.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "domain/entities/catalogue.hpp"
#include "domain/entities/people.hpp"
#include "sim/check.hpp"
#include "sim/terminal.hpp"
#include "sim/view.hpp"
#include "sim/world.hpp"
#include "storage/conflicts.hpp"
#include "storage/log_reader.hpp"
#include "storage/tables.hpp"
#include "sync/upkeep.hpp"

namespace till::sim {

using namespace till::sync;
using storage::Transaction;

namespace {

struct RuledField {
  EntityNumber entity;
  FieldNumber field;
  FieldRule rule;  // without a setting
};

constexpr std::array<RuledField, 5> kRuledFields = {{
    {domain::Product::kEntity, 1, {Policy::latest_wins, FieldKind::text}},
    {domain::Product::kEntity, 2, {Policy::latest_wins, FieldKind::text}},
    {domain::Product::kEntity, 4, {Policy::manual, FieldKind::number}},
    {domain::Product::kEntity, 6, {Policy::merge, FieldKind::texts}},
    {domain::Customer::kEntity, 1, {Policy::latest_wins, FieldKind::text}},
}};
constexpr std::array<Policy, 5> kPolicyNames = {Policy::latest_wins, Policy::use_local, Policy::use_remote,
                                                Policy::merge, Policy::manual};

Id setting_of(std::size_t field) {
  Id id;
  id.bytes[0] = 0xc0;
  id.bytes[15] = static_cast<std::uint8_t>(field + 1);
  return id;
}

Policies policies_in(storage::Connection& conn) {
  Policies policies;
  for (std::size_t i = 0; i < kRuledFields.size(); ++i) {
    const RuledField& ruled = kRuledFields.at(i);
    FieldRule& rule = policies.rules[ruled.entity][ruled.field] = ruled.rule;
    const auto setting = value_of(storage::load<domain::Setting>(conn, setting_of(i)));
    if (!setting) continue;
    for (const Policy policy : kPolicyNames) {
      if (to_string(policy) == setting->value) rule.policy = policy;
    }
  }
  return policies;
}

}  // namespace

void Terminal::soon(void (Terminal::*what)()) {
  const std::uint64_t life = life_;
  world_.at(world_.now_us() + 1'000, [this, life, what] {
    if (life == life_ && engine_) (this->*what)();
  });
}

void Terminal::look_after() {
  if (!engine_) return;
  const bool may_speak = engine_->has_trusted_time() || engine_->has_carrier();
  if (may_speak && world_.now_us() >= upkeep_at_us_) {
    upkeep_at_us_ = world_.now_us() + kUpkeepInterval_ms * 1000;
    soon(&Terminal::keep_up);
  }
  settle_in_time();
}

void Terminal::settle_in_time() {
  const auto due_us = settle_turn_.due_us();
  if (!due_us || settle_us_ > world_.now_us()) return;
  settle_us_ = std::max(*due_us, world_.now_us() + 1'000);
  const std::uint64_t life = life_;
  world_.at(settle_us_, [this, life] {
    if (life != life_ || !engine_) return;
    if (settle_turn_.is_due(world_.now_us())) settle();
    settle_us_ = 0;
    settle_in_time();
  });
}

void Terminal::keep_up() {
  UpkeepNews news;
  transaction("keep up", {}, [&](Transaction&, LedgerEntry&) -> Status {
    const bool trusted = engine_->has_trusted_time();
    const UtcTime trusted_now{clock_.now().us + TRY(store().self()).clock_offset_ms * 1000};
    const bool says_all = !trusted || world_.compacts;
    news = TRY(sync::keep_up(store(), replica_.log(), keys_, random_, "sim", {trusted_now, trusted, says_all}));
    return {};
  });
  if (world_.compacts) {
    bring_back_what_was_pruned();
    ask_to_drop();
  }
  if (news.was_ahead_ms) world_.injected("clocks amended");
  for (const Divergence& other : news.divergences) {
    if (world_.altered.contains(device_) || world_.altered.contains(other.device)) continue;
    if (world_.branches_may_be_confused()) continue;
    std::string how;
    for (auto& terminal : world_.terminals()) {
      if (terminal->device() == other.device && terminal->is_on()) how += difference(*this, *terminal);
    }
    world_.fail(fmt::format("T{} has the same records as T{} and other rows of entities {}: {}", number_,
                            other.device.bytes[15] - 1, fmt::join(other.entities, ", "), how));
  }
}

void Terminal::settle() {
  if (!policies_) policies_ = policies_in(disk_.tx());
  const Policies policies = *policies_;
  if (!value_of(storage::has_unjudged(disk_.tx(), policies.fingerprint()))) return;
  std::size_t looked_at = 0;
  transaction("settle", {}, [&](Transaction& tx, LedgerEntry&) -> Status {
    storage::SyncConflicts book(tx, clock_, random_, {{}, fmt::format("T{}", number_), device_, {}});
    storage::SyncLogReader history(tx);
    looked_at = TRY(settle_by_policy(store(), book, history, replica_.log(), keys_, policies));
    return {};
  });
  if (looked_at == kMaxSettledPerCall) settle_turn_.at_once(world_.now_us());
}

void Terminal::set_policy() {
  transaction("set a policy", {}, [&](Transaction& tx, LedgerEntry&) -> Status {
    const std::size_t field = random_.below(kRuledFields.size());
    const std::string policy(to_string(kPolicyNames.at(random_.below(kPolicyNames.size()))));
    return replica_.put(tx, domain::Setting{setting_of(field), fmt::format("sync.policy.{}", field), policy});
  });
  policies_.reset();
  settle_turn_.at_once(world_.now_us());
}

bool Terminal::settle_by_hand() {
  bool found = false;
  transaction("settle by hand", {}, [&](Transaction& tx, LedgerEntry&) -> Status {
    auto rows = TRY(storage::conflict_rows(tx, 8));
    std::erase_if(rows, [](const storage::ConflictRow& row) { return row.edited_after_deletion; });
    if (rows.empty()) return {};
    found = true;
    const storage::ConflictRow& row = rows[random_.below(rows.size())];
    Settlement settlement;
    settlement.place = row.place;
    settlement.candidates = row.candidates;
    settlement.value = row.candidates[random_.below(row.candidates.size())].value;
    storage::SyncConflicts book(tx, clock_, random_, {"Anna", fmt::format("T{}", number_), device_, {}});
    return write_settlement(store(), book, replica_.log(), settlement);
  });
  return found;
}

}  // namespace till::sim
