// The files of keys and a sealed page as they lie on sticks (tests/vectors/formats/README.md). Keys are written out and
// not drawn by the program's own generators: those may change, the samples may not.
#include <gtest/gtest.h>

#include <array>

#include "security/database_key.hpp"
#include "security/page_seal.hpp"
#include "security/ring_file.hpp"
#include "security/seal.hpp"
#include "support/samples.hpp"

namespace till::security {
namespace {

using till::test::sample;

bool seals_like_the_samples() {
  return preferred_algorithm() == SealAlgorithm::aes_256_gcm;
}
constexpr auto kOpenedOnly =
    "sealed with AES, which this processor has no instructions for: opened, but not made again";

Bytes plain_ring(std::uint8_t masters) {
  ByteWriter out;
  out.u8(masters == 1 ? 1 : 2);
  out.raw(Bytes(16, 0x7e));
  out.raw(Bytes(32, 0x11));
  if (masters == 2) {
    out.varint(1);
    out.u64(1'780'000'000'000'000);
    out.raw(Bytes(32, 0x12));
  }
  out.varint(3);
  out.u32(1), out.u64(1'770'000'000'000'000), out.raw(Bytes(32, 0x31));
  out.u32(2), out.u64(1'780'000'000'000'000), out.raw(Bytes(32, 0x32));
  out.u32(2), out.u64(1'780'000'000'000'001), out.raw(Bytes(32, 0x33));
  return out.take();
}

void expect_epochs(const KeyRing& ring) {
  EXPECT_EQ(to_hex(ring.tenant().view()), to_hex(Bytes(16, 0x7e)));
  EXPECT_EQ(ring.epochs(), (std::vector<EpochNumber>{1, 2}));
  EXPECT_EQ(ring.current_epoch(), 2U);
  EXPECT_EQ(ring.created_at(1).us, 1'770'000'000'000'000);
  EXPECT_EQ(ring.created_at(2).us, 1'780'000'000'000'000);
  ASSERT_EQ(ring.keys_for(1).size(), 1U);
  ASSERT_EQ(ring.keys_for(2).size(), 2U) << "two terminals had drawn the same number";
  EXPECT_EQ(to_bytes(ring.keys_for(1)[0]->view()), Bytes(32, 0x31));
  EXPECT_EQ(to_bytes(ring.keys_for(2)[0]->view()), Bytes(32, 0x32));
  EXPECT_EQ(to_bytes(ring.keys_for(2)[1]->view()), Bytes(32, 0x33));
}

KeyRing ring(std::uint8_t masters) {
  return std::move(*KeyRing::decode(plain_ring(masters)));
}

TEST(KeyRingSample, OfVersion1IsReadInFullAndWrittenAlike) {
  const Bytes bytes = sample("key-ring-1", [] { return plain_ring(1); });
  const auto read = KeyRing::decode(bytes);
  ASSERT_TRUE(read);
  expect_epochs(*read);
  EXPECT_EQ(read->masters(), 1U);
  EXPECT_EQ(to_bytes(read->encode().view()), bytes);
  // What each key of a purpose is: every shop's backups and database hang on it.
  EXPECT_EQ(to_hex(read->derive("backup").view()), "8c7922fe43216f53354b51c09750940813847e88dab323cef6e105f6358f2932");
  EXPECT_EQ(to_hex(read->derive("database", Bytes(32, 0x44)).view()),
            "d40373715c4f4623e92a46fa80bbb429bc0ff81fc1bd6387cdd192f8d3c20e04");
}

TEST(KeyRingSample, OfVersion2WithTwoMastersIsReadInFullAndWrittenAlike) {
  const Bytes bytes = sample("key-ring-2", [] { return plain_ring(2); });
  const auto read = KeyRing::decode(bytes);
  ASSERT_TRUE(read);
  expect_epochs(*read);
  EXPECT_EQ(read->masters(), 2U);
  EXPECT_EQ(to_bytes(read->encode().view()), bytes);
  const auto all = read->derive_all("backup");
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[1], ring(1).derive("backup")) << "the newest first; the first master is still the old one";
}

TEST(RingFileSample, OfVersion2OpensOnItsPc) {
  const SecretBytes pc = SecretBytes(Bytes(32, 0x5c));
  const Bytes bytes = sample("ring-file-2", [&] {
    SeededRandom random(1);
    return *RingFile::create(ring(2), pc, random)->encode(random);
  });
  EXPECT_EQ(as_text(ByteView(bytes).first(6)), "TSRING");
  EXPECT_EQ(bytes[6], 2);
  const auto file = RingFile::open_with_pc_key(bytes, pc);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_TRUE(file->data_is_sealed);
  EXPECT_FALSE(file->has_passphrase());
  EXPECT_EQ(to_bytes(file->ring.encode().view()), plain_ring(2));
  EXPECT_EQ(RingFile::open_with_pc_key(bytes, SecretBytes(Bytes(32, 0x5d))).error().kind, ErrorKind::denied);
}

TEST(DatabaseKeySample, OfVersion1OpensUnderBothItsRings) {
  const KeyRing one = ring(1), two = ring(2);
  const SecretBytes key = SecretBytes(Bytes(32, 0x77));
  const auto made = [&] {
    SeededRandom random(2);
    const std::array<const KeyRing*, 2> rings = {&two, &one};
    return *encode_database_key(key, rings, random);
  };
  const Bytes bytes = sample("database-key-1", made);
  EXPECT_EQ(as_text(ByteView(bytes).first(6)), "TSDBKY");
  EXPECT_EQ(bytes[6], 1);
  EXPECT_EQ(bytes[7], 2) << "slots";
  for (const KeyRing* const of : {&one, &two}) {
    const auto read = open_database_key(bytes, *of);
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read, key);
  }
  if (!seals_like_the_samples()) GTEST_SKIP() << kOpenedOnly;
  EXPECT_EQ(made(), bytes);
}

// A sealed page is never alike twice: its nonce comes from the system.
TEST(PageSample, OpensAsThePageThatItIs) {
  const auto sealer = PageSealer::create(SecretBytes(Bytes(32, 0x77)));
  ASSERT_TRUE(sealer);
  Bytes plain(kPageSize, 0);
  for (std::size_t i = 0; i < kPageSize - kPageTrailer; ++i) plain[i] = static_cast<std::uint8_t>((i * i) >> 8);
  Bytes page = sample("page-1", [&] {
    Bytes sealed(kPageSize);
    EXPECT_TRUE((*sealer)->seal(PageView(plain.data(), kPageSize), 0x01020304, PageBytes(sealed.data(), kPageSize)));
    return sealed;
  });
  ASSERT_EQ(page.size(), kPageSize);
  EXPECT_EQ(page[kPageSize - kPageTrailer], 1) << "AES-256-GCM";
  EXPECT_EQ(to_hex(ByteView(page).last(3)), "000000");
  Bytes elsewhere = page;
  EXPECT_FALSE((*sealer)->open(PageBytes(elsewhere.data(), kPageSize), 0x01020305));
  ASSERT_TRUE((*sealer)->open(PageBytes(page.data(), kPageSize), 0x01020304));
  EXPECT_EQ(page, plain);
}

}  // namespace
}  // namespace till::security
