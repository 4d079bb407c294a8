// The small files of a place for backups, and what the system says of sticks: the marker, a lock's claim and its name,
// and the list of what is mounted. The first byte chooses.
#include "backup/lease.hpp"
#include "core/random.hpp"
#include "fuzz/harness.hpp"
#include "storage/folder_store.hpp"
#include "storage/memory_env.hpp"
#include "storage/volumes.hpp"

namespace till::fuzz {
namespace {

void look_at_marker(ByteView bytes) {
  storage::MemoryEnv env;
  must(env.make_dirs("stick").has_value() && env.write_atomic("stick/tillstick-store.id", bytes).has_value(),
       "a file is written to memory");
  const auto store = storage::FolderStore::open(env, "stick");
  if (!good(store)) return;
  const auto id = (*store)->id();
  must(id.has_value(), "a marker names a store");
  must(storage::FolderStore::open(env, "stick", *id).has_value(), "and always the same");
  must((*store)->put("a/1", view("x")).has_value(), "and things can be put there");
}

void look_at_claim(ByteView bytes) {
  const auto claim = backup::decode_claim(bytes);
  if (!good(claim)) return;
  must(equal(backup::encode_claim(*claim), bytes), "a claim has one form");
  const auto name = backup::claim_name(Id{}, *claim);
  must(backup::is_object_name(name), "and a name that a store can keep");
  must(backup::parse_claim_name(name.substr(name.rfind('/') + 1)) == *claim, "that says the same");
}

void look_at_name(std::string_view name) {
  const auto claim = backup::parse_claim_name(name);
  if (!claim || claim->beat > 99'999'999) return;
  const auto again = backup::claim_name(Id{}, *claim);
  must(backup::parse_claim_name(again.substr(again.rfind('/') + 1)) == *claim, "a name is read as it is written");
}

void look_at_mounts(std::string_view text) {
  for (const auto& volume : storage::parse_mountinfo(text)) {
    must(volume.path.starts_with('/'), "a volume has a whole path");
    must(storage::volume_of({volume}, volume.path) == volume, "and lies on itself");
  }
}

}  // namespace

FUZZ_TARGET(backup_marks, kMiB) {
  Pieces in(input);
  switch (in.byte() % 4) {
    case 0:
      return look_at_marker(in.rest());
    case 1:
      return look_at_claim(in.rest());
    case 2:
      return look_at_name(as_text(in.rest()));
    default:
      return look_at_mounts(as_text(in.rest()));
  }
}

}  // namespace till::fuzz
