// How a terminal makes snapshots, puts them among the hub's objects, and fetches those of others: part by part, while
// lines fail, machines stop and objects go bad.
#include <fmt/format.h>

#include <algorithm>

#include "security/hash.hpp"
#include "sim/hub_node.hpp"
#include "sim/terminal.hpp"
#include "sim/view.hpp"
#include "sim/world.hpp"
#include "storage/snapshot_source.hpp"

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

}  // namespace

bool Terminal::is_bootstrapping() {
  return engine_ && value_of(engine_->status(store())).bootstrapping;
}

void Terminal::make_snapshot() {
  if (!engine_ || is_revoked || is_bootstrapping()) return;
  auto made = std::make_shared<MadeSnapshot>();
  storage::SnapshotSource source(disk_.tx());
  SnapshotManifest& manifest = made->manifest;
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
  made->positions = value_of(store().positions());
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
    shelved->positions = made->positions;
    note("its snapshot is at the hub");
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
    dispatch(SnapshotFound{link, offered->manifest});
    if (!was_running && is_bootstrapping()) {
      world_.injected("bootstraps");
      if (manifest.min_reader > reader_) world_.fail("an older program takes in a snapshot for newer ones");
    }
  });
}

void Terminal::act(const NeedSnapshotChunk& effect) {
  const std::uint64_t life = life_;
  world_.at(world_.now_us() + transfer_us(), [this, life, effect] {
    const bool is_lost = world_.is_faulty() && random_.below(10) == 0;
    if (life != life_ || !engine_ || !world_.hub().is_up() || is_lost) return;
    const ShelvedSnapshot* shelved = world_.hub().shelf().find(tenant_, effect.snapshot);
    const auto chunk =
        shelved == nullptr ? std::map<std::uint32_t, Bytes>::const_iterator{} : shelved->chunks.find(effect.number);
    if (shelved == nullptr || chunk == shelved->chunks.end()) {
      world_.injected("parts of snapshots that are gone");
      dispatch(SnapshotMissing{effect.link});
      return;
    }
    Bytes bytes = chunk->second;
    if (world_.is_faulty() && !bytes.empty() && random_.below(20) == 0) bytes[random_.below(bytes.size())] ^= 1;
    note(fmt::format("gets part {} of a snapshot", effect.number));
    dispatch(SnapshotChunkCame{effect.link, effect.number, std::move(bytes)});
  });
}

}  // namespace till::sim
