// What a manager may set about sync, and what is refused with which sentence.
#include "app/sync_settings.hpp"

#include <algorithm>

#include "app/conflict_policies.hpp"
#include "app/entity_text.hpp"
#include "shop_fixture.hpp"

namespace till::app {
namespace {

using sync::Policy;

class SyncSettingsTest : public ShopTest {
 protected:
  Status set(const std::string& key, const std::string& value) { return set_sync(*shop_, owner(), key, value); }
  SyncSettingRow row(const std::string& key) {
    auto rows = value_of(sync_setting_rows(*shop_));
    for (auto& policy : sync_policy_rows(*shop_)) rows.push_back(std::move(policy));
    const auto found = std::ranges::find(rows, key, &SyncSettingRow::key);
    return found == rows.end() ? SyncSettingRow{} : *found;
  }
  Policy policy(sync::EntityNumber entity, FieldNumber field) {
    return policies_from(shop_->state().settings()->raw).of(entity, field).policy;
  }
};

TEST_F(SyncSettingsTest, BeginWithTheDefaultsOfTheEngine) {
  EXPECT_EQ(value_of(engine_settings(*shop_)), sync::EngineSettings{});
  EXPECT_EQ(row("auto_sync").value, "on");
  EXPECT_EQ(row("batch").value, "100");
  EXPECT_EQ(row("timeout").shown, "30 s");
  EXPECT_EQ(row("retry_cap").shown, "5 min");
}

TEST_F(SyncSettingsTest, AreKeptByThisTerminalOverARestart) {
  EXPECT_DONE(set("interval", "60"));
  EXPECT_DONE(set("auto_sync", "off"));
  EXPECT_DONE(set("retry_cap", "3600"));
  EXPECT_DONE(set("attempts", "3"));
  EXPECT_DONE(set("batch", "10"));
  EXPECT_DONE(set("timeout", "5"));
  reopen();
  const auto settings = value_of(engine_settings(*shop_));
  EXPECT_EQ(settings.poll_interval_ms, 60'000);
  EXPECT_FALSE(settings.auto_sync);
  EXPECT_EQ(settings.retry_cap_ms, 3'600'000);
  EXPECT_EQ(settings.attempts_before_asking, 3U);
  EXPECT_EQ(settings.batch_records, 10U);
  EXPECT_EQ(settings.ack_timeout_ms, 5'000);
  EXPECT_EQ(row("retry_cap").larger, "") << "the end of the ladder";
  EXPECT_EQ(journalled("setting.change"), 6);
}

TEST_F(SyncSettingsTest, OutOfRangeAreRefusedWithTheRange) {
  EXPECT_REFUSED(set("interval", "4"), invalid, "from 5 to 3600 (seconds)");
  EXPECT_REFUSED(set("batch", "257"), invalid, "from 1 to 256");
  EXPECT_REFUSED(set("batch", "10.5"), invalid, "whole number");
  EXPECT_REFUSED(set("auto_sync", "maybe"), invalid, "'on' or 'off'");
  EXPECT_REFUSED(set("colour", "red"), invalid, "there are auto_sync, interval");
}

TEST_F(SyncSettingsTest, NeedTheRightToChangeSettings) {
  EXPECT_REFUSED(set_sync(*shop_, cashier(), "interval", "60"), denied, "change settings");
  EXPECT_EQ(row("interval").value, "15");
}

TEST_F(SyncSettingsTest, MoneyWaitsForAPersonAndListsArePutTogether) {
  using domain::Product;
  EXPECT_EQ(policy(Product::kEntity, 4), Policy::manual);
  EXPECT_EQ(policy(Product::kEntity, 9), Policy::manual);
  EXPECT_EQ(policy(Product::kEntity, 5), Policy::merge);
  EXPECT_EQ(policy(Product::kEntity, 6), Policy::merge);
  EXPECT_EQ(policy(Product::kEntity, 2), Policy::latest_wins);
  EXPECT_EQ(policy(Product::kEntity, 15), Policy::latest_wins);
  EXPECT_EQ(policy(domain::Tax::kEntity, 4), Policy::manual);
  EXPECT_EQ(policy(domain::User::kEntity, 2), Policy::latest_wins);
  EXPECT_EQ(policy(domain::User::kEntity, 3), Policy::latest_wins);
}

TEST_F(SyncSettingsTest, AFieldsPolicyStandsOverItsKinds) {
  EXPECT_DONE(set("policy.product", "use_local"));
  EXPECT_DONE(set("policy.product.name", "merge"));
  EXPECT_EQ(policy(domain::Product::kEntity, 2), Policy::merge);
  EXPECT_EQ(policy(domain::Product::kEntity, 4), Policy::use_local);
  EXPECT_EQ(row("policy.product").value, "use_local");
  EXPECT_EQ(row("policy.product.name").label, "Product: Name");
  EXPECT_EQ(number("SELECT count(*) FROM setting WHERE key = 'sync.policy.product'"), 1) << "the whole shop's";
}

TEST_F(SyncSettingsTest, APolicyThatNamesNothingIsRefused) {
  EXPECT_REFUSED(set("policy.sandwich", "merge"), invalid, "sync.policy.product");
  EXPECT_REFUSED(set("policy.product.shoe_size", "merge"), invalid, "has no field");
  EXPECT_REFUSED(set("policy.product", "coin_toss"), invalid, "latest_wins, use_local");
}

TEST_F(SyncSettingsTest, ValuesAreShownAsPeopleReadThem) {
  const auto shown = [&](sync::EntityNumber entity, FieldNumber field, const Bytes& bytes) {
    return value_of(shop_->state().db->read([&](storage::Connection& conn) -> Result<std::string> {
      return shown_value(conn, shop_->currency(), entity, field, bytes).text;
    }));
  };
  EXPECT_EQ(shown(domain::Product::kEntity, 4, encode(domain::Money{123456})), "1,234.56 EUR");
  EXPECT_EQ(shown(domain::Product::kEntity, 11, encode(true)), "yes");
  EXPECT_EQ(shown(domain::Product::kEntity, 15, encode(domain::Lifecycle::deleted)), "deleted");
  EXPECT_EQ(shown(domain::Product::kEntity, 3, encode(Id{})), "none");
  EXPECT_EQ(shown(domain::Product::kEntity, 13, encode(std::int64_t{1500})), "1.5");
  EXPECT_EQ(shown(domain::Tax::kEntity, 4, encode(std::int64_t{21'000'000})), "21 %");
  EXPECT_EQ(shown(domain::User::kEntity, 3, encode(Bytes{1, 2, 3})), "(secret)");
  EXPECT_EQ(shown(domain::User::kEntity, 2, encode(domain::Role::manager)), "manager");
}

TEST_F(SyncSettingsTest, TypedValuesAreReadAsTheFieldNeedsThem) {
  const auto typed = [&](FieldNumber field, const std::string& text) {
    return value_from_text(shop_->currency(), domain::Product::kEntity, field, text);
  };
  EXPECT_EQ(value_of(typed(4, "2.50")), encode(domain::Money{250}));
  EXPECT_EQ(value_of(typed(6, "1, 2")), encode(std::vector<std::string>{"1", "2"}));
  EXPECT_EQ(value_of(typed(11, "no")), encode(false));
  EXPECT_FALSE(typed(4, "cheap"));
  EXPECT_REFUSED(typed(3, "Drinks"), invalid, "choose one of the two");
}

}  // namespace
}  // namespace till::app
