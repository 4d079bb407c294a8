// The power goes, or the disk refuses, at every operation while parts of a backup are brought back into the running
// shop: the customers are as they were or as in the backup, all of them, and in the second case what was there is
// saved.
#include "app/restore_parts.hpp"
#include "shop_with_backups.hpp"

namespace till::crash {
namespace {

class RestorePartsScenario : public ShopWithBackups {
 protected:
  Result<app::PartsReport> restore_customers() {
    const auto shop = open();
    if (!shop) return fail(outcome_.error());
    app::PartsWish wish;
    wish.target = place_;
    wish.generation = generations_[0];
    wish.parts = {app::RestorePart::customers};
    Task task;
    return app::restore_parts(*shop, owner(*shop), wish, task);
  }
  static std::int64_t number(app::Shop& shop, const std::string& sql) {
    return app::value_of(shop.state().db->read([&](storage::Connection& conn) { return conn.integer(sql); }))
        .value_or(-1);
  }
  void check(const Result<app::PartsReport>& done) {
    const auto shop = open();
    ASSERT_NE(shop, nullptr) << outcome_.error().message << " / " << outcome_.error().cause;
    const auto count = [&](const std::string& name, const char* also) {
      return number(*shop, "SELECT count(*) FROM customer WHERE name = '" + name + "'" + also);
    };
    const bool is_restored = count(kLater, " AND lifecycle = 0") == 0;
    EXPECT_EQ(count(kLater, ""), 1);
    EXPECT_EQ(count(kCustomer, " AND lifecycle = 0"), 1);
    EXPECT_EQ(number(*shop, "SELECT count(*) FROM sale"), 4);
    EXPECT_EQ(number(*shop, "SELECT count(*) FROM audit_entry WHERE action = 'restore.parts'"), is_restored ? 1 : 0);
    EXPECT_TRUE(is_restored || !done) << "it was said to be done";
    EXPECT_EQ(read_books(*shop).wrong, std::vector<std::string>{});
    if (is_restored) {
      EXPECT_NE(safety_backup(*shop), "") << "the present data was not saved before";
    }
    expect_no_leftovers();
    sell(*shop);
  }
};

TEST_F(RestorePartsScenario, brings_all_of_it_back_or_nothing_wherever_the_power_goes) {
  cut_power_everywhere(
      13, [&] { return restore_customers(); }, [&](const auto& done) { check(done); });
}

TEST_F(RestorePartsScenario, brings_all_of_it_back_or_nothing_whatever_the_disk_refuses) {
  refuse_everywhere(
      17, [&] { return restore_customers(); }, [&](const auto& done) { check(done); });
}

}  // namespace
}  // namespace till::crash
