// Import and export from the panel of a running till.
#include <filesystem>
#include <fstream>

#include "app/file_opening.hpp"
#include "worker_fixture.hpp"

namespace till::app {
namespace {

class DataPanel : public WorkerTest {
 protected:
  void SetUp() override {
    WorkerTest::SetUp();
    sign_in_as("Anna", "2580");
  }
  bool is_done() {
    return becomes([](const Snapshot& s) { return !s.data.progress.running; });
  }
  std::shared_ptr<const Snapshot> after(Command command) {
    act(std::move(command));
    EXPECT_TRUE(is_done());
    return now();
  }
};

TEST_F(DataPanel, shows_a_file_checks_it_and_imports_it_while_the_till_sells) {
  const auto file = write_file("neu.csv", "Artikelnummer;Bezeichnung;VK-Preis;Platz\nNEW-1;Stapler;8,50;3\n");
  auto seen = after(ImportOpen{file, {}, false});
  ASSERT_TRUE(seen->data.file) << seen->data.problem;
  EXPECT_EQ(seen->data.file->kind, "products");
  EXPECT_EQ(seen->data.file->columns[2].key, "price");
  EXPECT_EQ(seen->data.file->columns[3].key, "");
  EXPECT_EQ(seen->data.file->columns[1].sample, "Stapler");
  seen = after(ImportRun{true});
  ASSERT_TRUE(seen->data.report) << seen->data.problem;
  EXPECT_TRUE(seen->data.report->only_checked);
  EXPECT_EQ(seen->data.report->added, 1u);
  act(ImportRun{false}, Scan{kBread}, PayExact{});
  ASSERT_TRUE(is_done());
  seen = now();
  EXPECT_FALSE(seen->data.report->only_checked);
  EXPECT_EQ(act(Search{"Stapler"})->search.size(), 1u);
}

TEST_F(DataPanel, a_column_means_what_a_person_says_and_its_old_meaning_is_free) {
  const auto file = write_file("neu.csv", "sku,name,price,Aktion\nNEW-1,Stapler,8.50,7.00\n");
  after(ImportOpen{file, {}, false});
  const auto seen = after(ImportColumn{"Aktion", "price"});
  ASSERT_TRUE(seen->data.file) << seen->data.problem;
  EXPECT_EQ(seen->data.file->columns[3].key, "price");
  EXPECT_EQ(seen->data.file->columns[2].key, "");
}

TEST_F(DataPanel, what_cannot_be_read_is_said) {
  auto seen = after(ImportOpen{temp_.file("nowhere.csv"), {}, false});
  EXPECT_NE(seen->data.problem.find("no file"), std::string::npos);
  EXPECT_FALSE(seen->data.file);
  const auto file = write_file("bad.csv", "sku,name,price\nNEW-1,Stapler,much\n");
  after(ImportOpen{file, {}, false});
  seen = after(ImportRun{false});
  ASSERT_EQ(seen->data.report->problems.size(), 1u);
  EXPECT_EQ(seen->data.report->problems.front().line, "2");
  EXPECT_TRUE(seen->data.report->only_checked);
}

TEST_F(DataPanel, a_cashier_needs_somebody_who_may) {
  sign_in_as("Mia", "1357");
  const auto file = write_file("neu.csv", "sku,name,price\nNEW-1,Stapler,8.50\n");
  after(ImportOpen{file, {}, false});
  const auto asked = act(ImportRun{false});
  ASSERT_TRUE(asked->approval);
  act(Approve{"Jonas", "1470"});
  ASSERT_TRUE(is_done());
  EXPECT_EQ(now()->data.report->added, 1u);
}

TEST_F(DataPanel, exports_into_a_file) {
  const auto path = temp_.file("out.csv");
  const auto seen = after(ExportRun{"products", "csv", path});
  EXPECT_EQ(seen->data.exported_rows, 7u) << seen->data.problem;
  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST_F(DataPanel, a_second_start_with_a_file_shows_it_in_the_running_till) {
  const auto file = write_file("neu.csv", "sku,name,price\nNEW-1,Stapler,8.50\n");
  act(SignOut{});
  EXPECT_TRUE(value_of(show_in_running_till(folder(), file)));
  ASSERT_TRUE(becomes([](const Snapshot& s) { return s.data.opened_from_outside == 1 && s.data.file; }));
  EXPECT_EQ(now()->data.file->path, file);
  EXPECT_REFUSED(show_in_running_till(folder(), temp_.file("nowhere.csv")), invalid, "no file");
  stop_till();
  EXPECT_FALSE(value_of(show_in_running_till(folder(), file)));
}

}  // namespace
}  // namespace till::app
