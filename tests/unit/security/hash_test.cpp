#include "security/hash.hpp"

#include "vectors.hpp"

namespace till::security {
namespace {

TEST(Hash, sha256_gives_the_published_bytes) {  // FIPS 180-4 examples
  EXPECT_EQ(to_hex(sha256(view("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(to_hex(sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Hash, sha256_in_pieces_equals_sha256_at_once_and_starts_anew) {
  Sha256 hasher;
  hasher.update(view("a")).update({}).update(view("bc"));
  EXPECT_EQ(hasher.finish(), sha256(view("abc")));
  EXPECT_EQ(hasher.update(view("x")).finish(), sha256(view("x")));
}

TEST(Hash, hmac_gives_the_published_bytes) {  // RFC 4231 test cases 1, 2 and 6
  EXPECT_EQ(to_hex(hmac_sha256(Bytes(20, 0x0b), view("Hi There"))),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(to_hex(hmac_sha256(view("Jefe"), view("what do ya want for nothing?"))),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(to_hex(hmac_sha256(Bytes(131, 0xaa), view("Test Using Larger Than Block-Size Key - Hash Key First"))),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(Hash, hkdf_gives_the_published_bytes) {  // RFC 5869 appendix A.1 to A.3
  EXPECT_EQ(
      to_hex(hkdf_sha256(Bytes(22, 0x0b), hex("000102030405060708090a0b0c"), hex("f0f1f2f3f4f5f6f7f8f9"), 42).view()),
      "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  Bytes secret, salt, info;
  for (int i = 0; i < 80; ++i) {
    secret.push_back(static_cast<std::uint8_t>(i));
    salt.push_back(static_cast<std::uint8_t>(0x60 + i));
    info.push_back(static_cast<std::uint8_t>(0xb0 + i));
  }
  EXPECT_EQ(
      to_hex(hkdf_sha256(secret, salt, info, 82).view()),
      "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f"
      "09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87");
  EXPECT_EQ(to_hex(hkdf_sha256(Bytes(22, 0x0b), {}, {}, 42).view()),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST(Hash, an_id_from_a_name_is_a_version_8_uuid_and_the_same_everywhere) {
  const auto space = *id_from_string("0192f0c1-7a3e-7cc0-98c8-6f3b2f1c9a10");
  const auto id = id_from_name(space, "coffee");
  EXPECT_EQ(id, id_from_name(space, "coffee"));
  EXPECT_NE(id, id_from_name(space, "tea"));
  EXPECT_NE(id, id_from_name(Id{}, "coffee"));
  EXPECT_EQ(id.bytes[6] >> 4, 8);
  EXPECT_EQ(id.bytes[8] >> 6, 2);
  const auto plain = sha256(ByteWriter([&] {
                              ByteWriter w;
                              w.raw(space.view());
                              w.raw(view("coffee"));
                              return w;
                            }())
                                .bytes());
  EXPECT_TRUE(std::equal(id.bytes.begin(), id.bytes.begin() + 6, plain.begin()));
}

}  // namespace
}  // namespace till::security
