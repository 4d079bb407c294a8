// The journal's panel over a real shop: pages, an entry, the check, a file.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "app/journal.hpp"
#include "worker_fixture.hpp"

namespace till::app {
namespace {

using testing::HasSubstr;

class JournalPanelTest : public WorkerTest {
 protected:
  void SetUp() override {
    ShopTest::SetUp();
    for (int i = 0; i < 250; ++i) {
      clock_.advance(std::chrono::seconds(1));
      journal_alone(shop_->state(), owner(),
                    {i % 50 == 0 ? "price.change" : "sign-in", "subject " + std::to_string(i), {}});
    }
    start();
    sign_in_as("Anna", "2580");
  }
  std::shared_ptr<const Snapshot> search(SearchJournal wanted) {
    act(std::move(wanted));
    EXPECT_TRUE(becomes([](const Snapshot& s) { return s.journal.rows && !s.journal.searching; }));
    return now();
  }
};

TEST_F(JournalPanelTest, ListLoadsPageByPageWithoutLosingOrDoublingARow) {
  auto snapshot = search({});
  EXPECT_EQ(snapshot->journal.rows->size(), 100);
  for (int page = 0; page < 10 && snapshot->journal.has_more; ++page) {
    act(MoreJournal{});
    EXPECT_TRUE(becomes([](const Snapshot& s) { return !s.journal.searching; }));
    snapshot = now();
  }
  std::set<Id> ids;
  for (const auto& row : *snapshot->journal.rows) ids.insert(row.id);
  EXPECT_EQ(ids.size(), snapshot->journal.rows->size());
  EXPECT_GT(ids.size(), 250);
  EXPECT_FALSE(snapshot->journal.has_more);
}

TEST_F(JournalPanelTest, SearchFindsByKindAndText) {
  SearchJournal prices;
  prices.kind = "catalogue";
  EXPECT_EQ(search(prices)->journal.rows->size(), 5);
  prices.text = "subject 150";
  const auto found = search(prices);
  ASSERT_EQ(found->journal.rows->size(), 1);
  EXPECT_EQ(found->journal.rows->at(0).what, "Price changed");
  SearchJournal nobody;
  nobody.user = "Nobody";
  EXPECT_TRUE(search(nobody)->journal.rows->empty());
}

TEST_F(JournalPanelTest, EntryShowsWhatItChanged) {
  act(ChangeSetting{"receipt.footer", "Bye"});
  SearchJournal settings;
  settings.kind = "setting.change";
  const auto rows = search(settings)->journal.rows;
  ASSERT_EQ(rows->size(), 1);
  const auto shown = act(ShowJournalEntry{rows->at(0).id})->journal.shown;
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->row.user, "Anna");
  ASSERT_FALSE(shown->changes.empty());
  EXPECT_EQ(shown->changes.back().after, "Bye");
  EXPECT_EQ(shown->changes.back().kind, "Setting");
}

TEST_F(JournalPanelTest, CheckAndFileSayWhatCameOfThem) {
  act(VerifyJournal{});
  EXPECT_TRUE(becomes([](const Snapshot& s) { return !s.journal.checking; }));
  EXPECT_TRUE(now()->journal.is_good) << now()->journal.outcome;
  EXPECT_THAT(now()->journal.outcome, HasSubstr("all as they were written"));
  search({});
  act(ExportJournal{true});
  EXPECT_TRUE(becomes([](const Snapshot& s) { return !s.journal.checking; }));
  ASSERT_EQ(now()->journal.findings.size(), 1) << now()->journal.outcome;
  std::ifstream file(now()->journal.findings[0].second);
  std::stringstream content;
  content << file.rdbuf();
  EXPECT_THAT(content.str(), testing::StartsWith("number,terminal,at,user"));
  EXPECT_THAT(content.str(), HasSubstr("subject 249"));
  stop_till();
  EXPECT_EQ(journalled("export"), 1);
}

TEST_F(JournalPanelTest, CashierIsAskedForSomebodyWhoMay) {
  act(SignOut{});
  sign_in_as("Mia", "1357");
  EXPECT_TRUE(act(SearchJournal{})->approval);
}

}  // namespace
}  // namespace till::app
