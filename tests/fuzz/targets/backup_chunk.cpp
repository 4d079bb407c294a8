// A piece of a backup as it lies in a place: it does not open, or it is what was sealed under its name.
#include "backup/chunk.hpp"

#include "core/random.hpp"
#include "fuzz/harness.hpp"
#include "fuzz/targets/backup_vault.hpp"

namespace till::fuzz {

FUZZ_TARGET(backup_chunk, 6 * kMiB) {
  const BackupVault place;
  const backup::ChunkCodec codec(place.vault());
  security::Hash anything{};
  must(!good(codec.open(anything, input)), "nobody makes a piece without the key");
  if (input.empty() || input.size() > backup::kPieceMax) return;
  SeededRandom random(1);
  const auto id = codec.content_id(input);
  auto sealed = codec.seal(id, input, codec.pack(input), random);
  must(sealed.has_value(), "any bytes can be sealed");
  const auto opened = codec.open(id, *sealed);
  must(opened && equal(*opened, input), "and come back");
  (*sealed)[input[0] % sealed->size()] ^= 1;
  must(!good(codec.open(id, *sealed)), "but not when a bit of them is another");
}

}  // namespace till::fuzz
