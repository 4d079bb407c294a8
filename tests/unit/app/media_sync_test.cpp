// Two shops and a hub, all real, on the loopback.
#include "app/media_sync.hpp"

#include <condition_variable>
#include <mutex>

#include "app/media.hpp"
#include "app/sync_service.hpp"
#include "joining.hpp"

namespace till::app {
namespace {

constexpr std::chrono::seconds kPatience{60};  // a test that waits this long has failed

class MediaSyncTest : public ShopTest {
 protected:
  struct Terminal {
    std::unique_ptr<Shop> shop;
    std::unique_ptr<SyncService> sync;
  };

  void SetUp() override { hub_.add_tenant("Shop"); }

  Terminal terminal(const std::string& name) {
    Terminal made{new_tiny_shop(temp_.file(name)), nullptr};
    const auto actor = value_of(actor_named(*made.shop, "Anna"));
    join(*made.shop, actor, hub_, "Shop", with_keys_);
    if (with_keys_ == nullptr) with_keys_ = made.shop.get();
    made.sync = value_of(SyncService::start(*made.shop, [this](bool) {
      { std::lock_guard lock(mutex_); }
      rung_.notify_all();
    }));
    return made;
  }
  bool becomes(const std::function<bool()>& is) {
    std::unique_lock lock(mutex_);
    return rung_.wait_for(lock, kPatience, is);
  }

  net::TestHub hub_;
  Shop* with_keys_ = nullptr;  // the first terminal
  std::mutex mutex_;
  std::condition_variable rung_;
};

TEST_F(MediaSyncTest, a_product_picture_added_on_one_terminal_appears_on_the_other) {
  auto first = terminal("first");
  auto second = terminal("second");
  const Bytes picture = to_bytes("\x89PNG\r\n\x1a\n picture of pens");
  const auto actor = value_of(actor_named(*first.shop, "Anna"));
  const auto file = value_of(add_media(*first.shop, actor, domain::MediaKind::product_picture, "pens.png", picture));
  EXPECT_TRUE(becomes([&] {
    const auto bytes = media_bytes(*second.shop, file.id);
    return bytes && *bytes == picture;
  }));
}

}  // namespace
}  // namespace till::app
