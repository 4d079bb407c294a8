// Two terminals of one shop that met once at a hub and from then on only over a folder that is carried between them.
#include "app/carriers.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>

#include "app/catalogue.hpp"
#include "app/ctl/ctl.hpp"
#include "app/devices.hpp"
#include "app/sync_service.hpp"
#include "journal_told.hpp"
#include "storage/folder_store.hpp"
#include "storage/meta.hpp"
#include "storage/tables.hpp"
#include "two_terminals.hpp"

namespace till::app {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class CarriersTest : public ShopTest {
 protected:
  void SetUp() override {
    ShopTest::SetUp();
    stick_ = temp_.file("stick");
    fs::create_directory(stick_);
  }
  void join(const Id& tenant) {  // without a hub
    HubMembership joined;
    joined.url = "https://127.0.0.1:1";
    joined.tenant = tenant;
    joined.tenant_name = "Corner";
    EXPECT_DONE(change(shop_->state(), [&](storage::Transaction& tx) {
      return storage::set_meta(tx, "hub.membership", encode(joined));
    }));
  }
  Result<CarrierTarget> add(const std::string& name = "blue") { return add_carrier(*shop_, owner(), stick_, name); }
  std::string stick_;
  const Id tenant_ = id_of_all(7), other_tenant_ = id_of_all(9);

  static Id id_of_all(std::uint8_t byte) {
    Id id;
    id.bytes.fill(byte);
    return id;
  }
};

TEST_F(CarriersTest, OnlyAMemberOfATenantHasCarriersAndOnlyWhoMayManageTerminalsAddsThem) {
  EXPECT_REFUSED(add(), invalid, "join one");
  join(tenant_);
  EXPECT_REFUSED(add_carrier(*shop_, cashier(), stick_, "blue"), denied, "");
  EXPECT_DONE(add());
  EXPECT_EQ(value_of(carriers(*shop_)).size(), 1U);
  EXPECT_EQ(journalled("sync.carrier.add"), 1);
}

TEST_F(CarriersTest, TheListHasEachOnceAndNumbersThatStay) {
  join(tenant_);
  EXPECT_EQ(value_of(add("blue")).link, sync::kFirstCarrierLink);
  EXPECT_REFUSED(add("red"), invalid, "the carrier 'blue' already");
  fs::create_directory(temp_.file("red"));
  EXPECT_REFUSED(add_carrier(*shop_, owner(), temp_.file("red"), "blue"), invalid, "another name");
  EXPECT_EQ(value_of(add_carrier(*shop_, owner(), temp_.file("red") + "/", "")).name, "red");
  EXPECT_DONE(remove_carrier(*shop_, owner(), "blue"));
  EXPECT_EQ(journalled("sync.carrier.remove"), 1);
  EXPECT_REFUSED(remove_carrier(*shop_, owner(), "blue"), invalid, "no carrier");
  EXPECT_EQ(value_of(carriers(*shop_)).at(0).link, sync::kFirstCarrierLink + 1);
  EXPECT_EQ(value_of(add("blue")).link, sync::kFirstCarrierLink) << "what lay on it was left there";
  EXPECT_REFUSED(add_carrier(*shop_, owner(), "stick", "x"), invalid, "whole path");
  EXPECT_REFUSED(add_carrier(*shop_, owner(), temp_.file("no/such"), "x"), invalid, "plugged in");
}

TEST_F(CarriersTest, TheMarkerSaysWhoseItIsAndNoNames) {
  join(tenant_);
  EXPECT_DONE(add());
  std::ifstream file(stick_ + "/tillstick-carrier.id");
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  EXPECT_EQ(text, "tillstick-carrier-1 " + to_string(tenant_) + "\n");
}

TEST_F(CarriersTest, EachTroubleHasItsSentence) {
  join(tenant_);
  const auto target = value_of(add());
  auto& env = *shop_->state().env;
  EXPECT_DONE(open_carrier(env, target, tenant_));
  EXPECT_REFUSED(open_carrier(env, target, other_tenant_), permanent, "belongs to another shop");
  join(other_tenant_);
  EXPECT_REFUSED(add("again"), invalid, "the carrier 'blue' already");
  EXPECT_DONE(remove_carrier(*shop_, owner(), "blue"));
  EXPECT_REFUSED(add(), permanent, "belongs to another shop");
  write_file("stick/tillstick-carrier.id", "tillstick-carrier-2 x");
  EXPECT_REFUSED(open_carrier(env, target, tenant_), permanent, "newer version");
  write_file("stick/tillstick-carrier.id", "holiday");
  EXPECT_REFUSED(open_carrier(env, target, tenant_), permanent, "damaged");
  fs::remove(stick_ + "/tillstick-carrier.id");
  EXPECT_REFUSED(open_carrier(env, target, tenant_), permanent, "carrier add");
  fs::remove(stick_ + "/tillstick-store.id");
  EXPECT_REFUSED(open_carrier(env, target, tenant_), retry, "blue is not here");
  fs::remove_all(stick_);
  EXPECT_REFUSED(open_carrier(env, target, tenant_), retry, "blue is not here");
}

TEST_F(CarriersTest, TillctlAddsListsAndRemovesThem) {
  join(tenant_);
  close();
  const auto ctl = [&](std::vector<std::string> words) {
    CtlRequest request;
    request.words = std::move(words);
    request.folder = folder();
    request.working_folder = temp_.file("");
    return run_ctl(request, nullptr);
  };
  EXPECT_EQ(ctl({"sync", "carrier", "add", "stick", "--name", "blue", "--user", "Anna"}).err, "");
  EXPECT_NE(ctl({"sync", "carrier", "list"}).out.find("blue at " + stick_ + ": is here"), std::string::npos);
  fs::remove_all(stick_);
  const auto json = ctl({"--json", "sync", "carrier", "list"});
  EXPECT_NE(json.out.find(R"("here":false)"), std::string::npos) << json.out;
  EXPECT_EQ(ctl({"sync", "carrier", "remove", "red", "--user", "Anna"}).exit_code, 1);
  EXPECT_EQ(ctl({"sync", "carrier", "remove", "blue", "--user", "Anna"}).exit_code, 0);
  EXPECT_EQ(ctl({"sync", "carrier", "list"}).out.substr(0, 11), "no carriers");
  open();
  EXPECT_EQ(told(*shop_, "sync.carrier.add"), Told{"Anna: blue"});
  EXPECT_EQ(told(*shop_, "sync.carrier.remove"), Told{"Anna: blue"});
}

// Two terminals, enrolled at a hub that is then switched off for good.
class CarriedShopsTest : public TwoTerminals {
 protected:
  void SetUp() override {
    TwoTerminals::SetUp();
    fs::create_directory(temp_.file("stick"));
    join_both();
    disconnect();
    hub_.stop();
    for (int i = 0; i < 2; ++i) EXPECT_DONE(add_carrier(*shops_[i], anna(i), temp_.file("stick"), "blue"));
  }
  Status run(int i) {
    if (!services_[i]) services_[i] = value_of(SyncService::start(*shops_[i], {}));
    return services_[i]->run_once(20s);
  }
  std::int64_t number(int i, const std::string& sql) {
    return value_of(shops_[i]->state().db->read([&](storage::Connection& conn) { return conn.integer(sql); }))
        .value_or(-1);
  }
  std::int64_t sales(int i) { return number(i, "SELECT count(*) FROM sale"); }
  void sell_pens(int i) {
    auto& shop = *shops_[i];
    const auto mia = value_of(actor_named(shop, "Mia"));
    if (!std::exchange(is_open_[i], true)) EXPECT_DONE(open_shift(shop, mia, {10000}));
    domain::Basket basket(shop.state().settings()->rules);
    value_of(basket.add(value_of(domain::find_item(catalogue_lookup(shop), kPens)), {}));
    value_of(finalise(shop, mia, basket, {{}}));
  }
  std::vector<std::string> segments() {
    std::vector<std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(temp_.file("stick"))) {
      if (entry.is_regular_file() && entry.path().extension() != ".id") files.push_back(entry.path().string());
    }
    return files;
  }

  std::array<bool, 2> is_open_{};
};

TEST_F(CarriedShopsTest, ASaleAndAPriceGoThereAndBackWithNoHubRunning) {
  sell_pens(0);
  EXPECT_DONE(change_price(*shops_[0], anna(0), pens(0).id, {160}));
  EXPECT_DONE(run(0));
  disconnect();
  EXPECT_FALSE(segments().empty());
  EXPECT_EQ(sales(1), 0);
  EXPECT_DONE(run(1));
  EXPECT_EQ(sales(1), 1);
  EXPECT_EQ(pens(1).price.minor, 160);

  sell_pens(1);
  EXPECT_DONE(change_price(*shops_[1], anna(1), pens(1).id, {170}));
  EXPECT_DONE(run(1));
  disconnect();
  EXPECT_DONE(run(0));
  EXPECT_EQ(sales(0), 2);
  EXPECT_EQ(pens(0).price.minor, 170);
  EXPECT_EQ(number(0, "SELECT count(*) FROM sale_line"), 2);
}

TEST_F(CarriedShopsTest, WithAStickInTheTillWasConnectedWhileTheHubWasDown) {
  sell_pens(0);
  EXPECT_DONE(run(0));
  const auto status = services_[0]->report().status;
  EXPECT_NE(status.link, sync::LinkState::connected);
  EXPECT_NE(status.problem, "") << "and nobody was told";
}

TEST_F(CarriedShopsTest, ATillThatRunsTakesANewCarrierInAtOnce) {
  EXPECT_DONE(remove_carrier(*shops_[0], anna(0), "blue"));
  services_[0] = value_of(SyncService::start(*shops_[0], {}));
  sell_pens(0);
  EXPECT_DONE(add_carrier(*shops_[0], anna(0), temp_.file("stick"), "blue"));
  EXPECT_DONE(run(0));
  disconnect();
  EXPECT_DONE(run(1));
  EXPECT_EQ(sales(1), 1);
}

TEST_F(CarriedShopsTest, AnAbsentStickIsSaidSoAndNothingIsLost) {
  sell_pens(0);
  fs::rename(temp_.file("stick"), temp_.file("pocket"));
  services_[0] = value_of(SyncService::start(*shops_[0], {}));
  const auto problem = [&] {
    const auto peers = services_[0]->report().status.peers;
    return peers.size() == 2 ? peers[1].problem : std::string();
  };
  for (int round = 0; round < 400 && problem().empty(); ++round) static_cast<void>(services_[0]->run_once(50ms));
  EXPECT_NE(problem().find("blue is not here"), std::string::npos) << problem();
  EXPECT_FALSE(fs::exists(temp_.file("stick"))) << "an empty mount point is not written to";
  fs::rename(temp_.file("pocket"), temp_.file("stick"));
  EXPECT_DONE(run(0));
  EXPECT_DONE(run(1));
  EXPECT_EQ(sales(1), 1);
}

TEST_F(CarriedShopsTest, TornFilesArePassedOverAndMendedByTheirAuthor) {
  sell_pens(0);
  EXPECT_DONE(run(0));
  disconnect();
  for (const auto& file : segments()) fs::resize_file(file, fs::file_size(file) / 2);
  EXPECT_DONE(run(1));
  EXPECT_EQ(sales(1), 0);
  EXPECT_NE(services_[1]->report().status.peers.at(1).problem.find("passed over"), std::string::npos);
  disconnect();
  EXPECT_DONE(run(0));
  EXPECT_DONE(run(1));
  EXPECT_EQ(sales(1), 1);
}

TEST_F(CarriedShopsTest, NeitherTheStickNorTheFoldersShowWhatWasCarried) {
  domain::Customer customer;
  customer.name = "Markerina Zwetschge";
  customer.phone = "+49-marker-phone";
  EXPECT_DONE(save_customer(*shops_[0], anna(0), customer));
  EXPECT_DONE(run(0));
  EXPECT_DONE(run(1));
  EXPECT_EQ(number(1, "SELECT count(*) FROM customer WHERE phone = '+49-marker-phone'"), 1);
  EXPECT_FALSE(segments().empty());
  for (const auto& entry : fs::recursive_directory_iterator(temp_.file(""))) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    for (const auto* mark : {"Markerina", "marker-phone", "SQLite format 3"})
      EXPECT_EQ(bytes.find(mark), std::string::npos) << entry.path() << " shows " << mark;
  }
}

// As the hub's refusal and the row that every terminal gets of it say.
TEST_F(CarriedShopsTest, WhatALockedOutTerminalWritesAfterwardsCountsNowhereThoughACarrierBringsIt) {
  sell_pens(1);
  EXPECT_DONE(run(1));
  disconnect();
  EXPECT_DONE(run(0));
  disconnect();
  EXPECT_EQ(sales(0), 1);
  const auto garden = shops_[1]->state().device();
  EXPECT_DONE(change(shops_[0]->state(), [&](storage::Transaction& tx) -> Status {
    auto row = TRY(storage::load<domain::Device>(tx, garden));
    row->revoked = true;
    return shops_[0]->state().replica->put(tx, *row);
  }));
  sell_pens(1);
  EXPECT_DONE(change_price(*shops_[1], anna(1), pens(1).id, {99}));
  EXPECT_DONE(run(1));
  disconnect();
  const auto price = pens(0).price.minor;
  static_cast<void>(run(0));
  EXPECT_EQ(sales(0), 1) << "what it sold before counts, what it sells now does not";
  EXPECT_EQ(pens(0).price.minor, price);
  EXPECT_EQ(number(0, "SELECT count(*) FROM sync_parked"), 0);
  disconnect();
  EXPECT_DONE(run(1));
  EXPECT_NE(shops_[1]->startup_warning().find("locked out"), std::string::npos) << "its operator is told";
  disconnect();
  shops_[0].reset();
  ShopOptions options;
  options.folder = temp_.file("front");
  shops_[0] = value_of(Shop::open(options));
  sell_pens(1);
  EXPECT_DONE(run(1));
  disconnect();
  static_cast<void>(run(0));
  EXPECT_EQ(sales(0), 1) << "after a restart, too";
}

}  // namespace
}  // namespace till::app
