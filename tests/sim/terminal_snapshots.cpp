// How a terminal makes snapshots, puts them among the hub's objects, and fetches those of others: part by part, while
// lines fail, machines stop and objects go bad.
#include <fmt/format.h>

#include <algorithm>

#include "security/hash.hpp"
#include "sim/check.hpp"
#include "sim/hub_node.hpp"
#include "sim/terminal.hpp"
#include "sim/view.hpp"
#include "sim/world.hpp"
#include "storage/snapshot_source.hpp"
#include "storage/sync_members.hpp"
#include "storage/sync_pruning.hpp"
#include "sync/bootstrap.hpp"
#include "sync/compaction.hpp"
#include "sync/epochs.hpp"
#include "sync/hub_drop.hpp"

namespace till::sim {

using namespace till::sync;

namespace {

SnapshotChunkName name_of(const Bytes& chunk) {
  SnapshotChunkName name;
  name.bytes = chunk.size();
  const auto hash = security::sha256(chunk);
  std::copy(hash.begin(), hash.end(), name.sha256.begin());
  return name;
}

constexpr std::int64_t kLapse_ms = 30 * kDay_ms;

}  // namespace

bool Terminal::is_bootstrapping() {
  return engine_ && value_of(engine_->status(store())).bootstrapping;
}

void Terminal::make_snapshot() {
  if (!engine_ || is_revoked || is_bootstrapping()) return;
  auto made = std::make_shared<MadeSnapshot>();
  storage::SnapshotSource source(disk_.tx());
  SnapshotManifest& manifest = made->manifest;
  made->incarnation = value_of(store().self()).incarnation;
  random_.fill(manifest.id.bytes);
  manifest.tenant = tenant_;
  manifest.device = device_;
  manifest.made_at_ms = instant().utc.us / 1000;
  manifest.key_epoch = keys_.current_epoch();
  manifest.min_reader = world_.snapshots_are_for_newer ? kSchema : kOlderSchema;
  if (const Status described = source.describe(manifest); !described) {
    note("makes no snapshot: " + described.error().message);
    if (described.error().kind != ErrorKind::retry) world_.fail("no snapshot: " + described.error().message);
    return;
  }
  made->early = products_of_the_future();
  SnapshotChunk chunk;
  while (value_of(source.next(chunk))) {
    const auto number = static_cast<std::uint32_t>(made->chunks.size());
    made->chunks.push_back(value_of(seal_chunk(manifest, number, chunk, keys_)));
    manifest.chunks.push_back(name_of(made->chunks.back()));
  }
  made->manifest_bytes = value_of(seal_manifest(manifest, keys_));
  note(fmt::format("makes a snapshot of {} parts", made->chunks.size()));
  world_.injected("snapshots");
  upload(made, 0);
}

// As the product does when what is left on the shelf does not stand for what the hub has dropped. False: not this one.
bool Terminal::replace_lost_snapshot() {
  if (!engine_ || is_revoked || is_bootstrapping()) return false;
  const auto peers = value_of(engine_->status(store())).peers;
  const auto of_hub = std::ranges::find(peers, kHubLink, &PeerStatus::link);
  if (of_hub == peers.end() || !of_hub->caught_up) return false;
  const HubTenantState& hub = world_.hub().state(tenant_);
  const auto stands_for_it = [&](const ShelvedSnapshot& shelved) {
    const auto manifest = open_manifest(shelved.manifest, tenant_, keys_);
    if (!manifest) return false;
    return shelved.id == hub.floor.snapshot ||
           (manifest->cursor.epoch == hub.epoch && has_reached(manifest->cursor, hub.floor.after));
  };
  if (hub.floor.snapshot.is_nil() || std::ranges::any_of(world_.hub().shelf().of(tenant_), stands_for_it)) return false;
  make_snapshot();
  return true;
}

// One object after the other, the manifest last.
void Terminal::upload(const std::shared_ptr<MadeSnapshot>& made, std::size_t part) {
  const std::uint64_t life = life_;
  world_.at(world_.now_us() + transfer_us(), [this, life, made, part] {
    HubNode& hub = world_.hub();
    const bool is_lost = world_.is_faulty() && random_.below(30) == 0;
    if (life != life_ || !engine_ || is_revoked || !hub.is_up() || is_lost) return;
    const Id& id = made->manifest.id;
    ShelvedSnapshot* shelved = hub.shelf().find(tenant_, id);
    if (shelved == nullptr && part > 0) return;
    if (shelved == nullptr) shelved = &hub.shelf().begin(tenant_, id);
    if (part < made->chunks.size()) {
      shelved->chunks[static_cast<std::uint32_t>(part)] = made->chunks[part];
      upload(made, part + 1);
      return;
    }
    shelved->manifest = made->manifest_bytes;
    shelved->early = made->early;
    note("its snapshot is at the hub");
    hub.shelf().tidy(tenant_, hub.state(tenant_).floor.snapshot);
    transaction("note its snapshot", {}, [&](storage::Transaction&, LedgerEntry&) {
      return note_made(store(), made->manifest, made->incarnation);
    });
    bring_back_what_was_pruned();
  });
}

std::int64_t Terminal::transfer_us() {
  return world_.is_faulty() ? 10'000 + static_cast<std::int64_t>(random_.below(2'000'000)) : 10'000;
}

// The newest first; each time it is asked, the next one, since some may be of no use. Of those that nobody forged.
const ShelvedSnapshot* Terminal::offer() {
  std::vector<const ShelvedSnapshot*> good;
  auto& shelved = world_.hub().shelf().of(tenant_);
  for (auto s = shelved.rbegin(); s != shelved.rend(); ++s) {
    if (s->manifest.empty() || !open_manifest(s->manifest, tenant_, keys_)) continue;
    good.push_back(&*s);
  }
  return good.empty() ? nullptr : good[offers_++ % good.size()];
}

void Terminal::act(const NeedSnapshot& effect) {
  const std::uint64_t life = life_;
  world_.at(world_.now_us() + transfer_us(), [this, life, link = effect.link] {
    const bool is_lost = world_.is_faulty() && random_.below(10) == 0;
    if (life != life_ || !engine_ || !world_.hub().is_up() || is_lost) return;
    const ShelvedSnapshot* offered = offer();
    if (offered == nullptr) {
      dispatch(SnapshotMissing{link});
      return;
    }
    note("is offered a snapshot");
    const bool was_running = is_bootstrapping();
    const auto manifest = value_of(open_manifest(offered->manifest, tenant_, keys_));
    const std::set<Id> early = offered->early;
    dispatch(SnapshotFound{link, offered->manifest});
    if (!was_running && is_bootstrapping()) {
      came_early_.insert(early.begin(), early.end());
      world_.injected("bootstraps");
      if (manifest.min_reader > reader_) world_.fail("an older program takes in a snapshot for newer ones");
    }
  });
}

// As the product looks before it gives a part to the engine.
bool Terminal::is_as_signed(const ShelvedSnapshot& shelved, std::uint32_t number, const Bytes& chunk) const {
  const auto manifest = open_manifest(shelved.manifest, tenant_, keys_);
  if (!manifest || number >= manifest->chunks.size()) return false;
  const auto name = name_of(chunk);
  return manifest->chunks[number].bytes == name.bytes && manifest->chunks[number].sha256 == name.sha256;
}

void Terminal::act(const NeedSnapshotChunk& effect) {
  const std::uint64_t life = life_;
  world_.at(world_.now_us() + transfer_us(), [this, life, effect] {
    const bool is_lost = world_.is_faulty() && random_.below(10) == 0;
    if (life != life_ || !engine_ || !world_.hub().is_up() || is_lost) return;
    const ShelvedSnapshot* shelved = world_.hub().shelf().find(tenant_, effect.snapshot);
    const auto chunk =
        shelved == nullptr ? std::map<std::uint32_t, Bytes>::const_iterator{} : shelved->chunks.find(effect.number);
    if (shelved == nullptr || chunk == shelved->chunks.end() || !is_as_signed(*shelved, effect.number, chunk->second)) {
      if (shelved != nullptr) world_.hub().shelf().remove(tenant_, effect.snapshot);  // nobody else need try it
      world_.injected("parts of snapshots that are gone or damaged");
      dispatch(SnapshotMissing{effect.link});
      return;
    }
    Bytes bytes = chunk->second;
    if (world_.is_faulty() && !bytes.empty() && random_.below(20) == 0) bytes[random_.below(bytes.size())] ^= 1;
    note(fmt::format("gets part {} of a snapshot", effect.number));
    dispatch(SnapshotChunkCame{effect.link, effect.number, std::move(bytes)});
  });
}

// What the newest snapshot that is in the stable cut stands for the hub need not keep.
void Terminal::ask_to_drop() {
  HubNode& hub = world_.hub();
  if (!engine_ || is_revoked || !hub.is_up() || is_bootstrapping()) return;
  const std::int64_t now_ms = instant().utc.us / 1000 + value_of(store().self()).clock_offset_ms;
  const auto progress = value_of(store().progress());
  const auto who = standings(world_.known_devices(tenant_), progress, now_ms, kLapse_ms);
  const StableCut cut(who, progress);
  auto& shelved = hub.shelf().of(tenant_);
  for (auto s = shelved.rbegin(); s != shelved.rend(); ++s) {
    const auto manifest = open_manifest(s->manifest, tenant_, keys_);
    if (s->manifest.empty() || !manifest || !cut.covers(manifest->positions)) continue;
    check_cut(world_, *this, who, manifest->positions);
    if (hub.drop(tenant_, {device_, manifest->cursor.epoch, manifest->id, manifest->cursor.after, {}})) {
      world_.injected("drops");
    }
    const bool is_only_way = world_.folder() == nullptr && world_.hubs().size() == 1;
    if (is_only_way) prune(manifest->positions, now_ms);
    return;
  }
}

// Of the own log, what a snapshot that is in the stable cut stands for.
void Terminal::prune(const std::vector<FeedPosition>& up_to, std::int64_t before_ms) {
  constexpr std::size_t kAtOnce = 16;
  std::size_t pruned = 0;
  std::map<Feed, std::uint64_t> floors;
  for (const OwnFeed& own : value_of(store().own_feeds_at(kHubLink)))
    floors[own.feed] = value_of(store().floor(own.feed));
  transaction("prune", {}, [&](storage::Transaction& tx, LedgerEntry&) -> Status {
    pruned = TRY(storage::prune_log(tx, up_to, before_ms, kAtOnce));
    return {};
  });
  if (pruned > 0) world_.injected("prunings");
  if (!is_on()) return;
  for (const OwnFeed& own : value_of(store().own_feeds_at(kHubLink))) {
    const std::uint64_t floor = value_of(store().floor(own.feed));
    if (floor == floors[own.feed] || floor <= own.acked) continue;
    world_.fail(fmt::format("T{}: takes out of its own log what the hub does not hold", number_));
  }
}

// A hub that came out of a copy may lack what only a snapshot has any more: then one is made, and the hub is told.
void Terminal::bring_back_what_was_pruned() {
  HubNode& hub = world_.hub();
  if (!engine_ || is_revoked || !hub.is_up() || is_bootstrapping()) return;
  const auto lacking = value_of(storage::feeds_only_in_snapshots(disk_.tx()));
  if (lacking.empty()) return;
  auto& shelved = hub.shelf().of(tenant_);
  const std::uint64_t epoch = hub.state(tenant_).epoch;
  const auto& floor = hub.state(tenant_).floor.after;
  for (auto s = shelved.rbegin(); s != shelved.rend(); ++s) {
    const auto manifest = open_manifest(s->manifest, tenant_, keys_);
    if (s->manifest.empty() || !manifest || manifest->device != device_ || manifest->cursor.epoch != epoch) continue;
    if (!has_reached(manifest->cursor, floor)) continue;
    const auto ends = value_of(storage::ends_of(disk_.tx(), lacking, manifest->positions));
    if (ends.empty()) continue;
    if (hub.drop(tenant_, {device_, epoch, manifest->id, manifest->cursor.after, ends}))
      world_.injected("feeds brought back by a snapshot");
    return;
  }
  make_snapshot();
}

}  // namespace till::sim
