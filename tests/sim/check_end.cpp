#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sim/check.hpp"
#include "sim/folder_node.hpp"
#include "sim/hub_node.hpp"
#include "sim/terminal.hpp"
#include "sim/view.hpp"
#include "sim/world.hpp"
#include "sync/outbox.hpp"

namespace till::sim {

using namespace till::sync;

namespace {

std::string describe(const FieldState& field) {
  const auto name = [](const Order& o) {
    return fmt::format("{}.{} by {:x} of {}", o.sequence, o.stamp.packed, o.incarnation & 0xffff, o.device.bytes[15]);
  };
  std::string text = name(field.order) + " over";
  for (const Rival& rival : field.rivals) text += " " + name(rival.order);
  return text;
}

std::string value_of_field(const FieldMap& values, FieldNumber number) {
  const auto found = values.find(number);
  return found == values.end() ? "nothing" : to_hex(found->second);
}

std::string difference(const RowState& a, const RowState& b) {
  std::string text;
  std::set<FieldNumber> numbers;
  for (const auto* row : {&a, &b})
    for (const auto& [number, value] : row->values) numbers.insert(number);
  for (const auto number : numbers) {
    const auto here = value_of_field(a.values, number), there = value_of_field(b.values, number);
    if (here != there) text += fmt::format("field {} is {}, other {}; ", number, here, there);
  }
  for (const auto& [number, field] : a.fields) {
    const auto other = b.fields.find(number);
    if (other == b.fields.end() || other->second == field) continue;
    text += fmt::format("field {}: {}, other {}; ", number, describe(field), describe(other->second));
  }
  return text;
}

std::string difference(const std::map<RowKey, RowState>& a, const std::map<RowKey, RowState>& b) {
  std::string text = a.size() == b.size() ? "" : fmt::format("{} rows and {}; ", a.size(), b.size());
  for (const auto& [key, row] : a) {
    const auto other = b.find(key);
    if (other == b.end() || other->second == row) continue;
    text += fmt::format("entity {} row {}: {}", key.first, to_string(key.second).substr(0, 8),
                        difference(row, other->second));
  }
  return text;
}

// What was sold and can be known: what a revoked terminal had not sent stays with it.
std::vector<LedgerEntry> known_sales(World& world, const Id& tenant) {
  std::set<Id> reached = world.folder() == nullptr ? std::set<Id>{} : world.folder()->documents(tenant);
  for (auto& hub : world.hubs()) reached.merge(hub->documents(tenant));
  std::vector<LedgerEntry> known;
  for (const LedgerEntry& entry : world.ledger()) {
    if (entry.tenant != tenant) continue;
    const bool by_revoked = entry.terminal < world.terminals().size() && world.terminal(entry.terminal).is_revoked;
    if (!by_revoked || reached.contains(entry.documents.front())) known.push_back(entry);
  }
  return known;
}

void check_sales_of(World& world, const Id& tenant) {
  std::set<Id> expected;
  std::map<Id, std::int64_t> stock;
  for (const LedgerEntry& entry : known_sales(world, tenant)) {
    expected.insert(entry.documents.begin(), entry.documents.end());
    for (const auto& [product, delta] : entry.deltas) stock[product] += delta;
  }
  for (auto& terminal : world.terminals()) {
    if (terminal->tenant() != tenant || terminal->is_revoked) continue;
    const std::set<Id> present = documents_in(terminal->disk().tx());
    if (present != expected) {
      world.fail(
          fmt::format("T{}: {} documents where {} were finished", terminal->number(), present.size(), expected.size()));
    }
    if (stock_in(terminal->disk().tx()) != stock) {
      world.fail(fmt::format("T{}: stock differs from what was sold", terminal->number()));
    }
  }
}

// What must be, and must not be, because of what outsiders wrote.
void check_expectations(World& world, Terminal& terminal, const std::map<RowKey, RowState>& rows) {
  for (const Expectation& e : world.expectations) {
    if (e.tenant != terminal.tenant()) continue;
    const auto row = rows.find({e.entity, e.row});
    const bool has = row != rows.end() && (e.field == 0 || row->second.values.contains(e.field));
    if (e.is_there && !has) world.fail(fmt::format("T{}: {}", terminal.number(), e.otherwise));
    if (!e.is_there && has) world.fail(fmt::format("T{}: {}", terminal.number(), e.otherwise));
  }
  for (const auto& [feed, sequence] : world.must_wait) {
    if (terminal.tenant() != world.tenants().front()) continue;
    if (!value_of(terminal.store().is_parked(feed, sequence))) {
      world.fail(fmt::format("T{}: a record of a newer program does not wait for it", terminal.number()));
    }
  }
}

void check_parked(World& world, Terminal& terminal) {
  for (const Parked& parked : parked_in(terminal.disk())) {
    if (world.outsiders.contains(parked.feed.device)) continue;
    world.fail(fmt::format("T{}: a record of T{} is still parked: {} {}", terminal.number(),
                           parked.feed.device.bytes[15] - 1, sentence(parked.reason), parked.cause));
  }
}

}  // namespace

std::string difference(Terminal& a, Terminal& b) {
  return difference(rows_in(a.disk()), rows_in(b.disk()));
}

void check_receipts(World& world) {
  if (world.receipts_may_be_doubled) return;
  std::set<std::pair<Id, std::string_view>> receipts;
  for (const LedgerEntry& entry : world.ledger()) {
    const bool is_new = entry.receipt.empty() || receipts.emplace(entry.tenant, entry.receipt).second;
    if (!is_new) world.fail("receipt number " + entry.receipt + " was given twice");
  }
}

void check_sales_everywhere(World& world) {
  check_receipts(world);
  for (const Id& tenant : world.tenants()) check_sales_of(world, tenant);
  for (auto& terminal : world.terminals()) check_terminal_fully(world, *terminal);
}

void check_states_equal(World& world) {
  for (const Id& tenant : world.tenants()) {
    const Terminal* first = nullptr;
    std::map<RowKey, RowState> expected;
    for (auto& terminal : world.terminals()) {
      if (terminal->tenant() != tenant || terminal->is_revoked) continue;
      check_parked(world, *terminal);
      if (!digests_are_true(terminal->disk())) {
        world.fail(fmt::format("T{}: its digests are not those of its data", terminal->number()));
      }
      auto rows = rows_in(terminal->disk());
      check_expectations(world, *terminal, rows);
      if (first == nullptr) {
        first = terminal.get();
        expected = std::move(rows);
      } else if (rows != expected && !world.branches_may_be_confused()) {
        world.fail(fmt::format("T{} and T{} ended with different rows: {}", terminal->number(), first->number(),
                               difference(rows, expected)));
      }
    }
  }
}

void check_pauses(World& world) {
  std::vector<std::int64_t> pauses_us;
  for (auto& terminal : world.terminals()) {
    pauses_us.insert(pauses_us.end(), terminal->pauses_us().begin(), terminal->pauses_us().end());
  }
  std::sort(pauses_us.begin(), pauses_us.end());
  std::size_t longest = 0, run = 0;
  for (std::size_t i = 0; i < pauses_us.size(); ++i) {
    run = i > 0 && pauses_us[i] > 1'000 && pauses_us[i] == pauses_us[i - 1] ? run + 1 : 1;
    longest = std::max(longest, run);
  }
  if (longest >= 5) world.fail("terminals come back in step: retries are not spread");
}

std::string waiting_of(Terminal& terminal) {
  std::string text;
  for (LinkNumber link = 0; link < 2; ++link) {
    for (const OwnFeed& own : value_of(terminal.store().own_feeds_at(link))) {
      if (value_of(waiting_for(terminal.store(), link, own)) == 0) continue;
      text += fmt::format("link {} lane {} of {:x} is at {} of {} (cut {}, floor {}); ", link, index(own.feed.lane),
                          own.feed.incarnation & 0xffff, own.acked, own.head, own.cut,
                          value_of(terminal.store().floor(own.feed)));
    }
  }
  return text;
}

std::string what_is_unquiet(World& world) {
  for (auto& terminal : world.terminals()) {
    if (!terminal->is_on()) return fmt::format("T{} is dark", terminal->number());
    if (terminal->is_revoked) continue;
    if (terminal->is_damaged()) return fmt::format("T{} is damaged, and nobody has noticed", terminal->number());
    if (terminal->waiting() != 0)
      return fmt::format("T{} has {} records to send: {}", terminal->number(), terminal->waiting(),
                         waiting_of(*terminal));
    const SelfState self = value_of(terminal->store().self());
    for (LinkNumber link = 0; link < world.hubs().size(); ++link) {
      const HubTenantState& held = world.hub(link).state(terminal->tenant());
      const Cursor cursor = value_of(terminal->store().cursor(link));
      std::array<std::uint64_t, kLanes> newest{};
      for (const StoredSegment& stored : held.log) {
        const Feed& feed = stored.segment.feed;
        if (feed.device.is_nil()) continue;
        if (feed.device != self.device || feed.incarnation != self.incarnation) {
          newest[index(feed.lane)] = stored.segment.sequence;
        } else if (stored.segment.last_sequence > value_of(terminal->store().floor(feed)) &&
                   !*terminal->store().has_end(feed, stored.segment.last_sequence, stored.last_hash)) {
          return fmt::format("T{} does not know that it has a twin", terminal->number());
        }
      }
      for (std::size_t i = 0; i < kLanes; ++i) {
        if (cursor.epoch == held.epoch && cursor.after[i] >= newest[i]) continue;
        if (newest[i] == 0) continue;
        return fmt::format("T{} is at {} of {} in lane {} of hub {}", terminal->number(), cursor.after[i], newest[i], i,
                           link);
      }
    }
  }
  return {};
}

}  // namespace till::sim
