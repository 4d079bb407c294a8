// The audit journal of a shop: what an entry keeps, and what the check finds.
#include "journal_fixture.hpp"

#include <gmock/gmock.h>

#include "app/backups.hpp"
#include "app/catalogue.hpp"
#include "app/journal_reading.hpp"
#include "app/restores.hpp"
#include "security/audit_chain.hpp"

namespace till::app {
namespace {

using testing::HasSubstr;

class Journal : public JournalFixture {
 protected:
  void SetUp() override {
    ShopTest::SetUp();
    open_the_shift();
  }
};

TEST_F(Journal, is_good_over_restarts_and_counts_its_entries) {
  sell({kPens});
  reopen();
  sell({kBread});
  const auto found = check();
  EXPECT_TRUE(found.good) << found.sentence;
  EXPECT_EQ(static_cast<std::int64_t>(found.entries), number("SELECT count(*) FROM audit_entry"));
}

TEST_F(Journal, a_changed_byte_is_found_and_named) {
  sell({kPens});
  sell({kPens});
  const auto entry = sales_entry();
  edit("UPDATE audit_entry SET canonical = CAST(replace(canonical, 'Mia', 'Max') AS BLOB)" + at_sale());
  EXPECT_THAT(check().sentence, HasSubstr("entry " + std::to_string(entry) + " is not as it was written"));
}

TEST_F(Journal, a_shown_column_that_differs_from_the_hashed_bytes_is_found) {
  sell({kPens});
  edit("UPDATE audit_entry SET user_name = 'Somebody'" + at_sale());
  EXPECT_THAT(check().sentence, HasSubstr("is not as it was written"));
}

TEST_F(Journal, a_removed_entry_is_found_and_its_number_named) {
  sell({kPens});
  const auto entry = sales_entry();
  edit("DELETE FROM audit_entry" + at_sale());
  sell({kPens});
  EXPECT_THAT(check().sentence, HasSubstr("entry " + std::to_string(entry) + " is missing"));
}

TEST_F(Journal, a_swapped_pair_is_found) {
  sell({kPens});
  sell({kBread});
  const auto n = std::to_string(sales_entry()), before = std::to_string(sales_entry() - 1);
  edit("UPDATE audit_entry SET sequence = CASE sequence WHEN " + n + " THEN " + before + " ELSE " + n +
       " END WHERE sequence IN (" + n + ", " + before + ")");
  EXPECT_FALSE(check().good);
}

TEST_F(Journal, a_cut_end_is_found) {
  sell({kPens});
  edit("DELETE FROM audit_entry" + at_sale());
  EXPECT_THAT(check().sentence, HasSubstr("missing"));
}

TEST_F(Journal, a_journal_that_is_gone_altogether_is_found) {
  edit("DELETE FROM audit_entry");
  EXPECT_FALSE(check().good);
}

TEST_F(Journal, a_tail_rewritten_with_right_hashes_is_found_by_the_signed_end) {
  sell({kPens});
  sell({kPens});
  rewrite_from(sales_entry() - 1, false);
  EXPECT_THAT(check().sentence, HasSubstr("is not signed by this terminal"));
}

TEST_F(Journal, what_was_rewritten_with_the_terminals_own_key_is_found_by_the_z_report) {
  sell({kPens});
  EXPECT_DONE(close_shift(*shop_, owner(), {10149}));
  EXPECT_TRUE(check().good);
  rewrite_from(sales_entry(), true);
  EXPECT_THAT(check().sentence, HasSubstr("another entry is here now; the journal was rewritten"));
  EXPECT_THAT(check().sentence, HasSubstr("Z report"));
}

TEST_F(Journal, what_was_rewritten_with_the_terminals_own_key_is_found_by_a_backup) {
  sell({kPens});
  Task task;
  EXPECT_DONE(create_backup(*shop_, owner(), temp_.file("stick"), {}, task));
  const auto anchors = value_of(backup_anchors(*shop_, temp_.file("stick"), {}));
  ASSERT_EQ(anchors.size(), 1);
  EXPECT_TRUE(check(anchors).good) << check(anchors).sentence;
  rewrite_from(sales_entry(), true);
  EXPECT_TRUE(check().good) << "the database alone does not know";
  EXPECT_THAT(check(anchors).sentence, HasSubstr("the backup of"));
}

TEST_F(Journal, a_z_report_prints_and_keeps_where_the_journal_stood) {
  const auto closed = value_of(close_shift(*shop_, owner(), {10000}));
  EXPECT_EQ(closed.closing.journal_sequence + 1, number("SELECT max(sequence) FROM audit_entry"));
  EXPECT_THAT(closed.closing.report, HasSubstr(short_form(closed.closing.journal_hash)));
  EXPECT_EQ(short_form(closed.closing.journal_hash).size(), 14);
}

TEST_F(Journal, a_clock_that_jumps_does_not_break_the_chain) {
  sell({kPens});
  clock_.set_utc({clock_.now().us - 400LL * 24 * 3600 * 1'000'000});
  EXPECT_DONE(change_setting(*shop_, owner(), "receipt.footer", "back then"));
  clock_.set_utc({clock_.now().us + 4000LL * 24 * 3600 * 1'000'000});
  EXPECT_DONE(change_setting(*shop_, owner(), "receipt.footer", "far ahead"));
  EXPECT_TRUE(check().good) << check().sentence;
}

TEST_F(Journal, a_restored_till_goes_on_from_the_backup_and_what_it_lost_may_come_home) {
  sell({kPens});
  Task task;
  EXPECT_DONE(create_backup(*shop_, owner(), temp_.file("stick"), {}, task));
  sell({kBread});
  sell({kBread});
  const auto lost = newest(3);
  const auto device = shop_->state().device();
  close();
  value_of(restore_shop({folder(), temp_.file("stick"), "latest", {}, "Anna", std::nullopt, true}, task));
  open();
  sell({kPens});
  EXPECT_TRUE(check().good) << check().sentence;
  for (const auto& entry : lost)
    EXPECT_DONE(shop_->state().db->write([&](storage::Transaction& tx) { return storage::store(tx, entry); }));
  const auto found = check();
  EXPECT_TRUE(found.good) << found.sentence;
  EXPECT_THAT(found.chains.at(0).notes, testing::Contains(HasSubstr("goes on twice")));
  EXPECT_EQ(found.chains.at(0).device, device);
  EXPECT_EQ(journalled("terminal.new-life"), 1);
}

TEST_F(Journal, two_continuations_without_a_restore_are_named_and_bad) {
  sell({kPens});
  auto other = last();
  sell({kPens});
  other.id = new_id(clock_, shop_->state().random);
  other.subject = "another past";
  security::Hash previous{};
  std::ranges::copy(other.previous_hash, previous.begin());
  const auto hash = security::journal_hash(previous, domain::canonical_bytes(other));
  other.chain_hash.assign(hash.begin(), hash.end());
  EXPECT_DONE(shop_->state().db->write([&](storage::Transaction& tx) { return storage::store(tx, other); }));
  EXPECT_THAT(check().sentence, HasSubstr("nothing in it says why"));
}

TEST_F(Journal, an_entry_put_behind_the_signed_end_is_found) {
  auto forged = last();
  forged.id = new_id(clock_, shop_->state().random);
  forged.sequence += 1;
  forged.previous_hash = forged.chain_hash;
  security::Hash previous{};
  std::ranges::copy(forged.previous_hash, previous.begin());
  const auto hash = security::journal_hash(previous, domain::canonical_bytes(forged));
  forged.chain_hash.assign(hash.begin(), hash.end());
  EXPECT_DONE(shop_->state().db->write([&](storage::Transaction& tx) { return storage::store(tx, forged); }));
  EXPECT_THAT(check().sentence, HasSubstr("behind the signed end"));
}

// Entries of before: no chain of their own, a keyed hash beside them.
TEST_F(Journal, entries_of_an_older_program_are_checked_by_their_own_formula_and_continued) {
  auto& state = shop_->state();
  const auto key = state.keys->with_ring([](security::RingFile& file) { return file.ring.derive("audit"); });
  EXPECT_DONE(state.db->write([&](storage::Transaction& tx) -> Status {
    TRY(tx.run("DELETE FROM audit_entry"));
    security::AuditHead head;
    for (int n = 1; n <= 3; ++n) {
      domain::AuditEntry entry;
      entry.id = new_id(clock_, state.random);
      entry.device = state.device();
      entry.sequence = n;
      entry.at = clock_.now();
      entry.action = "sale";
      WireWriter old;
      old(entry.device, entry.sequence, entry.at.us, entry.user_name, entry.approved_by, entry.action, entry.subject,
          entry.detail);
      const auto canonical = old.take();
      head = security::next_head(key, head, canonical);
      TRY(storage::store(tx, entry));
      TRY(tx.run("UPDATE audit_entry SET canonical = ?2, hash = ?3 WHERE id = ?1", entry.id, canonical,
                 Bytes(head.hash.begin(), head.hash.end())));
    }
    return tx.run("UPDATE audit_head SET sequence = 3, hash = ?1, signature = x''",
                  Bytes(head.hash.begin(), head.hash.end()));
  }));
  EXPECT_TRUE(check().good) << check().sentence;
  journal_alone(state, owner(), {"sign-in", "Anna", {}});
  EXPECT_TRUE(check().good) << check().sentence;
  EXPECT_EQ(check().entries, 4);
  edit("UPDATE audit_entry SET subject = 'x' WHERE sequence = 2");
  EXPECT_THAT(check().sentence, HasSubstr("entry 2"));
}

TEST_F(Journal, an_entry_says_what_a_row_was_before_and_is_now) {
  const auto product = value_of(product_by_code(*shop_, kPens));
  EXPECT_DONE(change_price(*shop_, owner(), product.id, {199}));
  const auto entry = last();
  ASSERT_EQ(entry.changes.size(), 1);
  const auto shown = value_of(shop_->state().db->read([&](storage::Connection& conn) -> Result<ShownChange> {
    return shown_changes(conn, shop_->currency(), entry).at(0);
  }));
  EXPECT_EQ(shown.kind, "Product");
  EXPECT_EQ(shown.name, "Highlighter pen");
  EXPECT_EQ(shown.field, "Price");
  EXPECT_EQ(shown.before.text, "1.49 EUR");
  EXPECT_EQ(shown.after.text, "1.99 EUR");
}

TEST_F(Journal, personal_and_secret_values_are_not_kept) {
  domain::Customer customer;
  customer.name = "Wilhelmine Sonderbar";
  customer.email = "wilhelmine@example.org";
  const auto id = value_of(save_customer(*shop_, owner(), customer));
  for (const auto& change : last().changes) EXPECT_FALSE(change.has_values);
  EXPECT_FALSE(last().changes.empty());
  EXPECT_EQ(number("SELECT count(*) FROM audit_entry WHERE instr(canonical, CAST('Wilhelmine' AS BLOB)) > 0"), 0);
  EXPECT_FALSE(id.is_nil());
}

TEST_F(Journal, card_numbers_are_masked) {
  journal_alone(shop_->state(), owner(), {"sale", "4111 1111 1111 1111", "paid with 4111111111111111"});
  EXPECT_EQ(last().subject.find("4111 1111 1111"), std::string::npos);
  EXPECT_EQ(last().detail.find("411111111111"), std::string::npos);
}

TEST_F(Journal, a_sign_in_of_nobody_and_one_that_is_locked_out_are_told) {
  EXPECT_FALSE(sign_in(*shop_, "Nobody", "1234"));
  EXPECT_EQ(journalled("sign-in.refused"), 1);
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(sign_in(*shop_, "Mia", "9999"));
  EXPECT_EQ(journalled("sign-in.refused"), 21);
}

TEST_F(Journal, is_read_by_those_who_may_only) {
  EXPECT_REFUSED(journal_entry(*shop_, cashier(), "1"), denied, "audit journal");
  EXPECT_REFUSED(journal_entry(*shop_, owner(), "999999"), invalid, "no entry");
  EXPECT_EQ(value_of(journal_entry(*shop_, owner(), shop_->terminal() + "/1")).sequence, 1);
  Task task;
  EXPECT_REFUSED(
      export_journal(*shop_, cashier(), {}, JournalFormat::csv, task, [](std::string_view) { return Status{}; }),
      denied, "cashier");
}

}  // namespace
}  // namespace till::app
