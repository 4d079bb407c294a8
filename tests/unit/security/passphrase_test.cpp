#include "security/passphrase.hpp"

#include "vectors.hpp"

namespace till::security {
namespace {

TEST(Scrypt, gives_the_published_bytes) {  // RFC 7914 section 12
  EXPECT_EQ(
      to_hex(scrypt({}, {}, {4, 1, 1}, 64)->view()),
      "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d36"
      "28cf35e20c38d18906");
  EXPECT_EQ(
      to_hex(scrypt(view("password"), view("NaCl"), {10, 8, 16}, 64)->view()),
      "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee"
      "6d8360cbdfa2cc0640");
}

TEST(Scrypt, parameters_that_would_take_the_machine_down_are_refused) {
  EXPECT_FALSE(scrypt(view("x"), view("salt"), {24, 8, 1}));
  EXPECT_FALSE(scrypt(view("x"), view("salt"), {16, 255, 1}));
  EXPECT_FALSE(scrypt(view("x"), view("salt"), {4, 1, 200}));
  EXPECT_FALSE(scrypt(view("x"), view("salt"), {0, 1, 1}));
}

// Each look at the clock takes the next of the given times.
class SteppingClock final : public Clock {
 public:
  explicit SteppingClock(std::chrono::microseconds step) : step_(step) {}
  UtcTime now() override { return {}; }
  std::chrono::microseconds monotonic() override { return at_ += step_; }

 private:
  std::chrono::microseconds step_, at_{0};
};

TEST(Scrypt, the_measured_cost_stays_within_its_bounds) {
  SteppingClock slow(std::chrono::seconds(10));
  EXPECT_EQ(measured_cost(std::chrono::milliseconds(250), slow).log2_n, 14);
}

TEST(Passphrase, what_was_wrapped_comes_back_with_the_passphrase_only) {
  SeededRandom random(1);
  const auto secret = SecretBytes::random(random);
  const auto wrapped = *wrap(secret, "seven green bottles", view("shop"), kTinyCost, random);
  const auto back = unwrap(wrapped, "seven green bottles", view("shop"));
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, secret);
  EXPECT_TRUE(unwrap(wrapped, "  seven green bottles\n", view("shop"))) << "a passphrase file ends with a line feed";

  const auto wrong = unwrap(wrapped, "seven green bottle", view("shop"));
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, ErrorKind::denied);
  EXPECT_EQ(wrong.error().message, "the passphrase is wrong");
  EXPECT_FALSE(unwrap(wrapped, "seven green bottles", view("other shop")));
}

TEST(Passphrase, damage_is_told_from_a_wrong_passphrase) {
  SeededRandom random(2);
  const auto wrapped = *wrap(SecretBytes::random(random), "seven green bottles", {}, kTinyCost, random);
  for (std::size_t i = 0; i < wrapped.size(); ++i) {
    auto bad = wrapped;
    bad[i] ^= 0x10;
    const auto opened = unwrap(bad, "seven green bottles", {});
    ASSERT_FALSE(opened) << i;
    EXPECT_EQ(opened.error().kind, ErrorKind::corrupt) << i;
    EXPECT_FALSE(unwrap(ByteView(wrapped).first(i), "seven green bottles", {})) << i;
  }
}

TEST(Passphrase, rules_refuse_what_is_quickly_guessed) {
  for (const auto* bad :
       {"", "short", "         ninechars", "aaaaaaaaaaaa", "1234567890", "0123456789012345678", "Passphrase",
        "PASSWORD123", "correct horse battery staple", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"}) {
    const auto status = check_passphrase(bad);
    ASSERT_FALSE(status) << bad;
    EXPECT_EQ(status.error().kind, ErrorKind::invalid);
    EXPECT_FALSE(status.error().message.empty());
  }
  for (const auto* good : {"seven green bottles", "жёлтый дом у реки", "94712038471203847561"}) {
    EXPECT_TRUE(check_passphrase(good)) << good;
  }
}

}  // namespace
}  // namespace till::security
