#include "security/pin.hpp"

#include <algorithm>
#include <array>

#include "security/hash.hpp"

namespace till::security {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kSaltSize = 16;
constexpr std::size_t kHashSize = 32;
constexpr std::uint32_t kLockAt = 10;
constexpr std::int64_t kSecond_us = 1'000'000;
constexpr std::int64_t kLockOut_us = 30 * 60 * kSecond_us;
constexpr std::array<std::int64_t, 10> kWait_s = {0, 0, 0, 5, 10, 20, 40, 60, 60, 60};

bool is_run(std::string_view pin, int step) {
  for (std::size_t i = 1; i < pin.size(); ++i) {
    if (pin[i] - pin[i - 1] != step) return false;
  }
  return true;
}

std::string waiting(std::int64_t us) {
  const auto seconds = (us + kSecond_us - 1) / kSecond_us;
  if (seconds > 90) return std::to_string((seconds + 59) / 60) + " minutes";
  return std::to_string(seconds) + (seconds == 1 ? " second" : " seconds");
}

}  // namespace

Status check_pin_rules(std::string_view pin, PinRules rules) {
  if (!std::all_of(pin.begin(), pin.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    return invalid("a PIN has only digits");
  }
  if (pin.size() < 4 || pin.size() > 8) return invalid("a PIN has 4 to 8 digits");
  if (rules == PinRules::demo) return {};
  if (is_run(pin, 0) || is_run(pin, 1) || is_run(pin, -1)) {
    return invalid("that PIN is among the first that anybody tries; choose one that is neither one digit nor a run");
  }
  return {};
}

Result<Bytes> make_pin_verifier(std::string_view pin, ScryptCost cost, Random& random) {
  const auto salt = random.bytes(kSaltSize);
  const auto hash = TRY(scrypt(view(pin), salt, cost, kHashSize));
  ByteWriter out;
  out.u8(kVersion);
  out.u8(cost.log2_n);
  out.u8(cost.r);
  out.u8(cost.p);
  out.raw(salt);
  out.raw(hash.view());
  return out.take();
}

Status check_pin(ByteView verifier, std::string_view pin) {
  constexpr auto kDamaged = "this user's PIN is stored damaged; a manager must set a new one";
  if (verifier.size() != 4 + kSaltSize + kHashSize || verifier[0] != kVersion) return corrupt(kDamaged);
  const ScryptCost cost{verifier[1], verifier[2], verifier[3]};
  if (cost.log2_n > 18) return corrupt(kDamaged);
  const auto hash = scrypt(view(pin), verifier.subspan(4, kSaltSize), cost, kHashSize);
  if (!hash) return corrupt(kDamaged);
  if (!(*hash == SecretBytes::copy_of(verifier.last(kHashSize)))) return denied("that PIN is not right");
  return {};
}

void Throttle::count_time(UtcTime now) {
  if (now.us > state_.seen_us) state_.wait_us -= std::min(state_.wait_us, now.us - state_.seen_us);
  state_.seen_us = now.us;
}

Status Throttle::allow(UtcTime now) {
  count_time(now);
  if (state_.wait_us == 0) return {};
  const auto wait = waiting(state_.wait_us);
  if (locked_out()) return denied("locked after too many wrong PINs; a manager can unlock it, or wait " + wait);
  return denied("too many wrong PINs; wait " + wait);
}

void Throttle::failed(UtcTime now) {
  count_time(now);
  state_.failures = std::min(state_.failures + 1, 1'000'000U);
  state_.wait_us = state_.failures >= kLockAt ? kLockOut_us : kWait_s[state_.failures] * kSecond_us;
}

bool Throttle::locked_out() const {
  return state_.failures >= kLockAt && state_.wait_us > 0;
}

std::int64_t Throttle::wait_us(UtcTime now) {
  count_time(now);
  return state_.wait_us;
}

}  // namespace till::security
