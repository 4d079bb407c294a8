// Each fault that the journal can have is planted, and noticed by what people rely on: what the check says, what stands
// in an entry, what stays after pruning. docs/AUDIT.md has the list.
#include "app/catalogue.hpp"
#include "app/healing.hpp"
#include "app/journal_pruning.hpp"
#include "journal_fixture.hpp"
#include "security/journal_sabotage.hpp"
#include "storage/sync_digests.hpp"
#include "storage/sync_store.hpp"

#include <filesystem>
#include <functional>
#include <set>

namespace till::app {
namespace {

using security::JournalSabotage;

class JournalFaults : public JournalFixture {
 protected:
  void SetUp() override {}

  // Answers what is wrong; empty: nothing. Without the fault it must find nothing, with it something.
  using Scenario = std::function<std::string()>;
  void expect_noticed(JournalSabotage fault, const Scenario& scenario) {
    begin();
    EXPECT_EQ(scenario(), "") << "without the fault";
    begin();
    security::plant(fault);
    const auto found = scenario();
    security::plant(JournalSabotage::none);
    EXPECT_NE(found, "") << "the fault went unnoticed";
  }
  void TearDown() override { security::plant(JournalSabotage::none); }

  void begin() {
    close();
    std::filesystem::remove_all(folder());
    clock_.set_utc(SystemClock().now());
    ShopTest::SetUp();
    open_the_shift();
  }
  void note(const std::string& subject, const std::string& detail = {}) {
    journal_alone(shop_->state(), owner(), {"sign-in", subject, detail});
  }
  std::int64_t holding(const std::string& text) {
    return number("SELECT count(*) FROM audit_entry WHERE instr(canonical, CAST('" + text +
                  "' AS BLOB)) > 0 OR instr(subject, '" + text + "') > 0 OR instr(detail, '" + text + "') > 0");
  }
  std::string what_is_wrong() {
    const auto found = check();
    return found.good ? "" : found.sentence;
  }
  // For harm that the check must name.
  std::string overlooked() { return check().good ? "the check says that all is well" : ""; }

  void two_years_pass() {
    EXPECT_DONE(change_setting(*shop_, owner(), "audit.retention_days", "730"));
    for (int i = 0; i < 4; ++i) note("old");
    days_pass(740);
    for (int i = 0; i < 4; ++i, days_pass(1)) note("young");
  }
  void prune() {
    Task task;
    prune_journal_by_setting(*shop_, task);
  }
};

TEST_F(JournalFaults, a_sale_leaves_no_entry) {
  expect_noticed(JournalSabotage::entry_left_out, [&]() -> std::string {
    sell({kPens});
    return journalled("sale") == 1 ? "" : "nothing tells of the sale";
  });
}

TEST_F(JournalFaults, a_card_number_is_hashed_and_masked_afterwards) {
  expect_noticed(JournalSabotage::mask_after_hash, [&]() -> std::string {
    note("4111 1111 1111 1111");
    if (holding("4111 1111 1111 1111") > 0) return "the number is kept";
    return what_is_wrong();
  });
}

TEST_F(JournalFaults, a_card_number_at_the_edge_of_a_long_text_is_kept_by_half) {
  expect_noticed(JournalSabotage::mask_after_clip, [&]() -> std::string {
    note("x", std::string(490, 'x') + "4111111111111111");
    return holding("4111") > 0 ? "ten digits of the number are kept" : "";
  });
}

TEST_F(JournalFaults, personal_values_are_kept) {
  expect_noticed(JournalSabotage::personal_values_kept, [&]() -> std::string {
    domain::Customer customer;
    customer.name = "Wilhelmine Sonderbar";
    EXPECT_DONE(save_customer(*shop_, owner(), customer));
    return holding("Wilhelmine") > 0 ? "the journal cannot forget her" : "";
  });
}

TEST_F(JournalFaults, a_change_that_no_entry_of_its_own_tells_goes_untold) {
  expect_noticed(JournalSabotage::rest_untold, [&]() -> std::string {
    auto& state = shop_->state();
    const auto before = number("SELECT count(*) FROM audit_entry");
    EXPECT_DONE(change(state, [&](storage::Transaction& tx) {
      return state.replica->put(tx, make_setting("receipt.footer", "unnoticed"));
    }));
    return number("SELECT count(*) FROM audit_entry") == before ? "nothing tells of the change" : "";
  });
}

TEST_F(JournalFaults, the_signed_end_stays_behind) {
  expect_noticed(JournalSabotage::head_not_moved, [&]() -> std::string {
    note("one");
    note("two");
    return what_is_wrong();
  });
}

TEST_F(JournalFaults, a_z_report_does_not_say_where_the_journal_stood) {
  expect_noticed(JournalSabotage::z_report_silent, [&]() -> std::string {
    sell({kPens});
    EXPECT_DONE(close_shift(*shop_, owner(), {10149}));
    rewrite_from(sales_entry(), true);
    return overlooked();
  });
}

TEST_F(JournalFaults, columns_are_believed) {
  expect_noticed(JournalSabotage::columns_believed, [&]() -> std::string {
    sell({kPens});
    edit("UPDATE audit_entry SET user_name = 'Somebody'" + at_sale());
    return overlooked();
  });
}

TEST_F(JournalFaults, missing_numbers_are_overlooked) {
  expect_noticed(JournalSabotage::gap_overlooked, [&]() -> std::string {
    sell({kPens});
    const auto gone = at_sale();
    sell({kPens});
    edit("DELETE FROM audit_entry" + gone);
    return overlooked();
  });
}

TEST_F(JournalFaults, an_entry_may_continue_anything) {
  expect_noticed(JournalSabotage::link_believed, [&]() -> std::string {
    sell({kPens});
    auto forged = last();
    note("after it");
    forged.subject = "nothing";
    security::Hash previous{};
    std::ranges::copy(forged.previous_hash, previous.begin());
    const auto hash = security::journal_hash(previous, domain::canonical_bytes(forged));
    forged.chain_hash.assign(hash.begin(), hash.end());
    EXPECT_DONE(shop_->state().db->write([&](storage::Transaction& tx) -> Status {
      TRY(tx.run("DELETE FROM audit_entry WHERE id = ?1", forged.id));
      return storage::store(tx, forged);
    }));
    return overlooked();
  });
}

TEST_F(JournalFaults, the_signature_of_the_end_is_not_looked_at) {
  expect_noticed(JournalSabotage::end_believed, [&]() -> std::string {
    sell({kPens});
    sell({kPens});
    rewrite_from(sales_entry() - 1, false);
    return overlooked();
  });
}

TEST_F(JournalFaults, what_z_reports_say_is_ignored) {
  expect_noticed(JournalSabotage::anchors_ignored, [&]() -> std::string {
    sell({kPens});
    EXPECT_DONE(close_shift(*shop_, owner(), {10149}));
    rewrite_from(sales_entry(), true);
    return overlooked();
  });
}

TEST_F(JournalFaults, the_signature_of_a_checkpoint_is_not_looked_at) {
  expect_noticed(JournalSabotage::checkpoint_believed, [&]() -> std::string {
    two_years_pass();
    prune();
    edit("UPDATE audit_checkpoint SET signature = zeroblob(64)");
    return overlooked();
  });
}

TEST_F(JournalFaults, nothing_stands_for_what_was_pruned) {
  expect_noticed(JournalSabotage::prune_without_checkpoint, [&]() -> std::string {
    two_years_pass();
    prune();
    return what_is_wrong();
  });
}

TEST_F(JournalFaults, pruning_leaves_no_entry) {
  expect_noticed(JournalSabotage::prune_untold, [&]() -> std::string {
    two_years_pass();
    prune();
    return journalled("journal.prune") == 0 ? "nothing tells of the pruning" : "";
  });
}

TEST_F(JournalFaults, an_entry_goes_that_is_young_enough) {
  expect_noticed(JournalSabotage::prune_takes_the_young, [&]() -> std::string {
    two_years_pass();
    prune();
    return number("SELECT count(*) FROM audit_entry WHERE subject = 'young'") == 4 ? "" : "a young entry is gone";
  });
}

TEST_F(JournalFaults, the_digest_still_counts_what_was_pruned) {
  expect_noticed(JournalSabotage::prune_leaves_digest, [&]() -> std::string {
    two_years_pass();
    prune();
    return value_of(shop_->state().db->read([](storage::Connection& conn) -> Result<std::string> {
      constexpr auto kEntity = domain::AuditEntry::kEntity;
      const bool same = TRY(storage::kept_digest(conn, kEntity)) == TRY(storage::counted_digest(conn, kEntity));
      return std::string(same ? "" : "the digest is not the table's");
    }));
  });
}

TEST_F(JournalFaults, a_clock_that_ran_away_prunes) {
  expect_noticed(JournalSabotage::runaway_clock_believed, [&]() -> std::string {
    EXPECT_DONE(change_setting(*shop_, owner(), "audit.retention_days", "730"));
    for (int i = 0; i < 4; ++i) note("old");
    days_pass(4000);
    note("in the wrong year");
    prune();
    return number("SELECT count(*) FROM audit_entry WHERE subject = 'old'") == 4 ? "" : "entries of today are gone";
  });
}

TEST_F(JournalFaults, healing_puts_back_what_was_pruned) {
  expect_noticed(JournalSabotage::pruned_compared, [&]() -> std::string {
    two_years_pass();
    prune();
    EXPECT_DONE(heal_tables(*shop_, owner(), {}, false));
    return number("SELECT count(*) FROM audit_entry WHERE subject = 'old'") == 0 ? "" : "old entries are back";
  });
}

TEST_F(JournalFaults, healing_sets_an_entry_right_by_half) {
  expect_noticed(JournalSabotage::healed_by_half, [&]() -> std::string {
    sell({kPens});
    edit("UPDATE audit_entry SET user_name = 'Max', canonical = CAST(replace(canonical, 'Mia', 'Max') AS BLOB)" +
         at_sale());
    if (const auto wrong = overlooked(); !wrong.empty()) return wrong;
    EXPECT_DONE(heal_tables(*shop_, owner(), {domain::AuditEntry::kEntity}, false));
    return what_is_wrong();
  });
}

}  // namespace
}  // namespace till::app
