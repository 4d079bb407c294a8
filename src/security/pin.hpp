// PINs. A PIN only opens the screen: it is checked against a scrypt verifier, and guessing is slowed by the Throttle.
// The verifier carries its salt and parameters and nothing of the device, so that it replicates with the user:
//
//   byte 0  version, 1   byte 1  log2 N   byte 2  r   byte 3  p   bytes 4..19  salt   bytes 20..51  scrypt of the PIN
#pragma once

#include <string_view>

#include "core/bytes.hpp"
#include "core/clock.hpp"
#include "core/random.hpp"
#include "core/result.hpp"
#include "security/passphrase.hpp"

namespace till::security {

enum class PinRules : std::uint8_t {
  shop,  // 4 to 8 digits; not one digit over and over, not a run such as 1234 or 8765
  demo,  // 4 to 8 digits
};

// Invalid with a sentence that says what to do.
Status check_pin_rules(std::string_view pin, PinRules rules);

// Does not check the rules: that is done where a PIN is chosen.
Result<Bytes> make_pin_verifier(std::string_view pin, ScryptCost cost, Random& random);
// Denied when the PIN is not the one; corrupt when the verifier cannot be read.
Status check_pin(ByteView verifier, std::string_view pin);

// How many failures, and how much waiting is left. The owner stores it (per user) at each change, before the answer is
// shown, so that pulling the plug does not reset it.
struct ThrottleState {
  std::uint32_t failures = 0;
  std::int64_t wait_us = 0;  // still to be waited, counted at seen_us
  std::int64_t seen_us = 0;  // the wall clock when wait_us was right

  bool operator==(const ThrottleState&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(failures, wait_us, seen_us);
  }
};

// A pure state machine over ThrottleState. Failures 1 and 2 cost nothing, 3 to 9 cost 5, 10, 20, 40, 60, 60, 60 s, the
// tenth and every later one locks for 30 minutes (PCI DSS 8.3.4) or until a manager releases it. Time counts only as it
// is seen to pass: a clock set back neither unlocks nor adds more than the wait again, and a jump forward counts for at
// most one wait, after which the next failure locks at once again, since the count of failures stays until a success.
class Throttle {
 public:
  explicit Throttle(ThrottleState state = {}) : state_(state) {}

  // Ask before checking a PIN. Denied: "too many wrong PINs; wait 20 seconds".
  Status allow(UtcTime now);
  void failed(UtcTime now);
  void succeeded() { state_ = {}; }
  // A manager has confirmed who it is.
  void release() { state_ = {}; }

  [[nodiscard]] bool locked_out() const;
  [[nodiscard]] std::int64_t wait_us(UtcTime now);
  [[nodiscard]] const ThrottleState& state() const { return state_; }

 private:
  void count_time(UtcTime now);
  ThrottleState state_;
};

}  // namespace till::security
