#include "backup/lease.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "backup/sabotage.hpp"
#include "core/text.hpp"

namespace till::backup {
namespace {

constexpr std::string_view kMagic = "TSLOCK";
constexpr int kTakeTries = 4;  // each removes what is dead and looks again

std::string hex_of(const Holder& holder) {
  return to_hex(holder.owner) + to_hex(holder.run);
}

}  // namespace

Holder Holder::make(ByteView owner_name, Random& random) {
  Holder holder;
  std::copy_n(owner_name.begin(), std::min(owner_name.size(), holder.owner.size()), holder.owner.begin());
  random.fill(holder.run);
  return holder;
}

std::string lock_prefix(const Id& device) {
  return to_hex(device.view()) + "/lock/";
}

std::string claim_name(const Id& device, const Claim& claim) {
  return lock_prefix(device) + hex_of(claim.holder) + fmt::format("-{:08}", claim.beat);
}

std::optional<Claim> parse_claim_name(std::string_view last_part) {
  if (last_part.size() != 41 || last_part[32] != '-') return std::nullopt;
  const auto bytes = from_hex(last_part.substr(0, 32));
  if (!bytes || bytes->size() != 16) return std::nullopt;
  Claim claim;
  std::copy_n(bytes->begin(), 8, claim.holder.owner.begin());
  std::copy_n(bytes->begin() + 8, 8, claim.holder.run.begin());
  const auto number = last_part.substr(33);
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), claim.beat);
  if (error != std::errc{} || end != number.data() + number.size()) return std::nullopt;
  return claim;
}

Bytes encode_claim(const Claim& claim) {
  ByteWriter out;
  out.raw(view(kMagic));
  out.u8(kLockVersion);
  out.raw(claim.holder.owner);
  out.raw(claim.holder.run);
  out.u64(claim.beat);
  return out.take();
}

Result<Claim> decode_claim(ByteView bytes) {
  ByteReader in(bytes);
  if (bytes.size() != kLockObjectSize || !equal(TRY(in.raw(kMagic.size())), view(kMagic)))
    return corrupt("this is no lock of a backup");
  if (TRY(in.u8()) != kLockVersion) return fail(ErrorKind::permanent, "this lock is of a newer version of Tillstick");
  Claim claim;
  const auto owner = TRY(in.raw(8)), run = TRY(in.raw(8));
  std::copy(owner.begin(), owner.end(), claim.holder.owner.begin());
  std::copy(run.begin(), run.end(), claim.holder.run.begin());
  const auto beat = TRY(in.u64());
  if (beat > 99'999'999) return corrupt("this lock counts further than one can");
  claim.beat = static_cast<std::uint32_t>(beat);
  return claim;
}

bool LockWatch::is_dead(const Claim& newest, std::chrono::microseconds now) {
  const auto [seen, first_time] = seen_.try_emplace(newest.holder, Seen{newest.beat, now});
  if (sabotaged(Sabotage::heartbeat_unwatched)) return true;
  if (first_time) return false;
  if (newest.beat > seen->second.beat) seen->second = {newest.beat, now};
  return now - seen->second.since >= kDeadAfter;
}

Result<std::map<Holder, Claim>> Lease::claims() {
  std::map<Holder, Claim> newest;
  const auto prefix = lock_prefix(device_);
  for (const auto& object : TRY(store_.list(prefix))) {
    const auto claim = parse_claim_name(std::string_view(object.name).substr(prefix.size()));
    if (!claim || object.size != kLockObjectSize) continue;
    auto& known = newest.try_emplace(claim->holder, *claim).first->second;
    known = std::max(known, *claim);
  }
  return newest;
}

Status Lease::remove_claims_of(const Holder& holder) {
  const auto beginning = lock_prefix(device_) + hex_of(holder);
  for (const auto& object : TRY(store_.list(lock_prefix(device_)))) {
    if (object.name.starts_with(beginning)) TRY(store_.remove(object.name));
  }
  return {};
}

Status Lease::put(std::uint32_t beat) {
  beat_at_ = clock_.monotonic();
  beat_wall_ = clock_.now();
  const Claim claim{holder_, beat};
  return store_.put(claim_name(device_, claim), encode_claim(claim));
}

Result<bool> Lease::try_take(LockWatch& watch) {
  if (held_) return true;
  const auto is_free = [&]() -> Result<bool> {
    bool free = true;
    for (const auto& [holder, claim] : TRY(claims())) {
      if (holder == holder_) continue;
      const bool gone = known_dead_ && holder.owner == holder_.owner && known_dead_(holder);
      if (gone || watch.is_dead(claim, clock_.monotonic()))
        TRY(remove_claims_of(holder));
      else
        free = false;
    }
    return free;
  };
  if (sabotaged(Sabotage::claim_unlooked)) {
    TRY(put(++beat_));
    return held_ = true;
  }
  // Looked at before, so that who waits writes nothing, and looked at after: that is what decides.
  if (!TRY(is_free())) return false;
  TRY(put(++beat_));
  for (int i = 0; i < kTakeTries; ++i) {
    const auto all = claims();
    if (all && all->size() == 1 && all->contains(holder_)) {
      lost_ = false;
      return held_ = true;
    }
    const auto free = all ? is_free() : Result<bool>(fail(all.error()));
    if (free && *free && i + 1 < kTakeTries) continue;
    (void)remove_claims_of(holder_);
    if (!free) return fail(free.error());
    return false;
  }
  return false;
}

Status Lease::renew() {
  const auto before = beat_;
  TRY(put(++beat_));
  const auto mine = claim_name(device_, {holder_, before});
  bool still_there = false;
  for (const auto& object : TRY(store_.list(lock_prefix(device_)))) still_there |= object.name == mine;
  if (!still_there && !sabotaged(Sabotage::loss_unnoticed)) {
    lost_ = true;
    return fail(ErrorKind::retry, "another backup of this terminal has taken over here; this one stopped");
  }
  return store_.remove(mine);
}

Status Lease::keep() {
  if (lost_) return fail(ErrorKind::retry, "another backup of this terminal has taken over here; this one stopped");
  if (!held_) return invalid("nobody holds this lock");
  const auto wall = std::chrono::microseconds(clock_.now().us - beat_wall_.us);
  if (clock_.monotonic() - beat_at_ < kBeatEvery && std::chrono::abs(wall) < kBeatEvery) return {};
  return renew();
}

void Lease::release() {
  if (beat_ > 0) (void)remove_claims_of(holder_);
  held_ = false;
}

Result<Id> LeasedStore::id() {
  return inner_.id();
}

Status LeasedStore::put(std::string_view name, ByteView bytes) {
  TRY(lease_.keep());
  return inner_.put(name, bytes);
}

Result<std::optional<Bytes>> LeasedStore::get(std::string_view name, std::uint64_t max_size) {
  TRY(lease_.keep());
  return inner_.get(name, max_size);
}

Result<std::vector<ObjectInfo>> LeasedStore::list(std::string_view prefix) {
  TRY(lease_.keep());
  return inner_.list(prefix);
}

Status LeasedStore::remove(std::string_view name) {
  TRY(lease_.keep());
  return inner_.remove(name);
}

Status LeasedStore::sweep_unfinished(std::string_view prefix) {
  TRY(lease_.keep());
  return inner_.sweep_unfinished(prefix);
}

Result<StoreSpace> LeasedStore::space() {
  return inner_.space();
}

}  // namespace till::backup
