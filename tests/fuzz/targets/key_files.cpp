// The files of keys, as they lie on a stick or in a place of backups. The first byte chooses: the ring's plain bytes
// (as they come in an offer), the ring's file, the database key's file, this PC's key.
#include "fuzz/harness.hpp"
#include "fuzz/targets/known_keys.hpp"
#include "security/database_key.hpp"

namespace till::fuzz {

FUZZ_TARGET(key_files, 2 * kMiB) {
  using namespace security;
  static KnownKeys known;
  Pieces in(input);
  switch (in.byte() % 4) {
    case 0: {
      const auto ring = KeyRing::decode(in.rest());
      if (!good(ring)) return;
      must(ring->masters() > 0 && !ring->epochs().empty(), "a ring has a master and an epoch");
      const auto again = KeyRing::decode(ring->encode().view());
      must(again && again->encode() == ring->encode(), "and reads the same again");
      auto merged = ring->clone();
      must(merged.merge(*again).has_value(), "a ring goes with itself");
      return;
    }
    case 1: {
      const auto file = RingFile::open_with_pc_key(in.rest(), known.pc);
      if (!good(file)) return;
      must(file->encode(known.random).has_value(), "what was read can be written");
      return;
    }
    case 2: {
      const auto key = open_database_key(in.rest(), *known.ring);
      if (good(key)) must(key->size() == 32, "a key is a key");
      return;
    }
    default:
      (void)good(parse_pc_key_file(in.rest()));
  }
}

}  // namespace till::fuzz
