// The power goes at every operation of the disk while the journal is pruned. After each, the shop is opened again: the
// journal verifies, either all of a step's entries are there or its checkpoint and the entry that tells of it, what is
// young is there, and the next pruning takes the rest.
#include <gtest/gtest.h>

#include "app/catalogue.hpp"
#include "app/journal.hpp"
#include "app/journal_pruning.hpp"
#include "app/shop_state.hpp"
#include "crash_shop.hpp"

namespace till::crash {
namespace {

class PruneScenario : public ::testing::Test {
 protected:
  void SetUp() override {
    shop_.prepare([&](app::Shop& shop) {
      ASSERT_TRUE(app::change_setting(shop, owner(shop), "audit.retention_days", "365"));
      for (int i = 0; i < 6; ++i) note(shop, "old");
      shop_.days_pass(380);
      for (int i = 0; i < 4; ++i, shop_.days_pass(1)) note(shop, "young");
    });
  }
  static void note(app::Shop& shop, const char* subject) {
    app::journal_alone(shop.state(), owner(shop), {"sign-in", subject, {}});
  }
  static std::int64_t number(app::Shop& shop, const std::string& sql) {
    return shop.state()
        .db->read([&](storage::Connection& conn) { return conn.integer(sql); })
        .value_or(std::nullopt)
        .value_or(-1);
  }
  static bool prune(app::Shop& shop) {
    Task task;
    return app::prune_journal(shop, owner(shop), false, task).has_value();
  }

  // What old documents were journalled with may be gone.
  static std::vector<std::string> wrong(app::Shop& shop) {
    auto books = read_books(shop);
    std::erase(books.wrong, "a document that is not in the journal once");
    return books.wrong;
  }

  void check(bool answered) {
    const auto shop = shop_.open();
    ASSERT_NE(shop, nullptr);
    EXPECT_EQ(wrong(*shop), std::vector<std::string>{});
    const auto old = number(*shop, "SELECT count(*) FROM audit_entry WHERE subject = 'old'");
    const auto told = number(*shop, "SELECT count(*) FROM audit_entry WHERE action = 'journal.prune'");
    const auto checkpoints = number(*shop, "SELECT count(*) FROM audit_checkpoint");
    EXPECT_EQ(number(*shop, "SELECT count(*) FROM audit_entry WHERE subject = 'young'"), 4);
    EXPECT_TRUE(old == 6 || old == 0) << old << " of a step are left";
    EXPECT_EQ(told, old == 0 ? 1 : 0);
    EXPECT_EQ(checkpoints, old == 0 ? 1 : 0);
    EXPECT_TRUE(!answered || old == 0) << "what was answered is not done";
    ASSERT_FALSE(HasFailure());
    ASSERT_TRUE(prune(*shop));
    EXPECT_EQ(number(*shop, "SELECT count(*) FROM audit_entry WHERE subject = 'old'"), 0);
    EXPECT_EQ(wrong(*shop), std::vector<std::string>{});
  }

  CrashShop shop_;
};

TEST_F(PruneScenario, pruned_entries_are_gone_with_their_checkpoint_or_all_there) {
  std::uint64_t stops = 0;
  bool stopped = true;
  for (std::uint64_t k = 1; stopped; ++k) {
    for (const auto loss : {Loss::dropped, Loss::kept, Loss::torn}) {
      SCOPED_TRACE("stopped at " + std::to_string(k) + ", way of loss " + std::to_string(static_cast<int>(loss)));
      shop_.start_over(k);
      bool answered = false;
      if (const auto shop = shop_.open()) answered = prune(*shop);
      stopped = shop_.disk.stopped();
      shop_.cut_power(loss, k);
      check(answered);
      ++stops;
      if (HasFailure()) return;
    }
  }
  std::cout << "[ stops    ] " << stops << "\n";
}

}  // namespace
}  // namespace till::crash
