#include "security/pin.hpp"

#include "core/wire.hpp"
#include "vectors.hpp"

namespace till::security {
namespace {

constexpr std::int64_t kSecond = 1'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;

TEST(Pin, opens_with_itself_only) {
  SeededRandom random(1);
  const auto verifier = *make_pin_verifier("4711", kTinyCost, random);
  EXPECT_TRUE(check_pin(verifier, "4711"));
  for (const auto* wrong : {"4712", "471", "47110", ""}) {
    EXPECT_EQ(check_pin(verifier, wrong).error().kind, ErrorKind::denied) << wrong;
  }
}

TEST(Pin, two_users_with_one_pin_have_different_verifiers) {
  SeededRandom random(2);
  EXPECT_NE(*make_pin_verifier("4711", kTinyCost, random), *make_pin_verifier("4711", kTinyCost, random));
}

TEST(Pin, a_damaged_verifier_lets_nobody_in_and_says_so) {
  SeededRandom random(3);
  const auto verifier = *make_pin_verifier("4711", kTinyCost, random);
  for (std::size_t i = 0; i < verifier.size(); ++i) {
    EXPECT_EQ(check_pin(ByteView(verifier).first(i), "4711").error().kind, ErrorKind::corrupt);
  }
  for (std::size_t i = 4; i < verifier.size(); ++i) {
    auto bad = verifier;
    bad[i] ^= 1;
    EXPECT_FALSE(check_pin(bad, "4711")) << i;
  }
  auto huge = verifier;
  huge[1] = 24;
  EXPECT_EQ(check_pin(huge, "4711").error().kind, ErrorKind::corrupt);
  EXPECT_FALSE(check_pin({}, ""));
}

TEST(Pin, rules_refuse_what_anybody_tries_first) {
  for (const auto* bad : {"0000", "1234", "4321", "999999", "12345678", "123", "123456789", "12a4", "", "-123"}) {
    EXPECT_EQ(check_pin_rules(bad, PinRules::shop).error().kind, ErrorKind::invalid) << bad;
  }
  for (const auto* good : {"4711", "1235", "90210", "86420135"})
    EXPECT_TRUE(check_pin_rules(good, PinRules::shop)) << good;
  EXPECT_TRUE(check_pin_rules("1234", PinRules::demo));
  EXPECT_FALSE(check_pin_rules("12", PinRules::demo));
}

void fail_times(Throttle& throttle, int times, std::int64_t& now) {
  for (int i = 0; i < times; ++i) {
    now += throttle.wait_us({now});
    ASSERT_TRUE(throttle.allow({now}));
    throttle.failed({now});
  }
}

TEST(Throttle, two_slips_cost_nothing_and_the_wait_grows_from_the_third) {
  Throttle throttle;
  std::int64_t now = 1'000 * kSecond;
  fail_times(throttle, 2, now);
  EXPECT_TRUE(throttle.allow({now}));
  throttle.failed({now});
  EXPECT_EQ(throttle.wait_us({now}), 5 * kSecond);
  const auto refused = throttle.allow({now + kSecond});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "too many wrong PINs; wait 4 seconds");
  EXPECT_TRUE(throttle.allow({now + 5 * kSecond}));
  throttle.failed({now + 5 * kSecond});
  EXPECT_EQ(throttle.wait_us({now + 5 * kSecond}), 10 * kSecond);
}

TEST(Throttle, ten_failures_lock_for_half_an_hour_and_each_later_one_again) {
  Throttle throttle;
  std::int64_t now = 1'000 * kSecond;
  fail_times(throttle, 9, now);
  EXPECT_FALSE(throttle.locked_out());
  fail_times(throttle, 1, now);
  EXPECT_TRUE(throttle.locked_out());
  EXPECT_NE(throttle.allow({now}).error().message.find("a manager can unlock it"), std::string::npos);
  EXPECT_FALSE(throttle.allow({now + 30 * kMinute - 1}));
  EXPECT_TRUE(throttle.allow({now + 30 * kMinute}));
  throttle.failed({now + 30 * kMinute});
  EXPECT_TRUE(throttle.locked_out());
  EXPECT_EQ(throttle.wait_us({now + 30 * kMinute}), 30 * kMinute);
}

TEST(Throttle, success_and_a_manager_start_it_anew) {
  Throttle throttle;
  std::int64_t now = 0;
  fail_times(throttle, 10, now);
  throttle.release();
  EXPECT_TRUE(throttle.allow({now}));
  fail_times(throttle, 2, now);
  throttle.succeeded();
  EXPECT_EQ(throttle.state(), ThrottleState{});
}

TEST(Throttle, the_wait_survives_a_restart) {
  Throttle throttle;
  std::int64_t now = 1'000 * kSecond;
  fail_times(throttle, 10, now);
  const auto stored = encode(throttle.state());
  Throttle after(*decode<ThrottleState>(stored));
  EXPECT_TRUE(after.locked_out());
  EXPECT_FALSE(after.allow({now + kMinute}));
  EXPECT_TRUE(after.allow({now + 30 * kMinute}));
}

TEST(Throttle, a_clock_set_back_does_not_unlock) {
  Throttle throttle;
  std::int64_t now = 1'000'000 * kSecond;
  fail_times(throttle, 10, now);
  EXPECT_FALSE(throttle.allow({0}));
  EXPECT_EQ(throttle.wait_us({0}), 30 * kMinute);
  EXPECT_FALSE(throttle.allow({10 * kMinute}));
  EXPECT_FALSE(throttle.allow({5 * kMinute}));
  EXPECT_EQ(throttle.wait_us({5 * kMinute}), 20 * kMinute) << "set back again: only time that was seen to pass counts";
  EXPECT_TRUE(throttle.allow({25 * kMinute})) << "and it is not locked for ever";
}

}  // namespace
}  // namespace till::security
