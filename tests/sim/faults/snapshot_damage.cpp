// The objects of a snapshot at the hub go bad: a part is missing, cut or changed; somebody forges a manifest. What was
// not signed is never believed, and when the world is well again another snapshot is made.
#include "security/hash.hpp"
#include "sim/faults/fault.hpp"
#include "sim/hub_node.hpp"
#include "sim/terminal.hpp"
#include "sim/world.hpp"

namespace till::sim {

using namespace till::sync;

namespace {

constexpr std::size_t kSignatureAt = 39;  // docs/SYNC.md, "Snapshot"

// It claims to stand for as much as the other one, and holds nothing.
void forge(World& world, const Id& tenant, const ShelvedSnapshot& other) {
  SimKeys keys(world.terminal(0).device());
  const auto before = open_manifest(other.manifest, tenant, keys);
  const auto first = other.chunks.find(0);
  if (!before || first == other.chunks.end()) return;
  const auto opened = open_chunk(*before, 0, first->second, keys);
  if (!opened) return;
  SnapshotManifest manifest = *before;
  world.random().fill(manifest.id.bytes);
  manifest.device = world.terminal(0).device();
  SnapshotChunk chunk;
  chunk.heads = opened->heads;
  ShelvedSnapshot& forged = world.hub().shelf().begin(tenant, manifest.id);
  forged.chunks[0] = *seal_chunk(manifest, 0, chunk, keys);
  SnapshotChunkName name;
  name.bytes = forged.chunks[0].size();
  const auto hash = security::sha256(forged.chunks[0]);
  std::copy(hash.begin(), hash.end(), name.sha256.begin());
  manifest.chunks = {name};
  forged.manifest = *seal_manifest(manifest, keys);
  forged.manifest[kSignatureAt] ^= 1;
}

void damage(World& world, const Id& tenant) {
  auto& shelved = world.hub().shelf().of(tenant);
  if (shelved.empty()) return;
  ShelvedSnapshot& snapshot = shelved[world.random().below(shelved.size())];
  const std::uint64_t kind = world.random().below(5);
  if (kind == 0) {
    if (snapshot.manifest.empty()) return;
    forge(world, tenant, snapshot);
  } else if (kind == 1) {
    if (!snapshot.manifest.empty()) snapshot.manifest[world.random().below(snapshot.manifest.size())] ^= 1;
  } else {
    if (snapshot.chunks.empty()) return;
    auto chunk =
        std::next(snapshot.chunks.begin(), static_cast<std::ptrdiff_t>(world.random().below(snapshot.chunks.size())));
    Bytes& bytes = chunk->second;
    if (kind == 2) snapshot.chunks.erase(chunk);
    if (kind == 3) bytes.resize(bytes.size() / 2);
    if (kind == 4 && !bytes.empty()) bytes[world.random().below(bytes.size())] ^= 1;
  }
  world.injected("damaged snapshots");
}

}  // namespace

const Fault kSnapshotDamage = {"snapshot_damage", 4, kNothing, [](World& world) {
                                 for (std::uint64_t n = world.random().below(6) + 1; n > 0; --n) {
                                   world.trouble_at(world.some_time_us(),
                                                    [&world] { damage(world, world.tenants().front()); });
                                 }
                               }};

}  // namespace till::sim
