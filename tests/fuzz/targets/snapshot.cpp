// A snapshot as it comes from a hub or a folder. The first byte chooses: the plain bytes of a chunk; a manifest whose
// signature holds; or a packed chunk that its manifest names.
#include "sync/snapshot.hpp"

#include "fuzz/harness.hpp"
#include "fuzz/targets/cardboard_keys.hpp"
#include "security/hash.hpp"

namespace till::fuzz {
namespace {

void read_chunk(ByteView plain) {
  const auto chunk = sync::decode_chunk(plain);
  if (!good(chunk)) return;
  for (const auto& row : chunk->rows) (void)sync::from_snapshot(row);
  const auto bytes = sync::encode_chunk(*chunk);
  must(bytes.size() <= plain.size(), "what was read is not longer when it is written");
  const auto again = sync::decode_chunk(bytes);
  must(again.has_value(), "and can be read again");
  must(sync::encode_chunk(*again) == bytes, "with the same content");
}

void read_manifest(ByteView bytes) {
  CardboardKeys keys;
  const auto manifest = sync::open_manifest(bytes, {}, keys);
  if (!good(manifest)) return;
  must(manifest->chunks.size() <= sync::kMaxSnapshotChunks, "the number of chunks is within its bound");
  const auto sealed = sync::seal_manifest(*manifest, keys);
  must(sealed && sync::open_manifest(*sealed, {}, keys), "what was read can be written");
}

void unpack_chunk(ByteView packed) {
  sync::SnapshotManifest manifest;
  manifest.key_epoch = 1;
  manifest.chunks = {{packed.size(), security::sha256(packed)}};
  (void)good(sync::open_chunk(manifest, 0, packed, CardboardKeys()));
}

}  // namespace

// A packed chunk may expand to its format's bound before anything else is known of it.
FUZZ_TARGET(snapshot, 24 * kMiB) {
  Pieces in(input);
  switch (in.byte() % 3) {
    case 0:
      return read_chunk(in.rest());
    case 1:
      return read_manifest(in.rest());
    default:
      return unpack_chunk(in.rest());
  }
}

}  // namespace till::fuzz
