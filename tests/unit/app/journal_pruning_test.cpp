// Keeping the audit journal for so long and no longer: what goes, what vouches for it, and what was exported before.
#include "app/journal_pruning.hpp"

#include <gmock/gmock.h>

#include "app/catalogue.hpp"
#include "app/journal.hpp"
#include "app/journal_check.hpp"
#include "app/journal_reading.hpp"
#include "shop_fixture.hpp"
#include "storage/sync_store.hpp"

namespace till::app {
namespace {

using testing::HasSubstr;

class JournalPruningTest : public ShopTest {
 protected:
  void SetUp() override {
    ShopTest::SetUp();
    for (int i = 0; i < 5; ++i) journal_alone(shop_->state(), owner(), {"sign-in", "old " + std::to_string(i), {}});
  }
  void days_pass(int days) { clock_.advance(std::chrono::hours(24) * days); }
  void two_years_pass_and_people_work() {
    days_pass(740);
    for (int i = 0; i < 5; ++i) {
      journal_alone(shop_->state(), owner(), {"sign-in", "young " + std::to_string(i), {}});
      days_pass(1);
    }
  }
  void keep_two_years() { EXPECT_DONE(change_setting(*shop_, owner(), "audit.retention_days", "730")); }
  Result<JournalPruning> prune(const Actor& by, bool dry_run = false) {
    Task task;
    return prune_journal(*shop_, by, dry_run, task);
  }
  void prune_by_setting() {
    Task task;
    prune_journal_by_setting(*shop_, task);
  }
  std::int64_t entries() { return number("SELECT count(*) FROM audit_entry"); }
  std::int64_t old_ones() {
    return number("SELECT count(*) FROM audit_entry WHERE at < " +
                  std::to_string(clock_.now().us - 730LL * 24 * 3600 * 1'000'000));
  }
  std::string exported() {
    std::string content;
    Task task;
    value_of(export_journal(*shop_, owner(), {}, JournalFormat::json, task, [&](std::string_view piece) {
      content += piece;
      return Status{};
    }));
    return content;
  }
};

TEST_F(JournalPruningTest, takes_what_is_older_and_leaves_a_journal_that_verifies) {
  keep_two_years();
  two_years_pass_and_people_work();
  ASSERT_GT(old_ones(), 5);
  const auto before = entries();
  const auto pruned = value_of(prune(owner()));
  EXPECT_EQ(pruned.entries, before - entries() + 1) << "and one entry tells of it";
  EXPECT_EQ(old_ones(), 0);
  EXPECT_EQ(journalled("journal.prune"), 1);
  auto check = value_of(verify_journal(*shop_));
  EXPECT_TRUE(check.good) << check.sentence;
  EXPECT_THAT(check.chains.at(0).notes, testing::Contains(HasSubstr("a checkpoint stands for them")));
  reopen();
  journal_alone(shop_->state(), owner(), {"sign-in", "later", {}});
  check = value_of(verify_journal(*shop_));
  EXPECT_TRUE(check.good) << check.sentence;
}

TEST_F(JournalPruningTest, a_beginning_that_was_removed_without_it_is_missing) {
  two_years_pass_and_people_work();
  EXPECT_DONE(shop_->state().db->write(
      [](storage::Transaction& tx) { return tx.exec("DELETE FROM audit_entry WHERE sequence < 4"); }));
  EXPECT_THAT(value_of(verify_journal(*shop_)).sentence, HasSubstr("entries 1-3 are missing"));
}

TEST_F(JournalPruningTest, a_checkpoint_that_nobody_signed_is_found) {
  keep_two_years();
  two_years_pass_and_people_work();
  value_of(prune(owner()));
  EXPECT_DONE(shop_->state().db->write(
      [](storage::Transaction& tx) { return tx.exec("UPDATE audit_checkpoint SET signature = zeroblob(64)"); }));
  EXPECT_THAT(value_of(verify_journal(*shop_)).sentence, HasSubstr("is not signed by the terminal that pruned"));
}

TEST_F(JournalPruningTest, what_was_exported_before_is_checked_against_the_checkpoint) {
  keep_two_years();
  // A file that ends where the pruning will cut.
  const auto content = exported();
  EXPECT_TRUE(value_of(verify_exported(*shop_, content)).good);
  two_years_pass_and_people_work();
  value_of(prune(owner()));
  const auto check = value_of(verify_exported(*shop_, content));
  EXPECT_TRUE(check.good) << check.sentence;
  auto forged = content;
  const auto at = forged.find("\"canonical\":\"02") + 40;
  forged[at] = forged[at] == '0' ? '1' : '0';
  EXPECT_FALSE(value_of(verify_exported(*shop_, forged)).good);
  EXPECT_REFUSED(verify_exported(*shop_, "{}"), invalid, "exported as JSON");
}

TEST_F(JournalPruningTest, a_file_whose_readable_words_were_altered_beside_untouched_bytes_was_called_whole) {
  two_years_pass_and_people_work();
  EXPECT_DONE(change_price(*shop_, owner(), value_of(product_by_code(*shop_, kPens)).id, {199}));
  const auto content = exported();
  EXPECT_TRUE(value_of(verify_exported(*shop_, content)).good);
  const auto altered = [&](const std::string& name) {
    auto forged = content;
    const auto key = "\"" + name + "\":\"";
    for (auto at = forged.find(key); at != std::string::npos; at = forged.find(key, at)) {
      at += key.size();
      if (forged[at] == '"') continue;
      forged[at] = forged[at] == '1' ? '2' : '1';
      return value_of(verify_exported(*shop_, forged));
    }
    throw std::runtime_error("no entry has a " + name);
  };
  for (const auto* name : {"at", "user", "action", "subject", "detail", "kind", "row", "field", "before", "after"}) {
    const auto check = altered(name);
    EXPECT_FALSE(check.good) << name;
    EXPECT_THAT(check.sentence, HasSubstr("not as it was written")) << name;
  }
}

TEST_F(JournalPruningTest, is_refused_without_the_setting_and_to_all_but_the_owner) {
  EXPECT_REFUSED(prune(owner()), invalid, "kept for ever");
  EXPECT_REFUSED(prune(user("Jonas")), denied, "owner");
  EXPECT_REFUSED(change_setting(*shop_, owner(), "audit.retention_days", "364"), invalid, "365");
  EXPECT_DONE(change_setting(*shop_, owner(), "audit.retention_days", "0"));
  EXPECT_REFUSED(prune(owner()), invalid, "kept for ever");
}

TEST_F(JournalPruningTest, a_dry_run_says_how_much_and_changes_nothing) {
  keep_two_years();
  two_years_pass_and_people_work();
  const auto before = entries();
  EXPECT_GT(value_of(prune(owner(), true)).entries, 0);
  EXPECT_EQ(entries(), before);
}

TEST_F(JournalPruningTest, a_clock_that_has_just_run_away_prunes_nothing) {
  keep_two_years();
  days_pass(4000);
  journal_alone(shop_->state(), owner(), {"sign-in", "in the wrong year", {}});
  EXPECT_REFUSED(prune(owner()), invalid, "date is right");
  prune_by_setting();
  EXPECT_EQ(journalled("journal.prune"), 0);
}

TEST_F(JournalPruningTest, is_done_by_the_till_itself_when_the_shop_has_set_it) {
  keep_two_years();
  two_years_pass_and_people_work();
  prune_by_setting();
  EXPECT_EQ(old_ones(), 0);
  EXPECT_EQ(journalled("journal.prune"), 1);
  prune_by_setting();
  EXPECT_EQ(journalled("journal.prune"), 1);
}

TEST_F(JournalPruningTest, digests_of_the_journal_are_not_compared_once_the_shop_prunes) {
  const auto compares = [&] {
    return value_of(shop_->state().db->write([&](storage::Transaction& tx) -> Result<bool> {
      return storage::SyncStore(tx).keeps_all(domain::AuditEntry::kEntity);
    }));
  };
  EXPECT_TRUE(compares());
  keep_two_years();
  EXPECT_FALSE(compares());
}

}  // namespace
}  // namespace till::app
