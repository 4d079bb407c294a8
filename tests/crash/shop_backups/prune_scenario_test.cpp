// The power goes, or the disk refuses in any way, at every operation while a shop removes old backups, under the lock
// of the place and with its entry in the journal: what is listed afterwards is whole, the newest is there, and the next
// pruning takes what was left.
#include "shop_with_backups.hpp"

namespace till::crash {
namespace {

class PruneBackupsScenario : public ShopWithBackups {
 protected:
  // A new full one, so that the chain before it is surplus.
  void SetUp() override {
    ShopWithBackups::SetUp();
    disk_.load(image_);
    {
      const auto shop = open();
      Task task;
      app::BackupChoice choice;
      choice.full = true;
      newest_ = app::value_of(app::create_backup(*shop, owner(*shop), place_, {}, task, choice)).manifest.generation;
    }
    image_ = disk_.image();
  }
  static Status prune(app::Shop& shop, const std::string& place) {
    backup::RetentionRule rule;
    rule.keep_last = 1;
    Task task;
    TRY(app::prune_generations(shop, owner(shop), place, rule, task));
    return {};
  }
  Status prune() {
    const auto shop = open();
    return shop ? prune(*shop, place_) : Status(fail(outcome_.error()));
  }
  void check(const Status& done) {
    const auto shop = open();
    ASSERT_NE(shop, nullptr) << outcome_.error().message << " / " << outcome_.error().cause;
    const auto rows = app::value_of(app::list_generations(*shop, place_, ""));
    ASSERT_FALSE(rows.empty());
    EXPECT_EQ(std::ranges::count(rows, newest_, &app::GenerationRow::generation), 1);
    EXPECT_TRUE(!done || rows.size() == 1) << "it was said to be done";
    for (const auto& row : rows) {
      EXPECT_EQ(row.problem, "");
      Task task;
      EXPECT_DONE(app::verify_generation(*shop, place_, row.generation, "", task, {backup::ProofKind::whole, 0, 1}));
    }
    EXPECT_EQ(read_books(*shop).wrong, std::vector<std::string>{});
    EXPECT_DONE(prune(*shop, place_));
    EXPECT_EQ(app::value_of(app::list_generations(*shop, place_, "")).size(), 1U);
  }
  std::string newest_;
};

TEST_F(PruneBackupsScenario, leaves_whole_backups_wherever_the_power_goes) {
  cut_power_everywhere(
      3, [&] { return prune(); }, [&](const auto& done) { check(done); });
}

TEST_F(PruneBackupsScenario, leaves_whole_backups_whatever_the_disk_refuses) {
  refuse_everywhere(
      3, [&] { return prune(); }, [&](const auto& done) { check(done); });
}

}  // namespace
}  // namespace till::crash
