// Terminals of one shop over a real hub on the loopback: for tests of snapshots, and of what follows when the hub has
// dropped its past or is another. Time is the test's: a month passes at once.
#pragma once

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "../net/hub_fixture.hpp"
#include "ahead_clock.hpp"
#include "app/devices.hpp"
#include "app/shop_state.hpp"
#include "app/snapshots/order.hpp"
#include "app/sync_service.hpp"
#include "joining.hpp"
#include "shop_fixture.hpp"
#include "storage/sync_digests.hpp"
#include "storage/sync_store.hpp"
#include "sync/bootstrap.hpp"

namespace till::app {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class SnapshotsTest : public ShopTest {
 protected:
  static constexpr std::size_t kTills = 3;

  void SetUp() override {
    hub_.retention.min_age_ms = 0;
    hub_.stop();
    hub_.start();
    hub_.add_tenant("Corner");
    for (std::size_t i = 0; i < 2; ++i) join(i);
    EXPECT_TRUE(exchange({0, 1}, [&] { return value_of(list_devices(*shops_[0])).size() == 2; }));
    sell(0);
    EXPECT_TRUE(exchange({0, 1}, [&] { return sales(1) == 1; }));
  }
  void TearDown() override {
    for (auto& service : services_) service.reset();
  }

  void join(std::size_t i) {
    shops_[i] = new_tiny_shop(temp_.file("till-" + std::to_string(i)), &time_);
    app::join(*shops_[i], anna(i), hub_, "Corner", shops_[0].get());
  }
  SyncService& service(std::size_t i) {
    if (!services_[i]) services_[i] = value_of(SyncService::start(*shops_[i], {}));
    return *services_[i];
  }
  template <class Done>
  bool exchange(const std::vector<std::size_t>& tills, Done&& done) {
    const auto give_up = std::chrono::steady_clock::now() + net::kPatience;
    while (std::chrono::steady_clock::now() < give_up) {
      for (const auto i : tills) static_cast<void>(service(i).run_once(3s));
      if (done()) return true;
    }
    return false;
  }
  void pass(std::chrono::hours span) {
    time_.advance(span);
    hub_.clock.advance(span);
  }
  // A day later everybody has said what it holds.
  bool everybody_says(const std::vector<std::size_t>& tills) {
    pass(25h);
    const auto now_ms = time_.now().us / 1000;
    return exchange(tills, [&] {
      return std::ranges::all_of(tills, [&](auto i) {
        return number(tills.front(), "SELECT count(*) FROM device_progress WHERE vector_at_ms > " +
                                         std::to_string(now_ms - 3'600'000)) >=
                   static_cast<std::int64_t>(tills.size()) &&
               i < kTills;
      });
    });
  }
  SnapshotsDone order(std::size_t i, const SnapshotOrder& what) {
    return value_of(order_snapshots(*shops_[i], anna(i), what,
                                    [&](const SnapshotOrder& wanted) { return service(i).snapshots(wanted, 20s); }));
  }
  // The hub has nothing of before any more.
  sync::HubDropped drop_past(const std::vector<std::size_t>& active) {
    const auto made = order(0, {true, false}).made;
    EXPECT_TRUE(made);
    EXPECT_TRUE(exchange(active, [&] {
      return std::ranges::all_of(active, [&](auto i) { return holds(i, made->manifest.positions); });
    }));
    EXPECT_TRUE(everybody_says(active));
    const auto done = order(0, {false, true});
    EXPECT_TRUE(done.dropped);
    return done.dropped.value_or(sync::HubDropped{});
  }

  bool holds(std::size_t i, const std::vector<sync::FeedPosition>& wanted) {
    const auto here =
        value_of(shops_[i]->state().db->read([](storage::Connection& conn) { return storage::feed_positions(conn); }));
    return std::ranges::all_of(wanted, [&](const auto& position) {
      const auto found = std::ranges::find(here, position.feed, &sync::FeedPosition::feed);
      return found != here.end() && found->sequence >= position.sequence;
    });
  }
  bool has_sent_all(std::size_t i) { return number(i, "SELECT count(*) FROM sync_own_feed WHERE head > acked") == 0; }

  Actor anna(std::size_t i) { return value_of(actor_named(*shops_[i], "Anna")); }
  void sell(std::size_t i) {
    auto& shop = *shops_[i];
    const auto mia = value_of(actor_named(shop, "Mia"));
    if (!std::exchange(is_open_[i], true)) EXPECT_DONE(open_shift(shop, mia, {10000}));
    domain::Basket basket(shop.state().settings()->rules);
    value_of(basket.add(value_of(domain::find_item(catalogue_lookup(shop), kPens)), {}));
    value_of(finalise(shop, mia, basket, {{}}));
  }
  std::int64_t number(std::size_t i, const std::string& sql) {
    return value_of(shops_[i]->state().db->read([&](storage::Connection& conn) { return conn.integer(sql); }))
        .value_or(-1);
  }
  std::int64_t sales(std::size_t i) { return number(i, "SELECT count(*) FROM sale"); }
  std::optional<sync::TakenSnapshot> taken(std::size_t i) {
    return value_of(shops_[i]->state().db->write([&](storage::Transaction& tx) {
      storage::SyncStore store(tx);
      return sync::last_taken(store);
    }));
  }
  // Without what changes by being published.
  std::vector<sync::TableDigest> digests(std::size_t i) {
    auto found =
        value_of(shops_[i]->state().db->read([](storage::Connection& conn) { return storage::table_digests(conn); }));
    std::erase_if(found, [](const auto& digest) { return digest.entity == sync::DeviceProgress::kEntity; });
    return found;
  }
  std::vector<fs::path> parts_at_hub(const std::string& ending) {
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(hub_.folder() + "/objects")) {
      if (entry.path().string().find("sync/snapshot") == std::string::npos || !entry.is_regular_file()) continue;
      if (entry.path().filename().string().starts_with(ending)) found.push_back(entry.path());
    }
    return found;
  }

  net::TestHub hub_;
  AheadClock time_;
  std::array<std::unique_ptr<Shop>, kTills> shops_;
  std::array<std::unique_ptr<SyncService>, kTills> services_;
  std::array<bool, kTills> is_open_{};
};

}  // namespace till::app
