// The hub gets another address, or is lost with all that it had and the shop goes on at another one.
#include <gmock/gmock.h>

#include "journal_told.hpp"
#include "snapshots_fixture.hpp"
#include "storage/sync_pruning.hpp"

namespace till::app {
namespace {

using testing::HasSubstr;

class HubMove : public SnapshotsTest {
 protected:
  // The first hub is gone for good.
  void lose_hub() {
    for (auto& service : services_) service.reset();
    hub_.stop();
    other_.retention.min_age_ms = 0;
    other_.stop();
    other_.start();
    other_.add_tenant("Corner");
  }
  Result<HubMembership> moves(std::size_t i, const std::string& tenant = "Corner") {
    auto moved = enrol(*shops_[i], anna(i), other_.url(), other_.code(tenant), other_.ca_file());
    if (services_[i]) services_[i]->membership_changed();
    return moved;
  }
  // The third one sold, and only these heard of it.
  void third_sells_and_is_gone(const std::vector<std::size_t>& heard_by, int sold = 1) {
    for (int n = 0; n < sold; ++n) sell(2);
    auto tills = heard_by;
    tills.push_back(2);
    const auto before = sales(2);
    EXPECT_TRUE(exchange(tills, [&] {
      return has_sent_all(2) && std::ranges::all_of(heard_by, [&](auto i) { return sales(i) == before; });
    }));
    services_[2].reset();
  }
  bool brings(std::size_t i) { return value_of(brings_others(*shops_[i])); }
  // By itself: it is not asked to make a snapshot.
  bool has_brought(std::size_t i) {
    return exchange({i}, [&] {
      order(i, {});
      return !brings(i);
    });
  }
  std::unique_ptr<Shop> newcomer(Shop& with_keys) {
    auto shop = new_tiny_shop(temp_.file("newcomer"), &time_);
    app::join(*shop, value_of(actor_named(*shop, "Anna")), other_, "Corner", &with_keys);
    return shop;
  }

  static std::int64_t sales_of(Shop& shop) {
    const auto count = [](storage::Connection& conn) { return conn.integer("SELECT count(*) FROM sale"); };
    return value_of(shop.state().db->read(count)).value_or(-1);
  }

  net::TestHub other_;
};

TEST_F(HubMove, TheHubGotAnotherAddressAndTheTillsHadNoWayToFollow) {
  static_cast<void>(service(0));
  hub_.stop();
  hub_.move_to_another_port();
  hub_.start();
  const auto followed = value_of(enrol(*shops_[0], anna(0), hub_.url(), "", ""));
  service(0).membership_changed();
  EXPECT_FALSE(followed.ca_file.empty()) << "the same hub: its certificate is as it was";
  value_of(enrol(*shops_[1], anna(1), hub_.url(), "", hub_.ca_file()));
  services_[1].reset();
  sell(0);
  EXPECT_TRUE(exchange({0, 1}, [&] { return sales(1) == 2; }));
  EXPECT_EQ(told(*shops_[0], "sync.hub.address"), Told{"Anna: Corner"});
}

TEST_F(HubMove, AHubThatDoesNotKnowTheTerminalIsNotTakenForItsOwn) {
  lose_hub();
  const auto before = value_of(membership(*shops_[0]));
  const auto refused = enrol(*shops_[0], anna(0), other_.url(), "", other_.ca_file());
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("does not know this terminal"));
  EXPECT_THAT(refused.error().message, HasSubstr("device code"));
  EXPECT_EQ(value_of(membership(*shops_[0]))->url, before->url);
  EXPECT_EQ(value_of(membership(*shops_[0]))->ca_file, before->ca_file);
}

TEST_F(HubMove, ACodeOfAnotherShopChangesNothing) {
  join(2);
  EXPECT_TRUE(exchange({0, 2}, [&] { return !value_of(membership(*shops_[2]))->keys_pending; }));
  lose_hub();
  other_.add_tenant("Bakery");
  net::TestTill baker(other_);
  ASSERT_TRUE(baker.enrol(other_.code("Bakery")));
  const auto before = value_of(membership(*shops_[0]))->url;
  const auto refused = moves(0, "Bakery");
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("another shop"));
  EXPECT_EQ(value_of(membership(*shops_[0]))->url, before);
  EXPECT_DONE(moves(0));
  other_.add_tenant("Corner again");
  const auto doubled = moves(1, "Corner again");
  ASSERT_FALSE(doubled) << "the shop would be at this hub twice";
  EXPECT_THAT(doubled.error().message, HasSubstr("has the shop already, as 'Corner'"));
}

TEST_F(HubMove, TheShopGoesOnAtAnotherHubAsOne) {
  static_cast<void>(service(0));
  lose_hub();
  sell(0);
  sell(1);
  EXPECT_DONE(moves(0));
  EXPECT_DONE(moves(1));
  EXPECT_FALSE(value_of(membership(*shops_[1]))->keys_pending) << "it has the keys";
  EXPECT_TRUE(exchange({0, 1}, [&] { return sales(0) == 3 && sales(1) == 3 && digests(0) == digests(1); }));
  for (const auto& peer : service(0).report().peers)
    EXPECT_TRUE(peer.has_keys) << peer.name << " seems to wait for them";
  EXPECT_EQ(told(*shops_[0], "sync.hub.moved"), Told{"Anna: Corner"});
}

TEST_F(HubMove, WhatATillThatIsGoneHadSoldWasNotAtTheHubThatTheShopMovedTo) {
  join(2);
  EXPECT_TRUE(exchange({0, 2}, [&] { return sales(2) == 1; }));
  third_sells_and_is_gone({0, 1});
  lose_hub();
  EXPECT_DONE(moves(0));
  ASSERT_TRUE(has_brought(0));
  const auto late = newcomer(*shops_[0]);
  auto service_of_late = value_of(SyncService::start(*late, {}));
  EXPECT_TRUE(exchange({0}, [&] {
    static_cast<void>(service_of_late->run_once(3s));
    return sales_of(*late) == 2;
  }));
}

TEST_F(HubMove, EachBringsWhatItAloneHasOfATillThatIsGone) {
  join(2);
  EXPECT_TRUE(exchange({0, 2}, [&] { return sales(2) == 1; }));
  third_sells_and_is_gone({0, 1});
  services_[0].reset();
  third_sells_and_is_gone({1}, 2);
  EXPECT_EQ(sales(0), 2);
  lose_hub();
  EXPECT_DONE(moves(0));
  ASSERT_TRUE(has_brought(0));
  EXPECT_DONE(moves(1));
  EXPECT_TRUE(exchange({0, 1}, [&] {
    if (brings(1)) order(1, {});
    return sales(0) == 4 && digests(0) == digests(1);
  }));
  EXPECT_FALSE(brings(1));
}

// Its own log begins behind what the new hub would need first.
TEST_F(HubMove, WhatATerminalHadPrunedOfItsOwnLogWasNotAtTheHubThatItMovedTo) {
  (void)drop_past({0, 1});
  for (const std::size_t i : {0U, 1U})
    value_of(shops_[i]->state().db->write([&](storage::Transaction& tx) {
      return storage::prune_log(tx, value_of(storage::feed_positions(tx)), INT64_MAX, 10'000);
    }));
  sell(0);
  lose_hub();
  EXPECT_DONE(moves(0));
  EXPECT_DONE(moves(1));
  for (const std::size_t i : {0U, 1U}) EXPECT_TRUE(has_brought(i));
  const auto late = newcomer(*shops_[0]);
  auto service_of_late = value_of(SyncService::start(*late, {}));
  EXPECT_TRUE(exchange({0, 1}, [&] {
    static_cast<void>(service_of_late->run_once(3s));
    return sales_of(*late) == 2;
  }));
}

// The snapshot was lost, and of all who held what the hub had dropped none is left: the one that is waited for ever.
TEST_F(HubMove, WhoeverWasBehindTheFloorWithNobodyLeftToMakeASnapshotCouldNotGoOn) {
  join(2);
  EXPECT_TRUE(exchange({0, 2}, [&] { return sales(2) == 1; }));
  services_[2].reset();
  sell(0);
  pass(31 * 24h);
  EXPECT_TRUE(everybody_says({0, 1}));
  (void)drop_past({0, 1});
  for (std::size_t i = 0; i < 2; ++i) services_[i].reset();
  hub_.stop();
  fs::remove_all(hub_.folder() + "/objects");
  hub_.start();
  sell(2);
  EXPECT_TRUE(
      exchange({2}, [&] { return service(2).report().status.problem.find("another hub") != std::string::npos; }));
  lose_hub();
  EXPECT_DONE(moves(2));
  EXPECT_TRUE(exchange({2}, [&] {
    order(2, {});
    return !brings(2);
  }));
  shops_[0] = nullptr;
  const auto late = newcomer(*shops_[2]);
  auto service_of_late = value_of(SyncService::start(*late, {}));
  EXPECT_TRUE(exchange({2}, [&] {
    static_cast<void>(service_of_late->run_once(3s));
    return sales_of(*late) == 2;
  }));
}

}  // namespace
}  // namespace till::app
