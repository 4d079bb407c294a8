// A generation's list of contents. The first byte chooses: the object as it lies in a place, or what was under its seal
// in one of the formats.
#include "backup/manifest.hpp"

#include "core/random.hpp"
#include "fuzz/harness.hpp"
#include "fuzz/targets/backup_vault.hpp"

namespace till::fuzz {

FUZZ_TARGET(backup_manifest, 4 * kMiB) {
  Pieces in(input);
  const BackupVault place;
  const auto choice = in.byte() % 3;
  if (choice == 0) {
    (void)good(backup::open_manifest(in.rest(), BackupVault::kGeneration, place.vault()));
    return;
  }
  const auto manifest = backup::decode_manifest(choice, in.rest(), BackupVault::kGeneration, place.vault());
  if (!good(manifest)) return;
  std::uint64_t sum = 0;
  for (const auto& chunk : manifest->chunks) sum += chunk.plain_size;
  must(sum == manifest->data_size, "the pieces are as long as they say together");
  SeededRandom random(1);
  const auto sealed = backup::seal_manifest(*manifest, place.vault(), random);
  must(sealed.has_value(), "what was read can be written");
  auto again = backup::open_manifest(*sealed, BackupVault::kGeneration, place.vault());
  must(again.has_value(), "and read again");
  again->format = manifest->format;
  must(*again == *manifest, "with the same content");
}

}  // namespace till::fuzz
