#include "sim/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "domain/entities/catalogue.hpp"
#include "domain/entities/resolution.hpp"
#include "sim/folder_node.hpp"
#include "sim/hub_node.hpp"
#include "sim/terminal.hpp"
#include "sim/view.hpp"
#include "sim/world.hpp"
#include "storage/conflicts.hpp"
#include "sync/chain.hpp"
#include "sync/half_snapshot.hpp"

namespace till::sim {

using namespace till::sync;

namespace {

bool is_own(const SelfState& self, const Feed& feed) {
  return feed.device == self.device && feed.incarnation == self.incarnation;
}

// Another terminal said in its own feed that it has it (that what they say is true is looked at when they say it), or
// has it and said so: of twins the list keeps the one's word only.
std::uint64_t held_by_others(World& world, Terminal& terminal, const Feed& feed) {
  std::uint64_t furthest = 0;
  for (const DeviceProgress& theirs : value_of(terminal.store().progress())) {
    if (theirs.id == terminal.device()) continue;
    for (const FeedPosition& position : theirs.vector) {
      if (position.feed == feed) furthest = std::max(furthest, position.sequence);
    }
  }
  for (auto& other : world.terminals()) {
    if (other.get() == &terminal || !other->is_on() || !other->has_twin()) continue;
    for (const FeedHead& head : value_of(other->store().heads(feed))) furthest = std::max(furthest, head.sequence);
  }
  return furthest;
}

std::uint64_t held_before_restore(const World& world, const Feed& feed) {
  const auto held = world.held_before_restore.find(feed);
  return held == world.held_before_restore.end() ? 0 : held->second;
}

// What it confirmed as durable elsewhere is at a hub or another terminal, or was until that one was restored.
void check_acknowledged(World& world, Terminal& terminal) {
  for (const OwnFeed& own : value_of(terminal.store().own_feeds())) {
    if (own.acked > own.head || own.cut > own.head) {
      world.fail(fmt::format("T{}: more is sent than was written", terminal.number()));
    }
    std::uint64_t furthest = 0;
    for (auto& hub : world.hubs()) {
      furthest = std::max(furthest, hub->furthest_of(terminal.tenant(), own.feed));
      if (world.is_faulty()) furthest = std::max(furthest, hub->furthest_before_restore(own.feed));
    }
    if (furthest < own.acked) furthest = std::max(furthest, held_by_others(world, terminal, own.feed));
    if (world.is_faulty()) furthest = std::max(furthest, held_before_restore(world, own.feed));
    if (furthest < own.acked && (world.is_faulty() || world.is_over())) {
      world.fail(
          fmt::format("T{}: a record counts as confirmed that the hub does not have: {} of lane {} of {:x}, and {}",
                      terminal.number(), own.acked, index(own.feed.lane), own.feed.incarnation & 0xffff, furthest));
    }
  }
}

// Everything up to the cursor is here, and is applied unless it is parked: nothing that came was dropped, and what is
// parked kept nothing else back.
void check_cursor(World& world, Terminal& terminal, HubNode& hub, LinkNumber link) {
  const SelfState self = value_of(terminal.store().self());
  const Cursor cursor = value_of(terminal.store().cursor(link));
  const HubTenantState& held = hub.state(terminal.tenant());
  if (cursor.epoch != held.epoch) return;
  const std::set<Id> present = documents_in(terminal.disk().tx());
  for (const StoredSegment& stored : held.log) {
    const HubSegment& s = stored.segment;
    if (s.feed.device.is_nil() || is_own(self, s.feed) || s.sequence > cursor.after[index(s.feed.lane)]) continue;
    if (hub.is_smuggled(terminal.tenant(), s.sequence)) continue;
    const bool is_in_snapshot = s.last_sequence <= value_of(terminal.store().floor(s.feed));
    if (!is_in_snapshot &&
        !*terminal.store().has_segment(s.feed, s.first_sequence, s.last_sequence, stored.last_hash)) {
      world.fail(fmt::format("T{}: the cursor is ahead of the data: records {} to {} of {} in lane {}",
                             terminal.number(), s.first_sequence, s.last_sequence, to_string(s.feed.device),
                             index(s.feed.lane)));
    }
    for (const Id& document : hub.documents_in(terminal.tenant(), s.sequence)) {
      if (present.contains(document) || is_parked_in(terminal.disk(), s)) continue;
      world.fail(fmt::format("T{}: a record behind the cursor is neither applied nor parked", terminal.number()));
    }
  }
}

// Who holds the same records and has nothing parked holds the same data. While a snapshot is half in, rows are there of
// records that do not count as held yet.
void check_digests(World& world, Terminal& terminal) {
  if (world.branches_may_be_confused()) return;
  Store& store = terminal.store();
  if (value_of(store.parked_count()) > 0 || value_of(is_data_ahead(store))) return;
  const auto lanes = value_of(store.lane_hashes());
  for (auto& other : world.terminals()) {
    if (other.get() == &terminal || !other->is_on() || other->tenant() != terminal.tenant()) continue;
    if (other->is_damaged() || value_of(is_data_ahead(other->store()))) continue;
    if (value_of(other->store().parked_count()) > 0 || value_of(other->store().lane_hashes()) != lanes) continue;
    if (value_of(other->store().digests()) != value_of(store.digests())) {
      world.fail(fmt::format("T{} and T{} hold the same records and differ in their digests: {}", terminal.number(),
                             other->number(), difference(terminal, *other)));
    }
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

// Only what was finished in this shop is here.
void check_nothing_foreign(World& world, Terminal& terminal) {
  if (world.tenants().size() == 1) return;
  const std::set<Id> present = documents_in(terminal.disk().tx());
  for (const LedgerEntry& entry : world.ledger()) {
    if (entry.tenant != terminal.tenant() && present.contains(entry.documents.front())) {
      world.fail(fmt::format("T{}: it holds a sale of another shop", terminal.number()));
    }
  }
}

// A change of a clock that is ahead shows when its time has come. A terminal whose own clock is wrong may be mistaken,
// and what it let in is in every copy of its folder and in its snapshots.
void check_future(World& world, Terminal& terminal) {
  if (terminal.clock().was_wrong) return;
  for (const auto& [product, due_us] : world.not_before_us) {
    if (world.true_time().us + 60'000'000 > due_us || terminal.came_early().contains(product)) continue;
    if (has_product(terminal.disk().tx(), product))
      world.fail(fmt::format("T{}: a change shows before its time", terminal.number()));
  }
}

void check_memory(World& world, Terminal& terminal) {
  for (const MemoryUse& use : terminal.engine()->memory()) {
    if (const auto what = excess(use); !what.empty()) world.fail(fmt::format("T{}: {}", terminal.number(), what));
  }
}

// What a terminal says of itself is so: others confirm their records by it.
void check_own_progress(World& world, Terminal& terminal) {
  if (!terminal.continues_its_past() || terminal.has_twin()) return;
  for (const DeviceProgress& own : value_of(terminal.store().progress())) {
    if (own.id != terminal.device()) continue;
    for (const FeedPosition& said : own.vector) {
      std::uint64_t held = 0;
      for (const FeedHead& head : value_of(terminal.store().heads(said.feed))) held = std::max(held, head.sequence);
      if (held < said.sequence) world.fail(fmt::format("T{}: it says to hold more than it does", terminal.number()));
    }
  }
}

// A rule settles what a rule settled only if that adds a change by people: so rules that answer each other end.
void check_settlements(World& world, Terminal& terminal) {
  // One record may settle several fields: its order alone does not name a change.
  const auto name_of = [](const domain::Resolution& r, const domain::CitedChange& change) {
    return std::tuple(r.entity, r.row, r.field_number, storage::rival_of(change).order);
  };
  std::map<decltype(name_of({}, {})), std::size_t> stands_for;
  const auto resolutions = value_of(storage::last_resolutions(terminal.disk().tx(), 10'000));
  for (const domain::Resolution& resolution : resolutions) {
    if (!resolution.user_name.empty()) continue;
    stands_for[name_of(resolution, resolution.chosen)] = resolution.stands_for.size();
  }
  for (const domain::Resolution& resolution : resolutions) {
    if (!resolution.user_name.empty() || resolution.candidates.empty()) continue;
    const auto before = stands_for.find(name_of(resolution, resolution.candidates.front()));
    if (before != stands_for.end() && resolution.stands_for.size() <= before->second) {
      world.fail(fmt::format("T{}: a rule settles again and again", terminal.number()));
    }
  }
}

// What is changed here comes after what is here.
void check_stamps(World& world, Terminal& terminal) {
  if (!value_of(terminal.store().amendments()).empty()) return;  // then the stamps of a time ahead are behind
  const Stamp last = value_of(terminal.store().self()).last_stamp;
  for (std::uint8_t number = 0; number < 6; ++number) {
    Id product;
    product.bytes[0] = 0xaa;
    product.bytes[15] = number;
    for (const auto& [field, state] : value_of(terminal.store().load_row(domain::Product::kEntity, product)).fields) {
      if (state.order.stamp > last)
        world.fail(fmt::format("T{}: own stamps are behind merged ones", terminal.number()));
    }
  }
}

void check_revoked(World& world, Terminal& terminal) {
  for (auto& hub : world.hubs()) {
    if (hub->took_from_revoked(terminal.tenant())) world.fail("the hub took a record of a revoked terminal");
  }
}

}  // namespace

void check_terminal(World& world, Terminal& terminal) {
  check_memory(world, terminal);
  check_acknowledged(world, terminal);
  const bool is_its_turn = world.random().below(50) == 0;
  if (is_its_turn || world.plan().checks_all_always) check_terminal_fully(world, terminal);
}

void check_terminal_fully(World& world, Terminal& terminal) {
  check_receipts(world);
  if (terminal.is_damaged()) return;  // what it holds is not what it was given
  for (LinkNumber link = 0; link < world.hubs().size(); ++link) {
    check_cursor(world, terminal, world.hub(link), link);
  }
  if (!stock_is_the_sum_of_its_moves(terminal.disk().tx())) {
    world.fail(fmt::format("T{}: stock is not the sum of its moves", terminal.number()));
  }
  if (is_anything_parked_twice(terminal.disk())) {
    world.fail(fmt::format("T{}: a record is parked twice", terminal.number()));
  }
  check_digests(world, terminal);
  check_own_sales(world, terminal);
  check_nothing_foreign(world, terminal);
  check_revoked(world, terminal);
  check_future(world, terminal);
  check_own_progress(world, terminal);
  check_settlements(world, terminal);
  check_stamps(world, terminal);
}

void check_cut(World& world, Terminal& terminal, const std::vector<DeviceStanding>& standings,
               const std::vector<FeedPosition>& positions) {
  const auto has_a_say = [&](const Terminal& other) {
    return std::any_of(standings.begin(), standings.end(), [&](const DeviceStanding& s) {
      return s.id == other.device() && s.standing == Standing::active;
    });
  };
  for (auto& other : world.terminals()) {
    const bool is_asked = other->is_on() && other->tenant() == terminal.tenant() && has_a_say(*other);
    if (!is_asked || !other->continues_its_past() || world.forks_allowed) continue;
    for (const FeedPosition& position : positions) {
      if (furthest(value_of(other->store().heads(position.feed))) >= position.sequence) continue;
      world.fail(
          fmt::format("T{}: what it takes for the stable cut T{} does not have", terminal.number(), other->number()));
    }
  }
}

void forgive_what_the_disk_took(World& world, Terminal& terminal) {
  std::set<Id> kept;
  for (auto& hub : world.hubs()) kept.merge(hub->documents(terminal.tenant()));
  if (world.folder() != nullptr) kept.merge(world.folder()->documents(terminal.tenant()));
  for (auto& other : world.terminals()) {
    if (other->is_on()) kept.merge(documents_in(other->disk().tx()));
  }
  std::erase_if(world.ledger(), [&](const LedgerEntry& entry) {
    return entry.terminal == terminal.number() && !kept.contains(entry.documents.front());
  });
}

}  // namespace till::sim
