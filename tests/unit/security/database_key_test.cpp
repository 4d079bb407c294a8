#include "security/database_key.hpp"

#include <gtest/gtest.h>

namespace till::security {
namespace {

class DatabaseKey : public ::testing::Test {
 protected:
  ManualClock clock_{UtcTime{1'700'000'000'000'000}};
  SeededRandom random_{9};
  KeyRing ring_ = KeyRing::generate(new_id(clock_, random_), clock_, random_);
  KeyRing next_ = KeyRing::generate(new_id(clock_, random_), clock_, random_);
  SecretBytes key_ = SecretBytes::random(random_);

  [[nodiscard]] Bytes file_for(std::vector<const KeyRing*> rings) {
    return encode_database_key(key_, rings, random_).value();
  }
};

TEST_F(DatabaseKey, opens_under_each_ring_that_it_was_written_for_and_no_other) {
  const auto both = file_for({&next_, &ring_});
  EXPECT_EQ(open_database_key(both, ring_).value(), key_);
  EXPECT_EQ(open_database_key(both, next_).value(), key_);
  const auto refused = open_database_key(file_for({&next_}), ring_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::denied);
}

TEST_F(DatabaseKey, rotation_of_the_ring_does_not_lock_it_out) {
  const auto file = file_for({&ring_});
  ring_.rotate(clock_, random_);
  EXPECT_EQ(open_database_key(file, ring_).value(), key_);
}

TEST_F(DatabaseKey, a_cut_or_changed_file_never_gives_a_key) {
  const auto file = file_for({&ring_});
  for (std::size_t size = 0; size < file.size(); ++size)
    EXPECT_FALSE(open_database_key(ByteView(file).first(size), ring_)) << size;
  for (std::size_t at = 0; at < file.size(); ++at) {
    auto changed = file;
    changed[at] ^= 0x80;
    const auto opened = open_database_key(changed, ring_);
    EXPECT_FALSE(opened && !(*opened == key_)) << at;
  }
}

}  // namespace
}  // namespace till::security
