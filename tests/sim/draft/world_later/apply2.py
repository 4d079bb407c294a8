import re, shutil, glob, os
def sub(path, pairs):
    s=open(path).read()
    for a,b in pairs:
        assert a in s, (path,a)
        s=s.replace(a,b,1)
    open(path,'w').write(s)
N='tests/sim/draft/world_later/new/'
for f in ['snapshot_shelf.cpp','snapshot_shelf.hpp','terminal_snapshots.cpp']: shutil.copy(N+f,'tests/sim/'+f)
for f in ['compaction.cpp','snapshot_damage.cpp']: shutil.copy(N+f,'tests/sim/faults/'+f)
shutil.copy('tests/sim/draft/world_later/faults/lapsed_device.cpp','tests/sim/faults/lapsed_device.cpp')
sub('tests/sim/faults/lapsed_device.cpp',[("constexpr std::int64_t kMinute_us","constexpr std::int64_t kLookedAfter_us")]) if False else None
# positions come with the manifest
sub('tests/sim/snapshot_shelf.hpp',[("  std::vector<sync::FeedPosition> positions;  // what its maker held, for the stable cut; not on the wire\n","")])
sub('tests/sim/snapshot_shelf.cpp',[("ShelvedSnapshot{snapshot, {}, {}, {}}","ShelvedSnapshot{snapshot, {}, {}}")])
sub('tests/sim/terminal_snapshots.cpp',[
("  made->positions = value_of(store().positions());\n",""),
("    shelved->positions = made->positions;\n",""),
("    note(\"its snapshot is at the hub\");\n","    note(\"its snapshot is at the hub\");\n    hub.shelf().tidy(tenant_, hub.state(tenant_).floor.snapshot);\n    transaction(\"note its snapshot\", {}, [&](storage::Transaction&, LedgerEntry&) {\n      return note_taken(store(), {made->manifest.id, made->manifest.cursor});\n    });\n"),
("}  // namespace\n\nbool Terminal::is_bootstrapping","constexpr std::int64_t kLapse_ms = 30 * kDay_ms;\n\n}  // namespace\n\nbool Terminal::is_bootstrapping"),
('#include "storage/snapshot_source.hpp"\n','#include "storage/snapshot_source.hpp"\n#include "storage/sync_members.hpp"\n#include "storage/sync_pruning.hpp"\n#include "sync/bootstrap.hpp"\n#include "sync/compaction.hpp"\n#include "sync/hub_drop.hpp"\n'),
])
s=open('tests/sim/terminal_snapshots.cpp').read()
s=s.replace("}  // namespace till::sim","""// What the newest snapshot that is in the stable cut stands for the hub need not keep.
void Terminal::ask_to_drop() {
  HubNode& hub = world_.hub();
  if (!engine_ || is_revoked || !hub.is_up() || is_bootstrapping()) return;
  const std::int64_t now_ms = instant().utc.us / 1000 + value_of(store().self()).clock_offset_ms;
  const auto progress = value_of(store().progress());
  const StableCut cut(standings(world_.known_devices(tenant_), progress, now_ms, kLapse_ms), progress);
  auto& shelved = hub.shelf().of(tenant_);
  for (auto s = shelved.rbegin(); s != shelved.rend(); ++s) {
    const auto manifest = open_manifest(s->manifest, tenant_, keys_);
    if (s->manifest.empty() || !manifest || !cut.covers(manifest->positions)) continue;
    check_cut(world_, *this, manifest->positions);
    if (hub.drop(tenant_, {device_, manifest->cursor.epoch, manifest->id, manifest->cursor.after, {}})) {
      world_.injected("drops");
    }
    if (world_.folder() == nullptr) prune(manifest->positions);
    return;
  }
}

// Of the own log, what a snapshot that is in the stable cut stands for.
void Terminal::prune(const std::vector<FeedPosition>& up_to) {
  constexpr std::size_t kAtOnce = 16;
  std::size_t pruned = 0;
  transaction("prune", {}, [&](storage::Transaction& tx, LedgerEntry&) -> Status {
    pruned = TRY(storage::prune_log(tx, up_to, INT64_MAX, kAtOnce));
    return {};
  });
  if (pruned > 0) world_.injected("prunings");
}

// A hub that came out of a copy may lack what only a snapshot has any more: then one is made, and the hub is told.
void Terminal::bring_back_what_was_pruned() {
  HubNode& hub = world_.hub();
  if (!engine_ || is_revoked || !hub.is_up() || is_bootstrapping()) return;
  const auto lacking = value_of(storage::feeds_only_in_snapshots(disk_.tx()));
  if (lacking.empty()) return;
  auto& shelved = hub.shelf().of(tenant_);
  const std::uint64_t epoch = hub.state(tenant_).epoch;
  for (auto s = shelved.rbegin(); s != shelved.rend(); ++s) {
    const auto manifest = open_manifest(s->manifest, tenant_, keys_);
    if (s->manifest.empty() || !manifest || manifest->device != device_ || manifest->cursor.epoch != epoch) continue;
    const auto ends = value_of(storage::ends_of(disk_.tx(), lacking, manifest->positions));
    (void)hub.drop(tenant_, {device_, epoch, manifest->id, {}, ends});
    world_.injected("feeds brought back by a snapshot");
    return;
  }
  make_snapshot();
}

}  // namespace till::sim""")
s=s.replace('#include "sim/hub_node.hpp"\n','#include "sim/check.hpp"\n#include "sim/hub_node.hpp"\n')
open('tests/sim/terminal_snapshots.cpp','w').write(s)
sub('tests/sim/terminal.hpp',[
("  void set_policy();  ","  void make_snapshot();   // and put it among the hub's objects\n  void set_policy();  "),
("  void act(const sync::Incident& effect);\n","  void act(const sync::Incident& effect);\n  void act(const sync::NeedSnapshot& effect);\n  void act(const sync::NeedSnapshotChunk& effect);\n"),
("  void hand_over(sync::LinkNumber link);\n","  void hand_over(sync::LinkNumber link);\n  struct MadeSnapshot {\n    sync::SnapshotManifest manifest;\n    Bytes manifest_bytes;\n    std::vector<Bytes> chunks;\n  };\n  void upload(const std::shared_ptr<MadeSnapshot>& made, std::size_t part);\n  std::int64_t transfer_us();\n  const ShelvedSnapshot* offer();\n  void ask_to_drop();\n  void prune(const std::vector<sync::FeedPosition>& up_to);\n  void bring_back_what_was_pruned();\n  bool is_bootstrapping();\n"),
("  std::int64_t upkeep_at_us_ = 0;\n","  std::size_t offers_ = 0;  // of snapshots, so far\n  std::int64_t upkeep_at_us_ = 0;\n"),
('#include "sim/sim_keys.hpp"\n','#include "sim/sim_keys.hpp"\n#include "sim/snapshot_shelf.hpp"\n'),
("  void import(std::uint32_t rows);\n","  void sell_unsent();  // and the till is switched off before anybody hears of it\n  void import(std::uint32_t rows);\n"),
("  // How long it paused after","  // When it was first switched on, true time; empty while nobody knows of it.\n  [[nodiscard]] std::optional<UtcTime> known_since() const { return known_since_; }\n  // How long it paused after"),
("  bool has_applied_ = false;","  std::optional<UtcTime> known_since_;\n  bool has_applied_ = false;"),
])
sub('tests/sim/terminal.cpp',[
("  settle_doubts();\n  if (sab","  if (!known_since_) known_since_ = world_.true_time();\n  settle_doubts();\n  if (sab"),
])
sub('tests/sim/terminal_work.cpp',[("void Terminal::import(","void Terminal::sell_unsent() {\n  if (!engine_) return;\n  world_.network().drop_silently(number_);\n  sell({new_id(clock_, random_)});\n}\n\nvoid Terminal::import("),
('#include "sim/terminal.hpp"\n','#include "sim/network.hpp"\n#include "sim/terminal.hpp"\n')])
sub('tests/sim/terminal_upkeep.cpp',[("{trusted_now, trusted, !trusted}","{trusted_now, trusted, !trusted || world_.compacts}"),
("  if (news.was_ahead_ms)","  if (world_.compacts) {\n    bring_back_what_was_pruned();\n    ask_to_drop();\n  }\n  if (news.was_ahead_ms)")])
sub('tests/sim/hub_node.hpp',[
('#include "sim/memory_hub_store.hpp"\n','#include "sim/memory_hub_store.hpp"\n#include "sim/snapshot_shelf.hpp"\n'),
("  [[nodiscard]] bool took_from_revoked(","  [[nodiscard]] SnapshotShelf& shelf() { return state_.shelf; }\n  // True when it dropped something.\n  bool drop(const Id& tenant, const sync::HubDropRequest& request);\n  [[nodiscard]] bool took_from_revoked("),
("    MemoryHubStore store;\n","    MemoryHubStore store;\n    SnapshotShelf shelf;\n"),
('#include "sync/hub_session.hpp"\n','#include "sync/hub_drop.hpp"\n#include "sync/hub_session.hpp"\n'),
])
sub('tests/sim/hub_node.cpp',[
("void HubNode::go_down() {","""bool HubNode::drop(const Id& tenant, const HubDropRequest& request) {
  if (!up_) return false;
  const HubFloor before = state_.store.tenants[tenant].floor;
  const HubRetention retention{0, 30LL * 24 * 3600 * 1000};
  const auto dropped = sync::drop(state_.store, tenant, request, retention, world_.true_time());
  if (!dropped) return false;
  look_into_new_segments();
  const auto& floor = dropped->floor.after;
  for (std::size_t i = 0; i < kLanes; ++i) {
    if (floor[i] > std::max(request.positions[i], before.after[i]) && dropped->raised == 0) {
      world_.fail("the hub drops what no snapshot stands for");
    }
  }
  return dropped->floor != before;
}

void HubNode::go_down() {"""),
])
sub('tests/sim/world.hpp',[
("  bool receipts_may_be_doubled","  bool compacts = false;                 // snapshots are made, and what they stand for is dropped\n  bool snapshots_are_for_newer = false;  // programs: an older one must not take them in\n  bool receipts_may_be_doubled"),
("  void when_healing(","  // What a shop's terminals know of one another: those that have been switched on.\n  [[nodiscard]] std::vector<sync::KnownDevice> known_devices(const Id& tenant) const;\n  void when_healing("),
('#include "sync/engine.hpp"\n','#include "sync/compaction.hpp"\n#include "sync/engine.hpp"\n'),
])
sub('tests/sim/world.cpp',[
("void World::at(std::int64_t when_us","""std::vector<sync::KnownDevice> World::known_devices(const Id& tenant) const {
  std::vector<sync::KnownDevice> known;
  for (const auto& terminal : terminals_) {
    if (terminal->tenant() != tenant || !terminal->known_since()) continue;
    known.push_back({terminal->device(), terminal->is_revoked, terminal->known_since()->us / 1000});
  }
  return known;
}

void World::at(std::int64_t when_us"""),
])
sub('tests/sim/check.hpp',[
("// After an older disk was put in","// What a terminal takes for the stable cut: everybody who is not away for long holds it.\nvoid check_cut(World& world, Terminal& terminal, const std::vector<sync::FeedPosition>& positions);\n// After an older disk was put in"),
('#include <string>\n','#include <string>\n#include <vector>\n\n#include "sync/progress.hpp"\n'),
])
sub('tests/sim/check.cpp',[
("    if (is_own(self, s.feed) || s.sequence > cursor","    if (s.feed.device.is_nil() || is_own(self, s.feed) || s.sequence > cursor"),
("    if (!*terminal.store().has_segment(s.feed, s.first_sequence, s.last_sequence, stored.last_hash)) {",
 "    const bool is_in_snapshot = s.last_sequence <= value_of(terminal.store().floor(s.feed));\n    if (!is_in_snapshot && !*terminal.store().has_segment(s.feed, s.first_sequence, s.last_sequence, stored.last_hash)) {"),
("void forgive_what_the_disk_took(","""void check_cut(World& world, Terminal& terminal, const std::vector<FeedPosition>& positions) {
  for (auto& other : world.terminals()) {
    const bool is_asked = other->is_on() && !other->is_revoked && other->tenant() == terminal.tenant();
    if (!is_asked || !other->continues_its_past() || world.forks_allowed) continue;
    for (const FeedPosition& position : positions) {
      if (furthest(value_of(other->store().heads(position.feed))) >= position.sequence) continue;
      world.fail(fmt::format("T{}: what it takes for the stable cut T{} does not have", terminal.number(),
                             other->number()));
    }
  }
}

void forgive_what_the_disk_took("""),
])
sub('tests/sim/check_end.cpp',[
("        const Feed& feed = stored.segment.feed;\n","        const Feed& feed = stored.segment.feed;\n        if (feed.device.is_nil()) continue;\n"),
("        } else if (!*terminal->store().has_end(","        } else if (stored.segment.last_sequence > value_of(terminal->store().floor(feed)) && !*terminal->store().has_end("),
])
sub('tests/sim/faults/fault.hpp',[("kBatches, kBulk, kPolicies;","kBatches, kBulk, kPolicies, kCompaction;"),("kHubRestored, kFlood;","kHubRestored, kFlood, kSnapshotDamage;")])
s=open('tests/sim/faults/all.cpp').read()
s=s.replace("&kSlightlyAhead,\n","&kSlightlyAhead, &kCompaction, &kSnapshotDamage,\n",1)
open('tests/sim/faults/all.cpp','w').write(s)
s=open('tests/sim/faults/older_program.cpp').read()
s=s.replace("                               for (std::uint64_t n = world.random().below(2) + 1","                               world.snapshots_are_for_newer = world.random().below(2) == 0;\n                               for (std::uint64_t n = world.random().below(2) + 1",1)
open('tests/sim/faults/older_program.cpp','w').write(s)
# speed
sub('tests/sim/terminal.hpp',[
("  bool has_applied_ = false;","  std::optional<sync::Policies> policies_;  // of the shop; empty: read them again\n  bool has_applied_ = false;"),
('#include "sync/engine.hpp"\n','#include "sync/engine.hpp"\n#include "sync/policy.hpp"\n'),
])
sub('tests/sim/terminal.cpp',[
("void Terminal::act(const Applied& effect) {\n  has_applied_ = true;\n","void Terminal::act(const Applied& effect) {\n  has_applied_ = true;\n  const auto& entities = effect.entities;\n  if (std::find(entities.begin(), entities.end(), domain::Setting::kEntity) != entities.end()) policies_.reset();\n"),
("  has_applied_ = true;\n  upkeep_at_us_ = 0;\n","  has_applied_ = true;\n  policies_.reset();\n  upkeep_at_us_ = 0;\n"),
('#include <fmt/format.h>\n\n#include "sim/check.hpp"','#include <fmt/format.h>\n\n#include <algorithm>\n\n#include "domain/entities/people.hpp"\n#include "sim/check.hpp"'),
])
sub('tests/sim/terminal_upkeep.cpp',[
("  const Policies policies = policies_in(disk_.tx());\n","  if (!policies_) policies_ = policies_in(disk_.tx());\n  const Policies policies = *policies_;\n"),
("fmt::format(\"sync.policy.{}\", field), policy});\n  });\n  has_applied_ = true;","fmt::format(\"sync.policy.{}\", field), policy});\n  });\n  policies_.reset();\n  has_applied_ = true;"),
])
s=open('tests/sim/CMakeLists.txt').read()
a=s.index("# The faults are small"); b=s.index("set_target_properties(till_sim_world")
s=s[:a]+"# Most of them are small: together they compile in the time of a few. These two bring names of their own along.\nset_source_files_properties(sabotage_list.cpp memory_hub_store.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)\n"+s[b:]
open('tests/sim/CMakeLists.txt','w').write(s)
s=open('tests/sim/faults/older_program.cpp').read()
s=s.replace("const std::size_t number = world.some_terminal().number();","const std::size_t number = world.random().below(world.terminals().size());",1)
open('tests/sim/faults/older_program.cpp','w').write(s)
