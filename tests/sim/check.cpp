#include "sim/check.hpp"

#include <fmt/format.h>

#include <set>

#include "sim/hub_node.hpp"
#include "sim/terminal.hpp"
#include "sim/view.hpp"
#include "sim/world.hpp"

namespace till::sim {

using namespace till::sync;

namespace {

// What it confirmed as durable elsewhere is at the hub.
void check_acknowledged(World& world, Terminal& terminal) {
  for (const OwnFeed& own : value_of(terminal.store().own_feeds())) {
    if (own.acked > own.head || own.cut > own.head) {
      world.fail(fmt::format("T{}: more is sent than was written", terminal.number()));
    }
    if (own.acked == 0) continue;
    const auto& heads = world.hub().state().heads;
    const auto found = heads.find(own.feed);
    std::uint64_t furthest = 0;
    if (found != heads.end()) {
      for (const FeedHead& head : found->second) furthest = std::max(furthest, head.sequence);
    }
    if (furthest < own.acked) {
      world.fail(fmt::format("T{}: a record counts as confirmed that the hub does not have", terminal.number()));
    }
  }
}

bool is_own(const SelfState& self, const Feed& feed) {
  return feed.device == self.device && feed.incarnation == self.incarnation;
}

void check_cursor(World& world, Terminal& terminal) {
  const SelfState self = value_of(terminal.store().self());
  const Cursor cursor = value_of(terminal.store().cursor());
  if (cursor.epoch != world.hub().state().epoch) return;
  for (const StoredSegment& stored : world.hub().state().log) {
    const Feed& feed = stored.segment.feed;
    if (is_own(self, feed) || stored.segment.sequence > cursor.after[index(feed.lane)]) continue;
    const auto held = terminal.store().has_segment(feed, stored.segment.first_sequence, stored.segment.last_sequence,
                                                   stored.last_hash);
    if (!*held) world.fail(fmt::format("T{}: the cursor is ahead of the data", terminal.number()));
  }
}

void check_own_sales(World& world, Terminal& terminal) {
  if (!terminal.continues_its_past()) return;  // after a restore its own sales come back from the hub
  const std::set<Id> present = documents_in(terminal.disk().tx());
  for (const LedgerEntry& entry : world.ledger()) {
    if (entry.terminal != terminal.number()) continue;
    for (const Id& id : entry.documents) {
      if (!present.contains(id)) world.fail(fmt::format("T{}: a finished sale is gone", terminal.number()));
    }
  }
}

std::string describe(const FieldState& field) {
  const auto name = [](const Order& o) {
    return fmt::format("{}.{} by {:x} of {}", o.sequence, o.stamp.packed, o.incarnation & 0xffff, o.device.bytes[15]);
  };
  std::string text = name(field.order) + " over";
  for (const Rival& rival : field.rivals) text += " " + name(rival.order);
  return text;
}

std::string difference(const RowState& a, const RowState& b) {
  std::string text = a.values == b.values ? "" : "values; ";
  for (const auto& [number, field] : a.fields) {
    const auto other = b.fields.find(number);
    if (other == b.fields.end() || other->second == field) continue;
    text += fmt::format("field {}: {}, other {}; ", number, describe(field), describe(other->second));
  }
  return text;
}

}  // namespace

void check_terminal(World& world, Terminal& terminal) {
  check_acknowledged(world, terminal);
  if (world.random().below(50) == 0) check_terminal_fully(world, terminal);
}

void check_terminal_fully(World& world, Terminal& terminal) {
  check_cursor(world, terminal);
  if (!stock_is_the_sum_of_its_moves(terminal.disk().tx())) {
    world.fail(fmt::format("T{}: stock is not the sum of its moves", terminal.number()));
  }
  check_own_sales(world, terminal);
}

void check_sales_everywhere(World& world) {
  std::set<Id> expected;
  std::map<Id, std::int64_t> stock;
  for (const LedgerEntry& entry : world.ledger()) {
    expected.insert(entry.documents.begin(), entry.documents.end());
    for (const auto& [product, delta] : entry.deltas) stock[product] += delta;
  }
  for (auto& terminal : world.terminals()) {
    const std::set<Id> present = documents_in(terminal->disk().tx());
    if (present != expected) {
      world.fail(
          fmt::format("T{}: {} documents where {} were finished", terminal->number(), present.size(), expected.size()));
    }
    if (stock_in(terminal->disk().tx()) != stock) {
      world.fail(fmt::format("T{}: stock differs from what was sold", terminal->number()));
    }
    check_terminal_fully(world, *terminal);
  }
}

void check_states_equal(World& world) {
  const auto first = rows_in(world.terminals().front()->disk());
  for (auto& terminal : world.terminals()) {
    for (const Parked& parked : parked_in(terminal->disk())) {
      world.fail(fmt::format("T{}: a record is still parked: {} {}", terminal->number(), sentence(parked.reason),
                             parked.cause));
    }
    const auto rows = rows_in(terminal->disk());
    if (rows == first) continue;
    std::string what = first.size() == rows.size() ? "" : "another number of rows; ";
    for (const auto& [key, row] : first) {
      const auto other = rows.find(key);
      if (other != rows.end() && other->second != row) what += difference(row, other->second);
    }
    world.fail(fmt::format("T{} and T0 ended with different rows: {}", terminal->number(), what));
  }
}

void forgive_what_the_disk_took(World& world, Terminal& terminal) {
  const std::set<Id> at_hub = world.hub().documents(), here = documents_in(terminal.disk().tx());
  std::erase_if(world.ledger(), [&](const LedgerEntry& entry) {
    return entry.terminal == terminal.number() && !at_hub.contains(entry.documents.front()) &&
           !here.contains(entry.documents.front());
  });
}

bool is_quiet(World& world) {
  std::array<std::uint64_t, kLanes> newest{};
  for (auto& terminal : world.terminals()) {
    if (!terminal->is_on() || terminal->waiting() != 0) return false;
    const SelfState self = value_of(terminal->store().self());
    const Cursor cursor = value_of(terminal->store().cursor());
    newest = {};
    for (const StoredSegment& stored : world.hub().state().log) {
      if (!is_own(self, stored.segment.feed)) newest[index(stored.segment.feed.lane)] = stored.segment.sequence;
    }
    for (std::size_t i = 0; i < kLanes; ++i) {
      if (cursor.after[i] < newest[i]) return false;
    }
  }
  return true;
}

}  // namespace till::sim
