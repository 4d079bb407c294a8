#include "app/media_exchange.hpp"

#include "../backup/memory_store.hpp"
#include "app/media.hpp"
#include "shop_fixture.hpp"
#include "storage/media_blobs.hpp"

namespace till::app {
namespace {

class MediaExchangeTest : public ShopTest {
 protected:
  static Bytes picture(const std::string& of) { return to_bytes("\x89PNG\r\n\x1a\n picture of " + of); }
  domain::MediaFile add(const std::string& of) {
    return value_of(add_media(*shop_, owner(), domain::MediaKind::product_picture, of + ".png", picture(of)));
  }
  storage::MediaBlobs blobs() { return {*shop_->state().env, storage::media_folder(folder())}; }
  // As on a terminal where the row came first.
  void lose(const domain::MediaFile& file) {
    EXPECT_DONE(blobs().remove(value_of(storage::media_hash(file.sha256))));
    EXPECT_FALSE(media_bytes(*shop_, file.id));
  }
  MediaRound run() { return value_of(exchange_->run()); }

  void SetUp() override {
    ShopTest::SetUp();
    exchange_ = std::make_unique<MediaExchange>(*shop_, line_);
  }

  backup::MemoryStore hub_;
  backup::FaultyStore line_{hub_};
  std::unique_ptr<MediaExchange> exchange_;
};

TEST_F(MediaExchangeTest, a_picture_goes_to_the_hub_once_and_comes_from_there_where_it_is_missing) {
  const auto file = add("pens");
  EXPECT_EQ(run().sent, 1U);
  EXPECT_EQ(run().sent, 0U);
  lose(file);
  const auto round = run();
  EXPECT_EQ(round.fetched, 1U);
  EXPECT_EQ(round.missing, 0U);
  EXPECT_EQ(value_of(media_bytes(*shop_, file.id)), picture("pens"));
}

TEST_F(MediaExchangeTest, the_hub_learns_neither_the_picture_nor_its_hash) {
  const auto file = add("pens");
  run();
  ASSERT_EQ(hub_.objects().size(), 1U);
  const auto& [name, bytes] = *hub_.objects().begin();
  EXPECT_EQ(name.find(to_hex(file.sha256).substr(0, 16)), std::string::npos) << name;
  EXPECT_EQ(as_text(bytes).find("picture of pens"), std::string::npos);
}

TEST_F(MediaExchangeTest, a_picture_that_nobody_has_yet_is_missing_and_comes_later) {
  const auto file = add("pens");
  lose(file);
  EXPECT_EQ(run().missing, 1U);
  EXPECT_DONE(blobs().put(picture("pens")));
  EXPECT_EQ(run().sent, 1U);
}

TEST_F(MediaExchangeTest, what_another_terminal_brought_since_the_last_look_is_found) {
  const auto file = add("pens");
  run();
  auto kept = std::exchange(hub_.objects(), {});
  exchange_->forget();
  lose(file);
  EXPECT_EQ(run().missing, 1U);
  hub_.objects() = std::move(kept);
  EXPECT_EQ(run().fetched, 1U);
}

TEST_F(MediaExchangeTest, a_damaged_object_is_not_taken_and_sent_again_by_who_has_the_picture) {
  const auto file = add("pens");
  run();
  hub_.objects().begin()->second.back() ^= 1;
  lose(file);
  EXPECT_EQ(run().missing, 1U);
  EXPECT_TRUE(hub_.objects().empty());
  EXPECT_DONE(blobs().put(picture("pens")));
  EXPECT_EQ(run().sent, 1U);
  lose(file);
  EXPECT_EQ(run().fetched, 1U);
}

TEST_F(MediaExchangeTest, one_picture_passed_off_as_another_is_not_taken) {
  const auto pens = add("pens");
  run();
  const auto genuine = hub_.objects().begin()->first;
  add("bread");
  run();
  ASSERT_EQ(hub_.objects().size(), 2U);
  for (auto& [name, bytes] : hub_.objects())
    if (name != genuine) hub_.objects()[genuine] = bytes;
  lose(pens);
  EXPECT_EQ(run().missing, 1U);
  EXPECT_FALSE(media_bytes(*shop_, pens.id));
}

TEST_F(MediaExchangeTest, a_full_hub_keeps_one_picture_and_not_the_others_from_going_and_coming) {
  const auto pens = add("pens");
  run();
  add("bread");
  lose(pens);
  line_.fail_at(1, ErrorKind::permanent, false);
  EXPECT_REFUSED(exchange_->run(), permanent, "as the test asked");
  EXPECT_NE(hub_.objects().size() == 2, media_bytes(*shop_, pens.id).has_value()) << "whichever of the two came first";
}

TEST_F(MediaExchangeTest, a_file_damaged_here_is_fetched_again) {
  const auto file = add("pens");
  run();
  const auto hex = to_hex(file.sha256);
  const auto path = storage::media_folder(folder()) + "/" + hex.substr(0, 2) + "/" + hex;
  ASSERT_TRUE(shop_->state().env->exists(path));
  EXPECT_DONE(shop_->state().env->write_atomic(path, view("no picture")));
  hub_.objects().clear();
  exchange_->forget();
  run();
  EXPECT_FALSE(shop_->state().env->exists(path)) << "it is not sent as it is";
}

TEST_F(MediaExchangeTest, a_line_that_breaks_stops_the_round_and_the_next_goes_on) {
  for (const auto* of : {"pens", "bread", "milk"}) add(of);
  line_.fail_at(3, ErrorKind::retry, false);
  const auto broken = exchange_->run();
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().kind, ErrorKind::retry);
  EXPECT_EQ(hub_.objects().size(), 1U);
  EXPECT_EQ(run().sent, 2U);
}

}  // namespace
}  // namespace till::app
