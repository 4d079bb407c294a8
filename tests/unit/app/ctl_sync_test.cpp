// tillctl's sync commands on a till alone: what they answer, and what they refuse with which words.
#include <algorithm>
#include <boost/json.hpp>

#include "app/ctl/ctl.hpp"
#include "app/shop_state.hpp"
#include "shop_fixture.hpp"

namespace till::app {
namespace {

class CtlSyncTest : public ShopTest {
 protected:
  CtlOutput run(std::vector<std::string> words) {
    words.insert(words.begin(), "--json");
    return run_ctl({std::move(words), folder(), temp_.file(""), {}}, shop_.get());
  }
  boost::json::value done(std::vector<std::string> words) {
    const auto output = run(std::move(words));
    EXPECT_EQ(output.exit_code, 0) << output.err;
    return output.exit_code == 0 ? boost::json::parse(output.out) : boost::json::value();
  }
  void expect_refused(std::vector<std::string> words, const std::string& part) {
    const auto output = run(std::move(words));
    EXPECT_EQ(output.exit_code, 1);
    EXPECT_NE(output.err.find(part), std::string::npos) << output.err;
  }
};

TEST_F(CtlSyncTest, StatusSaysItInWords) {
  const auto status = done({"sync", "status"}).as_object();
  EXPECT_EQ(status.at("state"), "this till alone");
  EXPECT_EQ(status.at("lanes").as_array().size(), 4u);
  EXPECT_EQ(status.at("conflicts"), 0);
  EXPECT_TRUE(status.at("sentence").as_string().starts_with("This till works alone"));
}

TEST_F(CtlSyncTest, SettingsAreShownAndSet) {
  EXPECT_EQ(done({"sync", "settings"}).at("interval"), "15");
  done({"sync", "set", "interval", "60"});
  done({"sync", "set", "policy.product.price", "use_local"});
  const auto settings = done({"sync", "settings"});
  EXPECT_EQ(settings.at("interval"), "60");
  EXPECT_EQ(settings.at("policy.product.price"), "use_local");
  expect_refused({"sync", "set", "interval", "1"}, "from 5 to 3600");
  expect_refused({"sync", "set", "interval", "60", "--user", "Mia"}, "settings");
}

TEST_F(CtlSyncTest, ListsAreEmptyAndNothingIsThereToSettle) {
  EXPECT_TRUE(done({"sync", "conflicts"}).as_array().empty());
  EXPECT_TRUE(done({"sync", "parked"}).as_array().empty());
  EXPECT_TRUE(done({"sync", "incidents"}).as_array().empty());
  expect_refused({"sync", "resolve", "K7QF2M", "--use", "local"}, "there is no conflict K7QF2M");
  expect_refused({"sync", "undo", "K7QF2M"}, "no settled conflict");
}

TEST_F(CtlSyncTest, ThisTerminalIsListedAndCannotRevokeItself) {
  const auto devices = done({"devices"}).as_array();
  ASSERT_EQ(devices.size(), 1u);
  EXPECT_EQ(devices[0].at("state"), "this till");
  EXPECT_EQ(devices[0].at("clock"), "right");
  expect_refused({"devices", "revoke", std::string(devices[0].at("name").as_string())}, "cannot revoke itself");
  expect_refused({"devices", "revoke", "Nowhere"}, "there is no terminal 'Nowhere'");
}

TEST_F(CtlSyncTest, ARowThatWasAlteredBehindTheTillIsFoundAndHealedAndInTheJournal) {
  EXPECT_EQ(done({"sync", "heal"}).at("corrected"), 0);
  EXPECT_TRUE(shop_->state().db->write([](storage::Transaction& tx) {
    return tx.run("UPDATE product SET price = 1 WHERE id = (SELECT min(id) FROM product)");
  }));
  expect_refused({"doctor"}, "Product: rows are not what was kept of them");
  EXPECT_EQ(done({"sync", "heal", "--dry-run"}).at("corrected"), 1);
  expect_refused({"doctor"}, "Product");
  expect_refused({"sync", "heal", "nonsense"}, "there is no table 'nonsense'");
  expect_refused({"sync", "heal", "--user", "Mia"}, "conflict");
  const auto healed = done({"sync", "heal", "product"}).as_object();
  EXPECT_EQ(healed.at("corrected"), 1);
  EXPECT_NE(healed.at("rows").as_array().at(0).as_string().find("price"), std::string::npos);
  EXPECT_TRUE(done({"doctor"}).is_object());
  const auto told = shop_->state().db->read([](storage::Connection& conn) {
    return conn.integer("SELECT count(*) FROM audit_entry WHERE action = 'sync.heal' AND detail LIKE '%price:%'");
  });
  EXPECT_EQ(told, 1);
}

TEST_F(CtlSyncTest, GenerateDoesNotHideThatATableWasDamagedBefore) {
  EXPECT_TRUE(shop_->state().db->write([](storage::Transaction& tx) {
    return tx.run("UPDATE product SET price = 1 WHERE id = (SELECT min(id) FROM product)");
  }));
  expect_refused({"generate", "--products", "3"}, "sync heal");
  expect_refused({"doctor"}, "Product: rows are not what was kept of them");
}

TEST_F(CtlSyncTest, PauseAndResumeWereOnlyInTheWindow) {
  EXPECT_EQ(done({"sync", "pause"}).at("paused"), true);
  EXPECT_EQ(done({"sync", "settings"}).at("auto_sync"), "off");
  EXPECT_EQ(done({"sync", "resume"}).at("paused"), false);
  EXPECT_EQ(done({"sync", "settings"}).at("auto_sync"), "on");
  expect_refused({"sync", "pause", "--user", "Mia"}, "settings");
}

}  // namespace
}  // namespace till::app
