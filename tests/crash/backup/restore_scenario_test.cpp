// A restore of a chain over a present database, refused or cut at every file operation: afterwards the folder holds the
// old data or the restored data, whole, and says which.
#include <cerrno>

#include "backup/backup_fixture.hpp"
#include "short_writes.hpp"
#include "storage/backup_shop_fixture.hpp"
#include "storage/faulty_env.hpp"

namespace till::storage {
namespace {

class RestoreScenario : public BackupOfShop {
 protected:
  void SetUp() override {
    BackupOfShop::SetUp();
    value_of(save());
    sell(2);
    tip_ = value_of(save()).manifest;
    ASSERT_EQ(tip_.kind, backup::GenerationKind::incremental);
    sell(3);
  }
  void check(const std::string& place, const Status& restored, const std::string& when) {
    auto recovered = recover_interrupted_restore(*env_, place);
    ASSERT_TRUE(recovered) << when << ": " << recovered.error().message;
    const auto now = content(place);
    EXPECT_EQ(now.check, "ok") << when;
    EXPECT_EQ(now.sales, restored ? 5 : 8) << when;
    EXPECT_EQ(now.restored_from.has_value(), restored.has_value()) << when;
  }
  Status restore_with(Env& env, const std::string& place) {
    Task task;
    TRY(restore_over(env, *store_, keys(), tip_, place, clock_, task));
    return {};
  }
  backup::Manifest tip_;
};

TEST_F(RestoreScenario, refused_at_any_operation_the_folder_holds_one_or_the_other_whole) {
  for (const int error_number : {ENOSPC, EIO, EROFS}) {
    std::uint64_t k = 1;
    for (bool finished = false; !finished; ++k) {
      const auto when = "errno " + std::to_string(error_number) + " at " + std::to_string(k);
      const auto place = killed_copy(when);
      FaultyEnv faulty(*env_);
      faulty.fail_at(k, error_number);
      const auto restored = restore_with(faulty, place);
      finished = faulty.operations() < k;
      faulty.heal();
      check(place, restored, when);
      if (HasFatalFailure()) return;
      std::filesystem::remove_all(place);
    }
    EXPECT_GT(k, 20U);
  }
}

TEST_F(RestoreScenario, writes_that_are_cut_leave_the_present_data) {
  std::uint64_t k = 1;
  for (bool finished = false; !finished; ++k) {
    const auto when = "short write " + std::to_string(k);
    const auto place = killed_copy(when);
    crash::ShortWrites shorted(*env_);
    shorted.fail_at(k, ENOSPC);
    const auto restored = restore_with(shorted, place);
    finished = shorted.appends() < k;
    // Without its marker the restored database is only checked once more.
    const bool is_marker = shorted.cut_file().find("/clean-shutdown") != std::string::npos;
    EXPECT_EQ(restored.has_value(), finished || is_marker) << when << " of " << shorted.cut_file();
    check(place, restored, when);
    if (HasFatalFailure()) return;
    std::filesystem::remove_all(place);
  }
}

}  // namespace
}  // namespace till::storage
