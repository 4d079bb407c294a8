// The chain of a terminal's audit journal, so that nothing in it can be altered, removed or put in afterwards without
// being seen:
//
//   hash(n) = SHA-256("till journal 2" || hash(n-1) || bytes(n))          hash(0) is 32 zero bytes
//   head    = Ed25519 of the terminal over "till journal head 1" || device || n u64 big-endian || hash(n)
//
// `bytes` are the entry's canonical bytes as they are stored (domain/entities/audit.hpp); they name the device and the
// number. Each entry carries both hashes, so that any terminal can check the chain of any other. The head's signature
// is made with each entry: who can write the database but has not the terminal's key cannot rewrite the end. Who has
// the key is found out by what is kept elsewhere: other terminals' copies, Z reports, backups.
//
// Pure; one thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/bytes.hpp"
#include "core/id.hpp"
#include "core/result.hpp"
#include "security/audit_chain.hpp"
#include "security/hash.hpp"
#include "security/signing.hpp"

namespace till::security {

Hash journal_hash(const Hash& previous, ByteView canonical);

Result<Signature> sign_journal_head(const SigningKey& key, const Id& device, const AuditHead& head);
Status verify_journal_head(const SigningPublicKey& key, const Id& device, const AuditHead& head, ByteView signature);
// The last entry before what was pruned, signed by the terminal that pruned.
Result<Signature> sign_journal_checkpoint(const SigningKey& key, const Id& device, const AuditHead& checkpoint);
Status verify_journal_checkpoint(const SigningPublicKey& key, const Id& device, const AuditHead& checkpoint,
                                 ByteView signature);

struct JournalLink {
  std::uint64_t sequence = 0;
  Hash previous{}, hash{};
  ByteView canonical;
  bool shows_what_was_written = true;  // the columns that people see are those of `canonical`
  bool begins_anew = false;            // tells of a restore or a new life of the terminal
};

struct JournalFault {
  enum class Kind : std::uint8_t {
    changed,     // its bytes, its hash or what it shows
    missing,     // a range of numbers
    unlinked,    // does not continue the entry before it that is here
    forked,      // two entries continue the same one
    end_missing  // the signed end is not here
  } kind;
  std::uint64_t first = 0, last = 0;
  bool is_explained = false;  // a fork that begins with a restore or a new life
};

struct JournalReport {
  std::uint64_t checked = 0, first = 0, last = 0;
  std::vector<JournalFault> faults;  // the first 100, in the order of the numbers

  [[nodiscard]] bool good() const;  // explained forks are good
};

// Checks one terminal's entries, added in the order of their numbers. After a restore a journal is a tree: what the
// terminal had written and lost may come home beside what it wrote since.
class JournalWalk {
 public:
  // `known`: entries that are not here (any more) but vouched for: checkpoints, the end of an older format's chain.
  explicit JournalWalk(std::vector<AuditHead> known = {}, std::optional<AuditHead> end = std::nullopt);
  void add(const JournalLink& link);
  JournalReport finish();

 private:
  void begin_level(std::uint64_t sequence);
  [[nodiscard]] bool is_linked(const JournalLink& link) const;
  void note(JournalFault fault);

  std::vector<AuditHead> known_;
  std::optional<AuditHead> end_;
  JournalReport report_;
  std::uint64_t sequence_ = 0;
  std::uint64_t explained_at_ = 0;  // the last entry that tells of a new beginning
  bool after_gap_ = false;
  std::vector<Hash> before_, here_, parents_;  // of the number before, of this number, that those of this number name
};

}  // namespace till::security
