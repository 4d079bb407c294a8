// The audit log's hash chain, over the bytes as stored (never over values computed again):
//
//   hash(n) = HMAC-SHA256(key, version u8 || hash(n-1) || n u64 big-endian || bytes)     hash(0) is 32 zero bytes
//
// The key comes from the ring (derive("audit")), so that who can write the database cannot write history. Numbers start
// at 1 and have no gaps. A missing end cannot be seen from the chain itself: compare with a head kept elsewhere (each
// backup's manifest and each Z report has one). The version is part of the hash; a new formula gets a new number and
// the old records keep theirs. Pure; one thread at a time.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/bytes.hpp"
#include "core/result.hpp"
#include "core/wire.hpp"
#include "security/hash.hpp"
#include "security/secret_bytes.hpp"

namespace till::security {

constexpr std::uint8_t kAuditVersion = 1;

// The end of a chain: the last number and its hash.
struct AuditHead {
  std::uint64_t sequence = 0;
  Hash hash{};

  bool operator==(const AuditHead&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(sequence, hash);
  }
};

// The head after one more record.
AuditHead next_head(const SecretBytes& key, const AuditHead& head, ByteView record,
                    std::uint8_t version = kAuditVersion);

struct StoredAuditRecord {
  std::uint64_t sequence = 0;
  std::uint8_t version = kAuditVersion;
  ByteView bytes;
  Hash hash{};
};

struct AuditReport {
  std::uint64_t checked = 0;               // records seen
  AuditHead head;                          // the last record that was right, before anything was wrong
  std::optional<std::uint64_t> first_bad;  // its bytes or its hash were changed
  std::vector<std::pair<std::uint64_t, std::uint64_t>> missing;  // ranges of numbers, both ends included
  std::vector<std::uint64_t> out_of_place;                       // repeated, or after a higher number
  std::string sentence;  // for a person: "412 records, all as they were written", or what is wrong first

  [[nodiscard]] bool good() const { return !first_bad && missing.empty() && out_of_place.empty(); }
};

// Checks a stream of records ordered by number. It goes on after a bad one (each record is then checked against the
// stored hash of the one before), so that the report names all that is wrong. Lists stop growing at 100 entries.
class AuditVerifier {
 public:
  // `from` continues a check that ended there. With a head that was kept elsewhere (`expected`), an end that is missing
  // or differs is named too.
  explicit AuditVerifier(SecretBytes key, AuditHead from = {}, std::optional<AuditHead> expected = std::nullopt);
  void add(const StoredAuditRecord& record);
  AuditReport finish();

 private:
  SecretBytes key_;
  AuditHead previous_;  // as stored
  AuditReport report_;
  std::optional<AuditHead> expected_;
  bool met_expected_ = false;
};

}  // namespace till::security
