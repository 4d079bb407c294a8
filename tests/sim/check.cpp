#include "sim/check.hpp"

#include <fmt/format.h>

#include <set>

#include "domain/entities/documents.hpp"
#include "sim/hub_node.hpp"
#include "sim/terminal.hpp"
#include "sim/world.hpp"

namespace till::sim {

using namespace till::sync;

namespace {

// What it confirmed as durable elsewhere is at the hub.
void check_acknowledged(World& world, Terminal& terminal) {
  for (const OwnFeed& own : terminal.disk().own) {
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

void check_cursor(World& world, Terminal& terminal) {
  const DiskState& disk = terminal.disk();
  if (disk.cursor.epoch != world.hub().state().epoch) return;
  for (const StoredSegment& stored : world.hub().state().log) {
    const Feed& feed = stored.segment.feed;
    if (feed.device == disk.self.device && feed.incarnation == disk.self.incarnation) continue;
    if (stored.segment.sequence > disk.cursor.after[index(feed.lane)]) continue;
    const auto held = terminal.store().has_segment(feed, stored.segment.first_sequence, stored.segment.last_sequence,
                                                   stored.last_hash);
    if (!*held) world.fail(fmt::format("T{}: the cursor is ahead of the data", terminal.number()));
  }
}

void check_stock(World& world, Terminal& terminal) {
  std::map<Id, std::int64_t> sum;
  for (const auto& [key, fields] : terminal.disk().documents) {
    if (key.first != kMove) continue;
    domain::StockMove move;
    (void)apply_fields(fields, move);
    sum[move.product] += move.delta_milli;
  }
  if (sum != terminal.disk().stock_milli) {
    world.fail(fmt::format("T{}: stock is not the sum of its moves", terminal.number()));
  }
}

void check_own_sales(World& world, Terminal& terminal) {
  for (const LedgerSale& sale : world.ledger()) {
    if (sale.terminal == terminal.number() && !terminal.disk().documents.contains({kSale, sale.sale})) {
      const auto incarnation = terminal.disk().self.incarnation;
      // After a restore its own sales come back from the hub.
      if (incarnation == 100 + terminal.number() && !world.forks_allowed) {
        world.fail(fmt::format("T{}: a finished sale is gone", terminal.number()));
      }
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
  check_stock(world, terminal);
  check_own_sales(world, terminal);
}

void check_sales_everywhere(World& world) {
  std::set<Id> expected;
  std::map<Id, std::int64_t> stock;
  for (const LedgerSale& sale : world.ledger()) {
    expected.insert(sale.sale);
    expected.insert(sale.moves.begin(), sale.moves.end());
    for (const auto& [product, delta] : sale.deltas) stock[product] += delta;
  }
  for (auto& terminal : world.terminals()) {
    std::set<Id> present;
    for (const auto& [key, fields] : terminal->disk().documents) present.insert(key.second);
    if (present != expected) {
      world.fail(
          fmt::format("T{}: {} documents where {} were finished", terminal->number(), present.size(), expected.size()));
    }
    if (terminal->disk().stock_milli != stock) {
      world.fail(fmt::format("T{}: stock differs from what was sold", terminal->number()));
    }
    check_terminal_fully(world, *terminal);
  }
}

void check_states_equal(World& world) {
  const auto& first = world.terminals().front()->disk();
  for (auto& terminal : world.terminals()) {
    for (const auto& [number, parked] : terminal->disk().parked) {
      world.fail(fmt::format("T{}: a record is still parked: {} {}", terminal->number(), sentence(parked.reason),
                             parked.cause));
    }
    if (terminal->disk().rows == first.rows) continue;
    std::string what = first.rows.size() == terminal->disk().rows.size() ? "" : "another number of rows";
    for (const auto& [key, row] : first.rows) {
      const auto other = terminal->disk().rows.find(key);
      if (other != terminal->disk().rows.end() && other->second != row) what += difference(row, other->second);
    }
    world.fail(fmt::format("T{} and T0 ended with different rows: {}", terminal->number(), what));
  }
}

void forgive_what_the_disk_took(World& world, Terminal& terminal) {
  const std::set<Id> at_hub = world.hub().documents();
  std::erase_if(world.ledger(), [&](const LedgerSale& sale) {
    return sale.terminal == terminal.number() && !at_hub.contains(sale.sale) &&
           !terminal.disk().documents.contains({kSale, sale.sale});
  });
}

bool is_quiet(World& world) {
  std::array<std::uint64_t, kLanes> newest{};
  for (auto& terminal : world.terminals()) {
    if (terminal->waiting() != 0) return false;
    const DiskState& disk = terminal->disk();
    newest = {};
    for (const StoredSegment& stored : world.hub().state().log) {
      const Feed& feed = stored.segment.feed;
      if (feed.device == disk.self.device && feed.incarnation == disk.self.incarnation) continue;
      newest[index(feed.lane)] = stored.segment.sequence;
    }
    for (std::size_t i = 0; i < kLanes; ++i) {
      if (disk.cursor.after[i] < newest[i]) return false;
    }
  }
  return true;
}

}  // namespace till::sim
