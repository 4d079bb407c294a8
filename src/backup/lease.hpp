// Who may write a device's part of a place: one at a time. The lock lies in the place itself, so that it holds between
// programs, PCs and copies of a data folder, and needs nothing of a place but what every ObjectStore has.
//
//   object name = <device id, 32 hex digits>/lock/<holder, 32 hex digits>-<beat, 8 digits>
//   bytes 0..5  "TSLOCK"   byte 6  format version, 1   bytes 7..22  holder   bytes 23..30  beat, big-endian
//
// A holder's first half names the owner (a data folder on a PC), its second half the run. Taking: put a claim, then
// list; alone: held; not alone: take the claim back and answer that it is busy. Two who begin together may both give
// way, never both go on. A holder puts its next beat, looks that the one before is still there, and removes that; if it
// is not, somebody has taken over and the holder changes nothing any more.
//
// No clock on a wall decides. Whoever waits watches the beats by its own monotonic clock: a holder whose number has not
// advanced for kDeadAfter is dead, and its claims are removed. A holder renews before every operation that comes
// kBeatEvery or more after its last beat, so one that slept, or whose PC did, looks before it writes. Names and sizes
// that are no claims are ignored; the bytes only prove that a put was whole. One thread.
#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "backup/object_store.hpp"
#include "core/clock.hpp"
#include "core/random.hpp"

namespace till::backup {

constexpr std::uint8_t kLockVersion = 1;
constexpr std::size_t kLockObjectSize = 31;
constexpr std::chrono::seconds kBeatEvery{15};
constexpr std::chrono::seconds kDeadAfter{90};

struct Holder {
  std::array<std::uint8_t, 8> owner{}, run{};
  auto operator<=>(const Holder&) const = default;

  // The first eight bytes of `owner_name`, and a new run.
  static Holder make(ByteView owner_name, Random& random);
};

struct Claim {
  Holder holder;
  std::uint32_t beat = 0;
  auto operator<=>(const Claim&) const = default;
};

std::string lock_prefix(const Id& device);  // <device>/lock/
std::string claim_name(const Id& device, const Claim& claim);
// The last part of a name; nothing when it is no claim's.
std::optional<Claim> parse_claim_name(std::string_view last_part);
Bytes encode_claim(const Claim& claim);
Result<Claim> decode_claim(ByteView bytes);

// What one who waits has seen of others, by its own monotonic clock.
class LockWatch {
 public:
  // Notes every holder's newest beat; true when this one has not advanced for kDeadAfter.
  bool is_dead(const Claim& newest, std::chrono::microseconds now);

 private:
  struct Seen {
    std::uint32_t beat = 0;
    std::chrono::microseconds since{0};
  };
  std::map<Holder, Seen> seen_;
};

class Lease {
 public:
  // Says of holders of the same owner that their run has ended, where that can be known at once; may be empty.
  using KnownDead = std::function<bool(const Holder&)>;

  Lease(ObjectStore& store, const Id& device, const Holder& holder, Clock& clock, KnownDead known_dead = {})
      : store_(store), device_(device), holder_(holder), clock_(clock), known_dead_(std::move(known_dead)) {}

  // True: held. False: another holds it or is about to; ask again after a moment, with the same watch.
  Result<bool> try_take(LockWatch& watch);
  // Before every operation under the lock. Retry "another backup has taken over" when it is lost; once lost, for good.
  Status keep();
  // Also after a loss; what cannot be removed is seen as dead later.
  void release();
  [[nodiscard]] bool held() const { return held_; }

 private:
  Result<std::map<Holder, Claim>> claims();
  Status remove_claims_of(const Holder& holder);
  Status put(std::uint32_t beat);
  Status renew();

  ObjectStore& store_;
  const Id device_;
  const Holder holder_;
  Clock& clock_;
  const KnownDead known_dead_;
  std::uint32_t beat_ = 0;
  bool held_ = false, lost_ = false;
  std::chrono::microseconds beat_at_{0};  // when the last beat's put began
  UtcTime beat_wall_;                     // only to notice that the PC slept, which the monotonic clock may not count
};

// A store as seen by the holder of a lease: every operation keeps the lease first. The store and the lease outlive it.
class LeasedStore final : public ObjectStore {
 public:
  LeasedStore(ObjectStore& inner, Lease& lease) : inner_(inner), lease_(lease) {}
  Result<Id> id() override;
  Status put(std::string_view name, ByteView bytes) override;
  Result<std::optional<Bytes>> get(std::string_view name, std::uint64_t max_size) override;
  Result<std::vector<ObjectInfo>> list(std::string_view prefix) override;
  Status remove(std::string_view name) override;
  Status sweep_unfinished(std::string_view prefix) override;
  Result<StoreSpace> space() override;
  [[nodiscard]] std::string describe() const override { return inner_.describe(); }

 private:
  ObjectStore& inner_;
  Lease& lease_;
};

}  // namespace till::backup
