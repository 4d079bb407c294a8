#include "security/page_seal.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "core/random.hpp"

namespace till::security {
namespace {

class PageSeal : public ::testing::Test {
 protected:
  static std::unique_ptr<PageSealer> sealer(const SecretBytes& key) {
    auto made = PageSealer::create(key);
    EXPECT_TRUE(made);
    return std::move(*made);
  }
  SeededRandom random_{4};
  SecretBytes key_ = SecretBytes::random(random_);
  std::unique_ptr<PageSealer> sealer_ = sealer(key_);
  std::vector<std::uint8_t> plain_ = [] {
    std::vector<std::uint8_t> page(kPageSize, 0x41);
    std::fill(page.end() - kPageTrailer, page.end(), 0);
    return page;
  }();
  std::vector<std::uint8_t> sealed_ = std::vector<std::uint8_t>(kPageSize);

  [[nodiscard]] bool seal(std::uint32_t number) {
    return sealer_->seal(PageView(plain_.data(), kPageSize), number, PageBytes(sealed_.data(), kPageSize));
  }
  [[nodiscard]] static bool opens(PageSealer& with, std::vector<std::uint8_t> page, std::uint32_t number,
                                  std::vector<std::uint8_t>* plain = nullptr) {
    const bool whole = with.open(PageBytes(page.data(), kPageSize), number);
    if (plain != nullptr) *plain = std::move(page);
    return whole;
  }
};

TEST_F(PageSeal, gives_back_what_was_sealed_and_shows_nothing_of_it) {
  ASSERT_TRUE(seal(7));
  EXPECT_LT(std::count(sealed_.begin(), sealed_.end(), 0x41), 100);
  std::vector<std::uint8_t> opened;
  ASSERT_TRUE(opens(*sealer_, sealed_, 7, &opened));
  EXPECT_EQ(opened, plain_);
}

TEST_F(PageSeal, the_same_page_is_never_sealed_alike_twice) {
  ASSERT_TRUE(seal(7));
  const auto first = sealed_;
  ASSERT_TRUE(seal(7));
  EXPECT_NE(sealed_, first);
}

TEST_F(PageSeal, refuses_another_place_another_key_and_any_changed_byte) {
  ASSERT_TRUE(seal(7));
  EXPECT_FALSE(opens(*sealer_, sealed_, 8));
  const auto other = sealer(SecretBytes::random(random_));
  EXPECT_FALSE(opens(*other, sealed_, 7));
  for (const std::size_t at : {0UL, 2000UL, 4063UL, 4064UL, 4065UL, 4076UL, 4077UL, 4092UL}) {
    auto changed = sealed_;
    changed[at] ^= 1;
    EXPECT_FALSE(opens(*sealer_, changed, 7)) << at;
  }
}

TEST_F(PageSeal, a_page_without_room_for_the_seal_is_refused) {
  plain_[kPageSize - 1] = 1;
  EXPECT_FALSE(seal(7));
}

}  // namespace
}  // namespace till::security
