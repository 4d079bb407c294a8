#include "security/seal.hpp"

#include "vectors.hpp"

namespace till::security {
namespace {

struct Vector {
  SealAlgorithm algorithm;
  const char *key, *nonce, *plain, *associated, *cipher, *tag;
};

// NIST GCM test cases 13, 14 and 16 (McGrew and Viega, appendix B); RFC 8439 section 2.8.2.
const Vector kVectors[] = {
    {SealAlgorithm::aes_256_gcm, "0000000000000000000000000000000000000000000000000000000000000000",
     "000000000000000000000000", "", "", "", "530f8afbc74536b9a963b4f1c4cb738b"},
    {SealAlgorithm::aes_256_gcm, "0000000000000000000000000000000000000000000000000000000000000000",
     "000000000000000000000000", "00000000000000000000000000000000", "", "cea7403d4d606b6e074ec5d3baf39d18",
     "d0d1c8a799996bf0265b98b5d48ab919"},
    {SealAlgorithm::aes_256_gcm, "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
     "cafebabefacedbaddecaf888",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657"
     "ba637b39",
     "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0a"
     "bcc9f662",
     "76fc6ece0f4e1768cddf8853bb2d551b"},
    {SealAlgorithm::chacha20_poly1305, "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
     "070000004041424344454647",
     "4c616469657320616e642047656e746c656d656e206f662074686520636c617373206f66202739393a204966204920636f756c64206f6666"
     "657220796f75206f6e6c79206f6e652074697020666f7220746865206675747572652c2073756e73637265656e20776f756c642062652069"
     "742e",
     "50515253c0c1c2c3c4c5c6c7",
     "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b1a71de0a9e060b29"
     "05d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b"
     "6116",
     "1ae10b594f09e26a7e902ecbd0600691"},
};

TEST(Seal, gives_the_published_bytes_and_opens_them) {
  for (const auto& v : kVectors) {
    const auto key = hex_key(v.key);
    const auto nonce = hex(v.nonce);
    const auto sealed = seal_with_nonce(key, hex_array<Nonce>(v.nonce), hex(v.plain), hex(v.associated), v.algorithm);
    ASSERT_TRUE(sealed);
    ByteWriter expected;
    expected.u8(static_cast<std::uint8_t>(v.algorithm));
    expected.raw(nonce);
    expected.raw(hex(v.cipher));
    expected.raw(hex(v.tag));
    EXPECT_EQ(to_hex(*sealed), to_hex(expected.bytes()));
    const auto opened = open(key, *sealed, hex(v.associated));
    ASSERT_TRUE(opened);
    EXPECT_EQ(to_hex(*opened), v.plain);
  }
}

class SealBothWays : public testing::TestWithParam<SealAlgorithm> {};

TEST_P(SealBothWays, a_changed_bit_anywhere_is_refused) {
  SeededRandom random(1);
  const auto key = SecretBytes::random(random);
  const auto good = seal(key, view("two coffees"), view("line 1"), random, GetParam());
  ASSERT_TRUE(good);
  for (std::size_t bit = 0; bit < good->size() * 8; ++bit) {
    auto bad = *good;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1 << (bit % 8));
    const auto opened = open(key, bad, view("line 1"));
    ASSERT_FALSE(opened) << "bit " << bit;
    EXPECT_EQ(opened.error().kind, ErrorKind::corrupt);
  }
}

TEST_P(SealBothWays, every_cut_is_refused) {
  SeededRandom random(2);
  const auto key = SecretBytes::random(random);
  const auto good = seal(key, view("two coffees"), {}, random, GetParam());
  ASSERT_TRUE(good);
  for (std::size_t size = 0; size < good->size(); ++size) {
    EXPECT_FALSE(open(key, ByteView(*good).first(size), {})) << size;
  }
}

TEST_P(SealBothWays, other_associated_data_or_another_key_is_refused) {
  SeededRandom random(3);
  const auto key = SecretBytes::random(random);
  const auto other = SecretBytes::random(random);
  const auto good = seal(key, view("two coffees"), view("line 1"), random, GetParam());
  ASSERT_TRUE(good);
  EXPECT_FALSE(open(key, *good, view("line 2")));
  EXPECT_FALSE(open(key, *good, {}));
  EXPECT_FALSE(open(other, *good, view("line 1")));
  EXPECT_EQ(to_bytes(view("two coffees")), *open(key, *good, view("line 1")));
}

TEST_P(SealBothWays, the_same_text_twice_gives_different_bytes) {
  SeededRandom random(4);
  const auto key = SecretBytes::random(random);
  EXPECT_NE(*seal(key, view("x"), {}, random, GetParam()), *seal(key, view("x"), {}, random, GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Algorithms, SealBothWays,
                         testing::Values(SealAlgorithm::aes_256_gcm, SealAlgorithm::chacha20_poly1305),
                         [](const auto& param) {
                           return param.param == SealAlgorithm::aes_256_gcm ? "aes" : "chacha";
                         });

TEST(Seal, a_short_key_is_refused_and_not_padded) {
  SeededRandom random(5);
  const auto sealed = seal(SecretBytes::random(random, 16), view("x"), {}, random);
  ASSERT_FALSE(sealed);
  EXPECT_EQ(sealed.error().kind, ErrorKind::invalid);
}

TEST(SecretBytes, is_empty_after_it_was_moved_from) {
  auto a = SecretBytes::copy_of(view("key"));
  auto b = std::move(a);
  EXPECT_TRUE(a.empty());  // NOLINT(bugprone-use-after-move): that is the promise
  EXPECT_EQ(b, SecretBytes::copy_of(view("key")));
  EXPECT_FALSE(b == SecretBytes::copy_of(view("keY")));
  EXPECT_FALSE(b == SecretBytes::copy_of(view("ke")));
  b.wipe();
  EXPECT_TRUE(b.empty());
}

}  // namespace
}  // namespace till::security
