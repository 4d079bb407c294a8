// Two terminals of one shop, "Front" and "Garden", and a hub on the loopback with the tenant "Corner". Who has joined
// is the test's.
#pragma once

#include <array>
#include <chrono>

#include "app/devices.hpp"
#include "app/shop_init.hpp"
#include "app/sync_service.hpp"
#include "joining.hpp"
#include "support/source_dir.hpp"

namespace till::app {

class TwoTerminals : public ShopTest {
 protected:
  void SetUp() override {
    hub_.add_tenant("Corner");
    for (int i = 0; i < 2; ++i) {
      NewShop wanted;
      wanted.folder = temp_.file(i == 0 ? "front" : "garden");
      wanted.assets_folder = test::source_path("tests/unit/app/tiny_shop");
      value_of(init_shop(wanted));
      ShopOptions options;
      options.folder = wanted.folder;
      shops_[i] = value_of(Shop::open(options));
      EXPECT_DONE(rename_terminal(*shops_[i], anna(i), i == 0 ? "Front" : "Garden"));
    }
  }
  void TearDown() override { disconnect(); }
  void disconnect() {
    for (auto& service : services_) service.reset();
  }
  // Until it is so; the first `terminals` run what there is to exchange in between.
  template <class Done>
  bool exchange(Done&& done, int terminals = 2) {
    for (int i = 0; i < terminals; ++i)
      if (!services_[i]) services_[i] = value_of(SyncService::start(*shops_[i], {}));
    const auto give_up = std::chrono::steady_clock::now() + net::kPatience;
    while (std::chrono::steady_clock::now() < give_up) {
      for (int i = 0; i < terminals; ++i) static_cast<void>(services_[i]->run_once(std::chrono::seconds(3)));
      if (done()) return true;
    }
    return false;
  }
  Actor anna(int i) { return value_of(actor_named(*shops_[i], "Anna")); }

  net::TestHub hub_;
  std::array<std::unique_ptr<Shop>, 2> shops_;
  std::array<std::unique_ptr<SyncService>, 2> services_;
};

}  // namespace till::app
