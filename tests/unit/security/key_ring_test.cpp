#include "security/key_ring.hpp"

#include "security/ring_file.hpp"
#include "vectors.hpp"

namespace till::security {
namespace {

constexpr auto kPhrase = "seven green bottles";

class KeyRingTest : public testing::Test {
 protected:
  ManualClock clock_;
  SeededRandom random_{7};
  Id tenant_ = new_id(clock_, random_);
  KeyRing ring_ = KeyRing::generate(tenant_, clock_, random_);
  SecretBytes pc_ = new_pc_key(random_);
};

TEST_F(KeyRingTest, begins_with_one_epoch_and_keeps_old_keys_when_it_rotates) {
  EXPECT_EQ(ring_.current_epoch(), 1U);
  const auto first = ring_.current_key().clone();
  EXPECT_EQ(ring_.rotate(clock_, random_), 2U);
  EXPECT_FALSE(ring_.current_key() == first);
  EXPECT_EQ(**ring_.key_for(1), first);
  EXPECT_EQ(ring_.epochs(), (std::vector<EpochNumber>{1, 2}));
  const auto unknown = ring_.key_for(3);
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::denied);
}

TEST_F(KeyRingTest, rotation_is_due_after_thirty_days_and_not_when_the_clock_went_back) {
  EXPECT_FALSE(ring_.rotation_due({clock_.now().us + kEpochLife_us}));
  EXPECT_TRUE(ring_.rotation_due({clock_.now().us + kEpochLife_us + 1}));
  EXPECT_FALSE(ring_.rotation_due({clock_.now().us - 2 * kEpochLife_us}));
}

TEST_F(KeyRingTest, comes_back_whole_from_its_bytes_and_refuses_others) {
  ring_.rotate(clock_, random_);
  const auto bytes = ring_.encode();
  const auto back = KeyRing::decode(bytes.view());
  ASSERT_TRUE(back);
  EXPECT_EQ(back->tenant(), tenant_);
  EXPECT_EQ(back->encode(), bytes);
  for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(KeyRing::decode(bytes.view().first(size)));
  auto newer = to_bytes(bytes.view());
  newer[0] = 3;
  EXPECT_EQ(KeyRing::decode(newer).error().kind, ErrorKind::permanent);
}

TEST_F(KeyRingTest, derived_keys_differ_by_purpose_and_agree_between_terminals) {
  const auto other = ring_.clone();
  EXPECT_EQ(ring_.derive("backup"), other.derive("backup"));
  EXPECT_FALSE(ring_.derive("backup") == ring_.derive("audit"));
  EXPECT_FALSE(ring_.derive("backup") == ring_.derive("backup", view("salt")));
}

TEST_F(KeyRingTest, two_terminals_that_rotated_at_once_end_with_the_same_current_key) {
  auto other = ring_.clone();
  ring_.rotate(clock_, random_);
  other.rotate(clock_, random_);
  const auto mine = ring_.current_key().clone();
  const auto theirs = other.current_key().clone();
  auto copy = other.clone();
  ASSERT_TRUE(other.merge(ring_));
  ASSERT_TRUE(ring_.merge(copy));
  EXPECT_EQ(ring_.current_key(), other.current_key());
  EXPECT_EQ(ring_.encode(), other.encode());
  const auto keys = ring_.keys_for(2);
  ASSERT_EQ(keys.size(), 2U) << "what was sealed under the other key must still open";
  EXPECT_TRUE((*keys[0] == mine && *keys[1] == theirs) || (*keys[0] == theirs && *keys[1] == mine));
}

TEST_F(KeyRingTest, a_replaced_master_derives_other_keys_and_the_old_ones_still_open) {
  const auto leaked = ring_.clone();
  const auto old_key = ring_.derive("backup");
  EXPECT_EQ(ring_.replace_master(clock_, random_), 2U) << "and a new epoch";
  EXPECT_FALSE(ring_.derive("backup") == old_key);
  const auto all = ring_.derive_all("backup");
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0], ring_.derive("backup"));
  EXPECT_EQ(all[1], old_key);
  EXPECT_EQ(ring_.derive_lasting("audit"), leaked.derive("audit"));
  const auto back = KeyRing::decode(ring_.encode().view());
  ASSERT_TRUE(back);
  EXPECT_EQ(back->encode(), ring_.encode());
  const auto bytes = ring_.encode();
  for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(KeyRing::decode(bytes.view().first(size)));
}

TEST_F(KeyRingTest, two_terminals_that_replaced_the_master_at_once_end_with_the_same_keys) {
  auto other = ring_.clone();
  ring_.replace_master(clock_, random_);
  other.replace_master(clock_, random_);
  const auto copy = other.clone();
  ASSERT_TRUE(other.merge(ring_));
  ASSERT_TRUE(ring_.merge(copy));
  EXPECT_EQ(ring_.encode(), other.encode());
  EXPECT_EQ(ring_.derive("backup"), other.derive("backup"));
  EXPECT_EQ(ring_.derive_all("backup").size(), 3U);
}

TEST_F(KeyRingTest, another_shops_ring_is_not_merged) {
  const auto stranger = KeyRing::generate(new_id(clock_, random_), clock_, random_);
  EXPECT_EQ(ring_.merge(stranger).error().kind, ErrorKind::denied);
  const auto impostor = KeyRing::generate(tenant_, clock_, random_);
  EXPECT_EQ(ring_.merge(impostor).error().kind, ErrorKind::denied);
}

TEST_F(KeyRingTest, the_file_opens_with_this_pcs_key_and_not_with_anothers) {
  auto file = *RingFile::create(ring_.clone(), pc_, random_);
  const auto bytes = *file.encode(random_);
  const auto back = RingFile::open_with_pc_key(bytes, pc_);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->ring.encode(), ring_.encode());
  const auto elsewhere = RingFile::open_with_pc_key(bytes, new_pc_key(random_));
  ASSERT_FALSE(elsewhere);
  EXPECT_EQ(elsewhere.error().kind, ErrorKind::denied);
  EXPECT_EQ(RingFile::open_with_passphrase(bytes, kPhrase).error().kind, ErrorKind::denied);
  EXPECT_FALSE(file.encode_portable(random_)) << "without a passphrase nothing may be put on a backup target";
}

TEST_F(KeyRingTest, the_portable_file_opens_with_the_passphrase_only) {
  auto file = *RingFile::create(ring_.clone(), pc_, random_);
  ASSERT_TRUE(file.set_passphrase(kPhrase, kTinyCost, pc_, random_));
  const auto portable = *file.encode_portable(random_);
  const auto back = RingFile::open_with_passphrase(portable, kPhrase);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->ring.encode(), ring_.encode());
  const auto wrong = RingFile::open_with_passphrase(portable, "seven blue bottles");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().message, "the passphrase is wrong");
  EXPECT_EQ(RingFile::open_with_pc_key(portable, pc_).error().kind, ErrorKind::denied);
}

TEST_F(KeyRingTest, a_ring_opened_by_passphrase_gets_the_new_pcs_key) {
  auto file = *RingFile::create(ring_.clone(), pc_, random_);
  ASSERT_TRUE(file.set_passphrase(kPhrase, kTinyCost, pc_, random_));
  auto moved = *RingFile::open_with_passphrase(*file.encode_portable(random_), kPhrase);
  const auto new_pc = new_pc_key(random_);
  ASSERT_TRUE(moved.set_pc_key(new_pc, random_));
  EXPECT_TRUE(RingFile::open_with_pc_key(*moved.encode(random_), new_pc));
  EXPECT_TRUE(RingFile::open_with_passphrase(*moved.encode(random_), kPhrase));
}

TEST_F(KeyRingTest, who_knew_the_old_passphrase_does_not_open_later_files) {
  auto file = *RingFile::create(ring_.clone(), pc_, random_);
  ASSERT_TRUE(file.set_passphrase(kPhrase, kTinyCost, pc_, random_));
  const auto before = file.fingerprint();
  ASSERT_TRUE(file.set_passphrase("nine white horses", kTinyCost, pc_, random_));
  const auto after = *file.encode(random_);
  EXPECT_NE(file.fingerprint(), before);
  EXPECT_FALSE(RingFile::open_with_passphrase(after, kPhrase));
  EXPECT_TRUE(RingFile::open_with_passphrase(after, "nine white horses"));
  EXPECT_TRUE(RingFile::open_with_pc_key(after, pc_));
}

TEST_F(KeyRingTest, the_fingerprint_follows_the_ring_and_not_the_encoding) {
  auto file = *RingFile::create(ring_.clone(), pc_, random_);
  const auto again = *RingFile::open_with_pc_key(*file.encode(random_), pc_);
  EXPECT_EQ(file.fingerprint(), again.fingerprint());
  const auto before = file.fingerprint();
  file.ring.rotate(clock_, random_);
  EXPECT_NE(file.fingerprint(), before);
}

TEST_F(KeyRingTest, a_portable_file_is_known_again_and_a_damaged_one_is_not) {
  auto file = *RingFile::create(ring_.clone(), pc_, random_);
  ASSERT_TRUE(file.set_passphrase(kPhrase, kTinyCost, pc_, random_));
  const auto portable = *file.encode_portable(random_);
  EXPECT_TRUE(file.same_as(portable));
  for (std::size_t i = 0; i < portable.size(); ++i) {
    auto bad = portable;
    bad[i] ^= 1;
    EXPECT_FALSE(file.same_as(bad)) << i;
  }
  file.ring.rotate(clock_, random_);
  EXPECT_FALSE(file.same_as(portable));
}

TEST_F(KeyRingTest, a_weak_passphrase_changes_nothing) {
  auto file = *RingFile::create(ring_.clone(), pc_, random_);
  EXPECT_EQ(file.set_passphrase("short", kTinyCost, pc_, random_).error().kind, ErrorKind::invalid);
  EXPECT_FALSE(file.has_passphrase());
}

TEST_F(KeyRingTest, every_changed_byte_and_every_cut_of_the_file_is_refused) {
  auto file = *RingFile::create(ring_.clone(), pc_, random_);
  ASSERT_TRUE(file.set_passphrase(kPhrase, kTinyCost, pc_, random_));
  const auto bytes = *file.encode(random_);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    auto bad = bytes;
    bad[i] ^= 1;
    EXPECT_FALSE(RingFile::open_with_pc_key(bad, pc_)) << i;
    EXPECT_FALSE(RingFile::open_with_pc_key(ByteView(bytes).first(i), pc_)) << i;
  }
}

TEST_F(KeyRingTest, a_file_of_a_newer_version_says_so) {
  auto bytes = *RingFile::create(ring_.clone(), pc_, random_)->encode(random_);
  bytes[6] = 9;
  const auto opened = RingFile::open_with_pc_key(bytes, pc_);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::permanent);
  EXPECT_NE(opened.error().message.find("newer version"), std::string::npos);
}

TEST_F(KeyRingTest, the_pc_key_file_is_checked_before_it_is_believed) {
  const auto file = pc_key_file(pc_);
  EXPECT_EQ(*parse_pc_key_file(file), pc_);
  for (std::size_t i = 0; i + 1 < file.size(); ++i) {
    auto bad = file;
    bad[i] = bad[i] == '7' ? '8' : '7';
    EXPECT_FALSE(parse_pc_key_file(bad)) << i;
    EXPECT_FALSE(parse_pc_key_file(ByteView(file).first(i))) << i;
  }
}

}  // namespace
}  // namespace till::security
