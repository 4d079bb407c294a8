#include "backup/proofs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "backup/sabotage.hpp"
#include "core/log.hpp"
#include "core/text.hpp"
#include "security/seal.hpp"

namespace till::backup {
namespace {

constexpr std::string_view kMagic = "TSPROF";
constexpr std::size_t kHeaderSize = 7;
constexpr std::size_t kDigits = 8;
constexpr std::uint64_t kProofObjectMax = 64 << 10;

struct ProofName {
  std::string generation;
  std::uint32_t number = 0;
};

std::optional<ProofName> parse_name(std::string_view name) {
  const auto parts = split(name, '/');
  if (parts.size() != 4 || parts[1] != "proof" || !is_generation_id(parts[2]) || parts[3].size() != kDigits) return {};
  ProofName parsed{parts[2], 0};
  const auto& digits = parts[3];
  const auto end = digits.data() + digits.size();
  if (std::from_chars(digits.data(), end, parsed.number).ptr != end) return {};
  return parsed;
}

std::string object_name(const Id& device, std::string_view generation, std::uint32_t number) {
  return fmt::format("{}{}/{:08}", proof_prefix(device), generation, number);
}

security::SecretBytes proof_key(const Vault& vault) {
  ByteWriter salt;
  salt.raw(vault.store.view());
  salt.raw(vault.device.view());
  return security::hkdf_sha256(vault.keys.key.view(), salt.bytes(), view("proof"));
}

Bytes header() {
  ByteWriter out;
  out.raw(view(kMagic));
  out.u8(kProofVersion);
  return out.take();
}

Bytes associated(std::string_view name) {
  auto out = header();
  out.insert(out.end(), name.begin(), name.end());
  return out;
}

std::optional<Proof> opened(const Vault& vault, std::string_view name, ByteView object) {
  const auto head = header();
  if (object.size() < kHeaderSize || !equal(object.first(kHeaderSize), head)) return {};
  const auto plain = security::open(proof_key(vault), object.subspan(kHeaderSize), associated(name));
  if (!plain) return {};
  auto proof = decode<Proof>(*plain);
  if (!proof) return {};
  return std::move(*proof);
}

Result<Proofs> read_proofs(ObjectStore& store, const Vault& vault, const std::string& prefix) {
  Proofs proofs;
  for (const auto& object : TRY(store.list(prefix))) {
    const auto parsed = parse_name(object.name);
    if (!parsed) continue;
    const auto bytes = store.get(object.name, kProofObjectMax);
    if (!bytes && bytes.error().kind != ErrorKind::corrupt) return fail(bytes.error());
    if (!bytes || !*bytes) continue;
    auto proof = opened(vault, object.name, **bytes);
    if (!proof) {
      log::warning("{} cannot be read and does not count", object.name);
      continue;
    }
    proof->number = parsed->number;
    proofs[parsed->generation].push_back(std::move(*proof));
  }
  for (auto& [generation, list] : proofs) std::ranges::sort(list, {}, &Proof::number);
  return proofs;
}

int strength(ProofKind kind) {
  switch (kind) {
    case ProofKind::structure:
      return 1;
    case ProofKind::part:
      return 2;
    case ProofKind::made:
    case ProofKind::whole:
      return 3;
    case ProofKind::drill:
      return 4;
  }
  return 0;
}

// What was found wrong is not so any more: somebody looked at least as closely at the same thing.
bool refutes(const Proof& later, const Proof& failed) {
  if (!later.passed || strength(later.kind) < strength(failed.kind)) return false;
  if (later.kind != ProofKind::part || failed.kind != ProofKind::part) return true;
  return later.part == failed.part && later.parts == failed.parts;
}

// Another part's is kept: a pass of one part would be forgotten before the failure that it took back.
bool says_the_same(const Proof& a, const Proof& b) {
  return a.kind == b.kind && a.passed == b.passed && a.part == b.part && a.parts == b.parts;
}

}  // namespace

std::string_view to_string(ProofKind kind) {
  switch (kind) {
    case ProofKind::made:
      return "made";
    case ProofKind::structure:
      return "structure";
    case ProofKind::part:
      return "part";
    case ProofKind::whole:
      return "whole";
    case ProofKind::drill:
      return "drill";
  }
  return "?";
}

std::string proof_prefix(const Id& device) {
  return to_hex(device.view()) + "/proof/";
}

Result<std::string> add_proof(ObjectStore& store, const Vault& vault, std::string_view generation, const Proof& proof,
                              Random& random) {
  const auto prefix = fmt::format("{}{}/", proof_prefix(vault.device), generation);
  std::uint32_t last = 0;
  for (const auto& object : TRY(store.list(prefix))) {
    if (const auto parsed = parse_name(object.name)) last = std::max(last, parsed->number);
  }
  auto name = object_name(vault.device, generation, last + 1);
  auto bytes = header();
  const auto sealed = TRY(security::seal(proof_key(vault), encode(proof), associated(name), random));
  bytes.insert(bytes.end(), sealed.begin(), sealed.end());
  TRY(store.put(name, bytes));
  auto all = TRY(proofs_of(store, vault, generation));
  if (all.empty() || all.back().number != last + 1) {
    return corrupt(store.describe() + " did not keep what was written; use another one, this one may be failing");
  }
  std::erase_if(all, [&](const Proof& other) { return !says_the_same(other, proof); });
  const auto kept = proof.kind == ProofKind::part ? 1 : kProofsOfAKind;
  for (std::size_t i = 0; i + kept < all.size(); ++i) {
    TRY(store.remove(object_name(vault.device, generation, all[i].number)));
  }
  return name;
}

Result<Proofs> list_proofs(ObjectStore& store, const Vault& vault) {
  return read_proofs(store, vault, proof_prefix(vault.device));
}

Result<std::vector<Proof>> proofs_of(ObjectStore& store, const Vault& vault, std::string_view generation) {
  auto proofs = TRY(read_proofs(store, vault, fmt::format("{}{}/", proof_prefix(vault.device), generation)));
  return proofs.empty() ? std::vector<Proof>{} : std::move(proofs.begin()->second);
}

const Proof* standing_failure(const std::vector<Proof>& proofs) {
  for (auto bad = proofs.begin(); bad != proofs.end(); ++bad) {
    if (bad->passed) continue;
    if (std::none_of(bad, proofs.end(), [&](const Proof& later) { return refutes(later, *bad); })) return &*bad;
  }
  return nullptr;
}

bool is_verified(const Manifest& manifest, const std::vector<Proof>& proofs) {
  if (sabotaged(Sabotage::unverified_counted)) return true;
  bool verified = manifest.format == 1;
  for (const auto& proof : proofs) {
    if (proof.passed && strength(proof.kind) >= strength(ProofKind::made)) verified = true;
  }
  if (sabotaged(Sabotage::damage_forgotten)) return verified;
  return verified && standing_failure(proofs) == nullptr;
}

}  // namespace till::backup
