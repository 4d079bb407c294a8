// Reads a generation back: the full one of its chain, the increments up to it, and media. Everything checks the
// manifests, each piece (seal and content id) and the hash of the whole image; the first thing wrong ends it with its
// own sentence: missing, cut short, damaged, not the parent it was made against. Nothing in the store changes.
#pragma once

#include "backup/chain.hpp"
#include "backup/proofs.hpp"

namespace till::backup {

// How closely to look: ProofKind structure, part or whole.
struct VerifyDepth {
  ProofKind kind = ProofKind::whole;
  std::uint32_t part = 0, parts = 1;  // of kind part
};

struct VerifyResult {
  std::uint64_t chunks = 0;  // that were opened
  std::uint64_t plain_bytes = 0, stored_bytes = 0;
};

// structure: the chain's manifests, and that all their pieces are there in their size. part: that, and those pieces of
// the chain and of media opened that fall into the part; every piece falls into one of the parts, always the same.
// whole: every piece opened, and the image adds up.
Result<VerifyResult> verify_backup(ObjectStore& store, const BackupKeys& keys, const Manifest& manifest,
                                   const VerifyDepth& depth, Task& task);

// Verifies and writes down what came of it, damage under all that share it (damage.hpp). The error is the
// verification's; that the proof could not be written down is only logged, since a place that is read-only can still be
// verified.
struct ProofMeta {
  UtcTime at;
  std::string who, device_name, program_version;
};
Result<VerifyResult> prove_backup(ObjectStore& store, const BackupKeys& keys, const Manifest& manifest,
                                  const VerifyDepth& depth, const ProofMeta& meta, Random& random, Task& task);
void note_proof(ObjectStore& store, const BackupKeys& keys, const Manifest& manifest, const VerifyDepth& depth,
                const Status& outcome, const ProofMeta& meta, Random& random);

// Which part of `parts` is the turn's, from what was proved of the generation before: the one after the last.
std::uint32_t next_part(const std::vector<Proof>& proofs, std::uint32_t parts);

// Writes the image into the sink and finishes it only if all of it was right.
Status restore_backup(ObjectStore& store, const BackupKeys& keys, const Manifest& manifest, ImageSink& sink,
                      Task& task);
// The media files that are not there yet. Returns how many it wrote.
Result<std::uint64_t> restore_media(ObjectStore& store, const BackupKeys& keys, const Manifest& manifest,
                                    MediaSink& sink, Task& task);

}  // namespace till::backup
