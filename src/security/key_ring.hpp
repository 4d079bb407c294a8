// A tenant's keys: a random master key, and epoch keys that records are sealed under. Rotation adds an epoch with a
// fresh random key; old epochs stay, since old records stay. A master key that became known to others is replaced by a
// new one; the old ones stay to open what was sealed under them. Every terminal of the tenant holds the same ring; two that
// rotate at the same time are brought together by `merge` (same number: the smaller key wins, so both agree, and the
// loser's key is kept for opening through `keys_for`). Values; a ring that is shared between threads is guarded by its
// owner.
#pragma once

#include <map>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/id.hpp"
#include "core/random.hpp"
#include "core/result.hpp"
#include "security/secret_bytes.hpp"

namespace till::security {

using EpochNumber = std::uint32_t;

constexpr std::int64_t kEpochLife_us = 30LL * 24 * 3600 * 1'000'000;

class KeyRing {
 public:
  static KeyRing generate(const Id& tenant, Clock& clock, Random& random);
  // The ring's plain bytes: for sealing to a device (seal_to) or into a file (ring_file.hpp), never for storing as they
  // are.
  [[nodiscard]] SecretBytes encode() const;
  static Result<KeyRing> decode(ByteView bytes);
  [[nodiscard]] KeyRing clone() const;

  [[nodiscard]] const Id& tenant() const { return tenant_; }
  [[nodiscard]] EpochNumber current_epoch() const { return epochs_.rbegin()->first; }
  [[nodiscard]] const SecretBytes& current_key() const { return epochs_.rbegin()->second.front().key; }
  // Denied when the ring lacks the epoch: "this terminal has not been given key 7 yet". The pointer lives as long as
  // the ring is not changed.
  [[nodiscard]] Result<const SecretBytes*> key_for(EpochNumber epoch) const;
  // Every key known under this number, the valid one first; empty when none is known.
  [[nodiscard]] std::vector<const SecretBytes*> keys_for(EpochNumber epoch) const;
  [[nodiscard]] UtcTime created_at(EpochNumber epoch) const;
  [[nodiscard]] std::vector<EpochNumber> epochs() const;

  // A key for one purpose, HKDF from the master: derive("backup"), derive("audit"). Equal on every terminal of the
  // tenant that has the newest master.
  [[nodiscard]] SecretBytes derive(std::string_view purpose, ByteView salt = {}) const;
  // The same of every master, the newest first: for opening.
  [[nodiscard]] std::vector<SecretBytes> derive_all(std::string_view purpose, ByteView salt = {}) const;
  // Of the first master, which never changes: for names, not for secrets.
  [[nodiscard]] SecretBytes derive_lasting(std::string_view purpose) const;

  // Adds an epoch and makes it current; returns its number.
  EpochNumber rotate(Clock& clock, Random& random);
  // A new master key besides a new epoch, whose number is returned: what is derived from then on is another.
  EpochNumber replace_master(Clock& clock, Random& random);
  [[nodiscard]] std::size_t masters() const { return masters_.size(); }
  // True when the current epoch is older than kEpochLife_us. A clock that went back says false.
  [[nodiscard]] bool rotation_due(UtcTime now) const;
  // Takes over what the other ring knows more; refuses another tenant's, or one without a common
  // master key (denied).
  Status merge(const KeyRing& other);

 private:
  struct EpochKey {
    SecretBytes key;
    UtcTime created_at;
  };
  void sort_masters();
  KeyRing() = default;
  Id tenant_;
  std::vector<EpochKey> masters_;  // never empty; the oldest first, of two of the same moment the smaller
  std::map<EpochNumber, std::vector<EpochKey>> epochs_;  // never empty; in each, the smallest key first
};

}  // namespace till::security
