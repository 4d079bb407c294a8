// What is known of a generation beyond that its manifest is there: small sealed objects beside it, one for each time
// that somebody looked. They lie in the store, so that every terminal and a shop restored on another PC knows them.
//
//   bytes 0..5    "TSPROF"     byte 6   format version, 1
//   bytes 7..     seal.hpp's bytes of the encoded Proof (core/wire.hpp); associated data: bytes 0..6 and the object
//   name
//
//   proof key   = HKDF(backup key, salt = store id || device id, info = "proof")
//   object name = <device id, 32 hex digits>/proof/<generation id>/<number, 8 digits>
//
// The number decides which proof is the newest, never a clock. A proof that does not open counts as not there.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "backup/manifest.hpp"

namespace till::backup {

constexpr std::uint8_t kProofVersion = 1;
constexpr std::size_t kProofsOfAKind = 2;  // of a generation and an outcome that are kept; of each part one

enum class ProofKind : std::uint8_t {
  made = 1,       // when it was made: every piece and the manifest were read back
  structure = 2,  // manifest, parents, and that each piece is there in its size
  part = 3,       // structure, and one of `parts` parts of its pieces opened
  whole = 4,      // every piece opened, and the image adds up
  drill = 5,      // restored into a scratch folder and opened as a database
};
std::string_view to_string(ProofKind kind);  // "made", "structure", "part", "whole", "drill"

struct Proof {
  std::uint32_t number = 0;  // given by add_proof
  ProofKind kind = ProofKind::made;
  std::uint32_t part = 0, parts = 0;  // of kind part, from 0
  bool passed = false;
  std::string sentence;  // what was wrong
  UtcTime at;
  std::string who, device_name, program_version;

  bool operator==(const Proof&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(kind, part, parts, passed, sentence, at.us, who, device_name, program_version);
  }
};

std::string proof_prefix(const Id& device);  // <device>/proof/
// Returns its name. Older ones of the same kind, part and outcome are removed but for kProofsOfAKind.
Result<std::string> add_proof(ObjectStore& store, const Vault& vault, std::string_view generation, const Proof& proof,
                              Random& random);
// By generation, oldest first.
using Proofs = std::map<std::string, std::vector<Proof>, std::less<>>;
Result<Proofs> list_proofs(ObjectStore& store, const Vault& vault);
Result<std::vector<Proof>> proofs_of(ObjectStore& store, const Vault& vault, std::string_view generation);

// The first failed one that no later look, at least as close, took back; nullptr when there is none.
const Proof* standing_failure(const std::vector<Proof>& proofs);
// It proved itself whole, and nobody found it bad without a later look, at least as close, that found it good again.
// Format 1 has no proof of its making and counts without one. What it continues: standing.hpp.
bool is_verified(const Manifest& manifest, const std::vector<Proof>& proofs);

}  // namespace till::backup
