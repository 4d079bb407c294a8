#include "security/device_identity.hpp"
#include "security/hash.hpp"
#include "security/key_exchange.hpp"
#include "security/signing.hpp"
#include "vectors.hpp"

namespace till::security {
namespace {

struct SigningVector {
  const char *seed, *public_key, *message, *signature;
};

// RFC 8032 section 7.1, tests 1 to 3.
const SigningVector kSigning[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe246"
     "5"
     "5141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb"
     "0"
     "0d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc"
     "0"
     "27beceea1ec40a"},
};

TEST(Signing, gives_the_published_signatures) {
  for (const auto& v : kSigning) {
    const auto key = SigningKey::from_seed(hex_key(v.seed));
    ASSERT_TRUE(key);
    EXPECT_EQ(to_hex(key->public_key()), v.public_key);
    const auto signature = key->sign(hex(v.message));
    ASSERT_TRUE(signature);
    EXPECT_EQ(to_hex(*signature), v.signature);
    EXPECT_TRUE(verify(key->public_key(), hex(v.message), *signature));
  }
}

TEST(Signing, another_message_key_or_signature_is_refused) {
  SeededRandom random(1);
  const auto key = *SigningKey::generate(random);
  const auto stranger = *SigningKey::generate(random);
  const auto good = *key.sign(view("sale 1"));
  EXPECT_TRUE(verify(key.public_key(), view("sale 1"), good));
  EXPECT_FALSE(verify(key.public_key(), view("sale 2"), good));
  EXPECT_FALSE(verify(stranger.public_key(), view("sale 1"), good));
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto bad = good;
    bad[i] ^= 1;
    EXPECT_FALSE(verify(key.public_key(), view("sale 1"), bad)) << i;
  }
  EXPECT_FALSE(verify(key.public_key(), view("sale 1"), ByteView(good).first(63)));
  EXPECT_TRUE(verify(key.public_key(), view("sale 1"), ByteView(good)));
}

TEST(Signing, a_key_of_another_size_is_refused) {
  EXPECT_FALSE(SigningKey::from_seed(hex_key("00")));
}

TEST(KeyExchange, gives_the_published_secret) {  // RFC 7748 section 6.1
  const auto alice =
      *ExchangeKey::from_bytes(hex_key("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"));
  const auto bob =
      *ExchangeKey::from_bytes(hex_key("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));
  EXPECT_EQ(to_hex(alice.public_key()), "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
  EXPECT_EQ(to_hex(bob.public_key()), "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
  const auto secret = alice.agree(bob.public_key());
  ASSERT_TRUE(secret);
  EXPECT_EQ(to_hex(secret->view()), "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
  EXPECT_EQ(*secret, *bob.agree(alice.public_key()));
}

TEST(KeyExchange, a_peer_key_that_gives_no_secret_is_refused) {
  SeededRandom random(1);
  const auto key = *ExchangeKey::generate(random);
  EXPECT_FALSE(key.agree(ExchangePublicKey{}));  // the zero point has small order
}

TEST(KeyExchange, only_the_recipient_opens_and_only_in_its_context) {
  SeededRandom random(2);
  const auto till = *ExchangeKey::generate(random);
  const auto other = *ExchangeKey::generate(random);
  const auto sealed = seal_to(till.public_key(), view("the key ring"), view("for till 2"), random);
  ASSERT_TRUE(sealed);
  EXPECT_EQ(to_bytes(view("the key ring")), *open_sealed(till, *sealed, view("for till 2")));
  EXPECT_FALSE(open_sealed(other, *sealed, view("for till 2")));
  EXPECT_FALSE(open_sealed(till, *sealed, view("for till 3")));
  for (std::size_t i = 0; i < sealed->size(); ++i) {
    auto bad = *sealed;
    bad[i] ^= 4;
    EXPECT_FALSE(open_sealed(till, bad, view("for till 2"))) << i;
    EXPECT_FALSE(open_sealed(till, ByteView(*sealed).first(i), view("for till 2"))) << i;
  }
}

TEST(DeviceIdentity, comes_back_as_it_was_on_its_own_pc) {
  ManualClock clock;
  SeededRandom random(3);
  const auto pc = SecretBytes::random(random);
  const auto identity = *DeviceIdentity::generate(clock, random);
  const auto file = identity.encode_sealed(pc, random);
  ASSERT_TRUE(file);
  const auto back = DeviceIdentity::open_sealed(*file, pc);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(back->public_part(), identity.public_part());
  EXPECT_EQ(*back->signing.sign(view("x")), *identity.signing.sign(view("x")));
}

TEST(DeviceIdentity, does_not_open_on_another_pc_nor_damaged) {
  ManualClock clock;
  SeededRandom random(4);
  const auto pc = SecretBytes::random(random);
  const auto file = *DeviceIdentity::generate(clock, random)->encode_sealed(pc, random);
  const auto elsewhere = DeviceIdentity::open_sealed(file, SecretBytes::random(random));
  ASSERT_FALSE(elsewhere);
  EXPECT_EQ(elsewhere.error().kind, ErrorKind::denied);
  for (std::size_t i = 0; i < file.size(); ++i) {
    auto bad = file;
    bad[i] ^= 1;
    EXPECT_FALSE(DeviceIdentity::open_sealed(bad, pc)) << i;
    EXPECT_FALSE(DeviceIdentity::open_sealed(ByteView(file).first(i), pc)) << i;
  }
}

TEST(DeviceIdentity, the_file_shows_neither_private_key) {
  ManualClock clock;
  SeededRandom random(5);
  const auto pc = SecretBytes::random(random);
  const auto identity = *DeviceIdentity::generate(clock, random);
  const auto file = *identity.encode_sealed(pc, random);
  EXPECT_EQ(as_text(file).find(as_text(identity.signing.seed().view())), std::string_view::npos);
  EXPECT_EQ(as_text(file).find(as_text(identity.exchange.private_bytes().view())), std::string_view::npos);
}

}  // namespace
}  // namespace till::security
