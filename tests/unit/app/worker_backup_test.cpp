// Backups from the panel of a running till.
#include <filesystem>

#include "app/control_socket.hpp"
#include "worker_fixture.hpp"

namespace till::app {
namespace {

class BackupPanel : public WorkerTest {
 protected:
  void SetUp() override {
    WorkerTest::SetUp();
    sign_in_as("Anna", "2580");
  }
  std::shared_ptr<const Snapshot> finished_backup() {
    act(BackupStart{temp_.file("stick")});
    EXPECT_TRUE(becomes([](const Snapshot& s) { return !s.backup.progress.running && !s.backup.outcome.empty(); }));
    return now();
  }
};

TEST_F(BackupPanel, makes_a_backup_while_the_till_sells) {
  act(Scan{kPens}, PayExact{});
  act(BackupStart{temp_.file("stick")}, Scan{kBread}, PayExact{}, Scan{kPens});
  ASSERT_TRUE(becomes([](const Snapshot& s) { return !s.backup.progress.running && !s.backup.outcome.empty(); }));
  const auto seen = now();
  EXPECT_FALSE(seen->backup.failed) << seen->backup.outcome;
  ASSERT_EQ(seen->backup.rows.size(), 1u);
  EXPECT_EQ(seen->backup.rows[0].state, "verified");
  EXPECT_EQ(lines(*seen), Lines{"1 Highlighter pen"});
}

TEST_F(BackupPanel, restores_over_the_running_shop_and_goes_on_selling) {
  const auto kept = act(Scan{kPens}, PayExact{})->finished->receipt;
  const auto generation = finished_backup()->backup.rows.at(0).generation;
  const auto lost = act(Scan{kBread}, PayExact{})->finished->receipt;
  auto seen = act(Scan{kPens}, BackupRestore{temp_.file("stick"), generation});
  EXPECT_NE(notice(*seen).find("open ticket"), std::string::npos) << notice(*seen);
  seen = act(CancelTicket{}, BackupRestore{temp_.file("stick"), generation}, SearchReceipts{""});
  ASSERT_EQ(seen->receipts.size(), 1u) << notice(*seen);
  EXPECT_EQ(seen->receipts[0].receipt, kept);
  EXPECT_TRUE(seen->shift.open);
  seen = act(Scan{kBread}, PayExact{});
  ASSERT_TRUE(seen->finished) << notice(*seen);
  EXPECT_NE(seen->finished->receipt, lost);
  EXPECT_TRUE(ask_control_server(folder() + "/control.sock", "{}"));
}

TEST_F(BackupPanel, a_backup_to_restore_that_is_not_there_leaves_the_shop_as_it_is) {
  const auto receipt = act(Scan{kPens}, PayExact{})->finished->receipt;
  auto seen = act(BackupRestore{temp_.file("no stick"), "latest"}, SearchReceipts{""});
  EXPECT_NE(notice(*seen).find("no stick"), std::string::npos) << notice(*seen);
  ASSERT_EQ(seen->receipts.size(), 1u);
  EXPECT_EQ(seen->receipts[0].receipt, receipt);
  EXPECT_TRUE(act(Scan{kBread}, PayExact{})->finished);
}

TEST_F(BackupPanel, a_cashier_may_not_restore_alone) {
  sign_in_as("Mia", "1357");
  const auto seen = act(BackupRestore{temp_.file("stick"), "latest"});
  ASSERT_TRUE(seen->approval);
  ASSERT_EQ(seen->approval->by.size(), 1u);
  EXPECT_EQ(seen->approval->by[0].name, "Anna");
}

}  // namespace
}  // namespace till::app
