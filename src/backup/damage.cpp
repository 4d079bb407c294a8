#include "backup/damage.hpp"

#include <algorithm>
#include <utility>

#include "core/log.hpp"

namespace till::backup {
namespace {

// One generation's entry for a piece; `number` counts as PieceReader does.
struct PieceUse {
  const Manifest* manifest;
  std::size_t number;
  ChunkRef chunk;
};
// By the objects' names, who lists them.
using PieceUses = std::map<std::string, std::vector<PieceUse>, std::less<>>;

PieceUses uses_of(const std::vector<ListedGeneration>& generations, const Vault& vault) {
  const ChunkCodec codec(vault);
  PieceUses uses;
  for (const auto& entry : generations) {
    if (!entry.manifest) continue;
    std::size_t i = 0;
    for (const auto& chunk : pieces_of(*entry.manifest))
      uses[codec.object_name(chunk.content_id)].push_back({&*entry.manifest, i++, chunk});
  }
  return uses;
}

// What lies in the place, by name: bytes.
using Stored = std::map<std::string, std::uint64_t, std::less<>>;

Result<Stored> stored_pieces(ObjectStore& store, const Id& device) {
  Stored stored;
  for (auto& object : TRY(store.list(chunk_prefix(device)))) stored.emplace(std::move(object.name), object.size);
  return stored;
}

// What is missing or has another size is looked at whatever the depth.
bool is_due(const std::string& name, const ChunkRef& chunk, const Stored& stored, const VerifyDepth& depth) {
  const auto found = stored.find(name);
  return found == stored.end() || found->second != chunk.stored_size || is_opened_by(chunk, depth);
}

class PieceLook {
 public:
  PieceLook(ObjectStore& store, const Vault& vault) : store_(store), vault_(vault) {}

  // Opens it once; a damaged one is told of everybody who lists it.
  Status open(const std::vector<PieceUse>& uses) {
    if (TRY(is_good(uses.front(), nullptr))) {
      ++result.pieces;
      result.stored_bytes += uses.front().chunk.stored_size;
      return {};
    }
    for (const auto& use : uses) {
      std::string sentence;
      if (!TRY(is_good(use, &sentence))) result.damage.emplace(use.manifest->generation, std::move(sentence));
    }
    return {};
  }
  TurnResult result;

 private:
  Result<bool> is_good(const PieceUse& use, std::string* sentence) {
    const auto opened = PieceReader(store_, vault_, *use.manifest).read(use.number, use.chunk);
    if (!opened && opened.error().kind != ErrorKind::corrupt) return fail(opened.error());
    if (!opened && sentence != nullptr) *sentence = opened.error().message;
    return opened.has_value();
  }
  ObjectStore& store_;
  const Vault& vault_;
};

void note_all(ObjectStore& store, const BackupKeys& keys, const std::vector<ListedGeneration>& generations,
              const Damage& damage, const VerifyDepth& depth, const ProofMeta& meta, Random& random) {
  for (const auto& entry : generations) {
    const auto found = damage.find(entry.generation);
    if (found != damage.end() && entry.manifest)
      note_proof(store, keys, *entry.manifest, depth, corrupt(found->second), meta, random);
  }
}

bool waits_for_a_pass(const std::vector<Proof>& proofs, const VerifyDepth& depth) {
  const auto* failure = standing_failure(proofs);
  return failure != nullptr && failure->kind == ProofKind::part && failure->part == depth.part &&
         failure->parts == depth.parts;
}

// Nothing that it is read from was found damaged now.
bool chain_is_clean(const std::vector<ListedGeneration>& generations, const Manifest& tip, const Damage& damage) {
  const auto* at = &tip;
  while (!damage.contains(at->generation)) {
    if (at->kind == GenerationKind::full) return true;
    const auto parent = std::ranges::find(generations, at->parent, &ListedGeneration::generation);
    if (parent == generations.end() || !parent->manifest || parent->manifest->number >= at->number) return false;
    at = &*parent->manifest;
  }
  return false;
}

void note_passed(ObjectStore& store, const BackupKeys& keys, const std::vector<ListedGeneration>& generations,
                 const Proofs& proofs, const Damage& damage, const VerifyDepth& depth, const ProofMeta& meta,
                 Random& random) {
  bool newest = true;
  for (const auto& entry : generations) {
    if (!entry.manifest) continue;
    const bool is_newest = std::exchange(newest, false);
    if (damage.contains(entry.generation)) continue;
    const auto found = proofs.find(entry.generation);
    const bool taken_back = found != proofs.end() && waits_for_a_pass(found->second, depth);
    if (taken_back || (is_newest && chain_is_clean(generations, *entry.manifest, damage)))
      note_proof(store, keys, *entry.manifest, depth, Status{}, meta, random);
  }
}

}  // namespace

Result<Damage> note_damage_of_chain(ObjectStore& store, const BackupKeys& keys, const Manifest& tip,
                                    const VerifyDepth& depth, const ProofMeta& meta, Random& random, Task& task) {
  const Vault vault{tip.store, tip.device, keys};
  auto chain = load_chain(store, keys, tip);
  if (!chain && chain.error().kind == ErrorKind::corrupt) return Damage{};  // no piece is to blame
  if (!chain) return fail(chain.error());
  const auto generations = TRY(list_backups(store, keys, tip.device));
  const auto stored = TRY(stored_pieces(store, tip.device));
  PieceLook look(store, vault);
  task.begin("Looking for what is damaged", 0);
  for (const auto& [name, uses] : uses_of(generations, vault)) {
    const bool in_chain = std::ranges::any_of(uses, [&](const PieceUse& use) {
      return std::ranges::find(chain->links, use.manifest->generation, &Manifest::generation) != chain->links.end();
    });
    if (!in_chain || !is_due(name, uses.front().chunk, stored, depth)) continue;
    TRY(task.go_on());
    TRY(look.open(uses));
  }
  auto damage = std::move(look.result.damage);
  damage.erase(tip.generation);
  auto noted_as = depth;
  if (depth.kind == ProofKind::drill) noted_as = {ProofKind::whole, 0, 1};  // as close a look at a piece
  note_all(store, keys, generations, damage, noted_as, meta, random);
  return damage;
}

Result<TurnResult> prove_turn(ObjectStore& store, const BackupKeys& keys, const Id& device, std::uint32_t part,
                              std::uint32_t parts, const ProofMeta& meta, Random& random, Task& task) {
  const Vault vault{TRY(store.id()), device, keys};
  const VerifyDepth depth{ProofKind::part, part, parts};
  const auto generations = TRY(list_backups(store, keys, device));
  const auto proofs = TRY(list_proofs(store, vault));
  const auto stored = TRY(stored_pieces(store, device));
  const auto uses = uses_of(generations, vault);
  PieceLook look(store, vault);
  task.begin("Checking the backups", uses.size());
  std::uint64_t done = 0;
  for (const auto& [name, its] : uses) {
    TRY(task.go_on());
    if (is_due(name, its.front().chunk, stored, depth)) TRY(look.open(its));
    task.advance_to(++done);
  }
  look.result.generations = generations.size();
  note_all(store, keys, generations, look.result.damage, depth, meta, random);
  note_passed(store, keys, generations, proofs, look.result.damage, depth, meta, random);
  return std::move(look.result);
}

}  // namespace till::backup
