// Damaged pieces and the generations that need them. A piece is stored once, whoever shares it; so what is found of it
// is written down as a failed proof (proofs.hpp) under every generation of the device that lists it, and what continues
// those is spoiled through them (standing.hpp). Errors: retry and denied as the store's; corrupt never.
#pragma once

#include "backup/restore.hpp"
#include "backup/standing.hpp"

namespace till::backup {

// A look of this depth opens the piece; otherwise it is looked for by its name and size alone.
bool is_opened_by(const ChunkRef& chunk, const VerifyDepth& depth);

// Generations and what is wrong with them, one sentence each.
using Damage = std::map<std::string, std::string, std::less<>>;

// After a look at a chain that found something wrong: which of the pieces that it looked at are missing or do not open,
// noted under every generation that lists them but for the tip, whose own proof says it already.
Result<Damage> note_damage_of_chain(ObjectStore& store, const BackupKeys& keys, const Manifest& tip,
                                    const VerifyDepth& depth, const ProofMeta& meta, Random& random, Task& task);

// The place's turn: all pieces of all of the device's generations, each once, that fall into part `part` of `parts` are
// opened, and every other one must be there. What is damaged is noted as above; what was found damaged in the same part
// before and is whole now is noted as passed, and so is the newest generation when its chain is.
struct TurnResult {
  std::uint64_t generations = 0, pieces = 0, stored_bytes = 0;  // that were there, opened, read
  Damage damage;
};
Result<TurnResult> prove_turn(ObjectStore& store, const BackupKeys& keys, const Id& device, std::uint32_t part,
                              std::uint32_t parts, const ProofMeta& meta, Random& random, Task& task);

}  // namespace till::backup
