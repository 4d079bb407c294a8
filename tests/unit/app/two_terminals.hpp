// Two terminals of one shop, "Front" and "Garden", and a hub on the loopback with the tenant "Corner". Who has joined
// is the test's.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>

#include "ahead_clock.hpp"
#include "app/catalogue.hpp"
#include "app/devices.hpp"
#include "app/sync_service.hpp"
#include "joining.hpp"

namespace till::app {

class TwoTerminals : public ShopTest {
 protected:
  void SetUp() override {
    hub_.add_tenant("Corner");
    for (int i = 0; i < 2; ++i) {
      shops_[i] = new_tiny_shop(temp_.file(i == 0 ? "front" : "garden"), &time_);
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
  void join(int i) { app::join(*shops_[i], anna(i), hub_, "Corner", shops_[0].get()); }
  void join_both() {
    for (int i = 0; i < 2; ++i) join(i);
    EXPECT_TRUE(exchange([&] { return both_know_both(); }));
  }
  bool both_know_both() {
    return std::ranges::all_of(shops_, [](auto& shop) { return value_of(list_devices(*shop)).size() == 2; });
  }
  Actor anna(int i) { return value_of(actor_named(*shops_[i], "Anna")); }

  domain::Product pens(int i) { return value_of(product_by_code(*shops_[i], kPens)); }

  net::TestHub hub_;
  AheadClock time_;
  std::array<std::unique_ptr<Shop>, 2> shops_;
  std::array<std::unique_ptr<SyncService>, 2> services_;
};

}  // namespace till::app
