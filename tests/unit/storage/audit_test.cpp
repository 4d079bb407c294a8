// The audit journal on disk: its order, its head, pages of it, and what pruning leaves.
#include "storage/audit.hpp"

#include <gmock/gmock.h>

#include "storage/audit_pruning.hpp"
#include "storage/sync_digests.hpp"
#include "storage_fixture.hpp"

namespace till::storage {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Audit : public StorageTest {
 protected:
  domain::AuditEntry entry(std::int64_t sequence, const std::string& action = "sale") {
    domain::AuditEntry e;
    e.id = id();
    e.device = device_;
    e.sequence = sequence;
    e.at = {sequence * 1'000'000};
    e.user_name = sequence % 2 == 0 ? "Mia" : "Jonas";
    e.action = action;
    e.subject = "K7QF-" + std::to_string(sequence);
    e.previous_hash = sequence == 1 ? Bytes(32, 0) : Bytes(32, static_cast<std::uint8_t>(sequence - 1));
    e.chain_hash = Bytes(32, static_cast<std::uint8_t>(sequence));
    return e;
  }
  Status append(const domain::AuditEntry& e) {
    return write([&](Transaction& tx) { return append_audit(tx, e, Bytes(64, 9), [&] { return store(tx, e); }); });
  }
  void fill(std::int64_t count) {
    for (std::int64_t n = 1; n <= count; ++n) EXPECT_DONE(append(entry(n)));
    EXPECT_DONE(write([](Transaction& tx) { return rebuild_digests(tx); }));
  }
  std::vector<std::int64_t> found(const AuditFilter& filter, std::optional<AuditPlace> before = {},
                                  std::size_t max = 50) {
    std::vector<std::int64_t> numbers;
    for (const auto& e : read([&](Connection& conn) { return find_audit(conn, filter, before, max); }))
      numbers.push_back(e.sequence);
    return numbers;
  }
  std::size_t prune(UtcTime older_than, std::size_t step) {
    const auto prefix = read([&](Connection& conn) { return audit_prefix(conn, device_, older_than); });
    std::size_t all = 0;
    for (std::size_t gone = 1; gone > 0; all += gone)
      gone = value_of(write([&](Transaction& tx) {
        return prune_audit(tx, prefix, step, [](AuditCheckpoint& checkpoint) {
          checkpoint.signature = Bytes(64, 1);
          return Status{};
        });
      }));
    return all;
  }
};

TEST_F(Audit, goes_on_where_its_head_stands_and_nowhere_else) {
  EXPECT_EQ(read([&](Connection& conn) { return audit_head(conn, device_); }).sequence, 0);
  EXPECT_DONE(append(entry(1)));
  EXPECT_FALSE(append(entry(3)));
  EXPECT_FALSE(append(entry(1)));
  auto stranger = entry(2);
  stranger.previous_hash = Bytes(32, 99);
  EXPECT_FALSE(append(stranger));
  EXPECT_DONE(append(entry(2)));
  const auto head = read([&](Connection& conn) { return audit_head(conn, device_); });
  EXPECT_EQ(head.sequence, 2);
  EXPECT_EQ(head.hash, Bytes(32, 2));
  EXPECT_EQ(head.signature, Bytes(64, 9));
}

TEST_F(Audit, an_entry_whose_transaction_fails_moves_no_head) {
  EXPECT_DONE(append(entry(1)));
  const auto second = entry(2);
  EXPECT_FALSE(write([&](Transaction& tx) -> Status {
    TRY(append_audit(tx, second, {}, [&] { return store(tx, second); }));
    return invalid("the power is gone");
  }));
  reopen();
  EXPECT_EQ(read([&](Connection& conn) { return audit_head(conn, device_); }).sequence, 1);
  EXPECT_DONE(append(entry(2)));
}

TEST_F(Audit, what_came_home_after_a_restore_does_not_move_the_head) {
  EXPECT_DONE(append(entry(1)));
  store_now(entry(2));
  store_now(entry(3));
  EXPECT_DONE(append(entry(2)));
}

TEST_F(Audit, keeps_the_very_bytes_that_were_hashed) {
  const auto e = entry(1);
  EXPECT_DONE(append(e));
  EXPECT_DONE(database_->read([&](Connection& conn) {
    return for_each_audit(conn, device_, [&](const AuditRow& row) -> Status {
      EXPECT_EQ(row.canonical, domain::canonical_bytes(e));
      EXPECT_EQ(encode(row.entry), encode(e));
      return {};
    });
  }));
}

TEST_F(Audit, is_found_by_time_person_kind_text_and_terminal) {
  for (std::int64_t n = 1; n <= 4; ++n) EXPECT_DONE(append(entry(n)));
  EXPECT_DONE(append(entry(5, "price.change")));
  EXPECT_DONE(append(entry(6, "price_x")));
  AuditFilter filter;
  filter.from = UtcTime{2'000'000}, filter.to = UtcTime{4'000'000};
  EXPECT_THAT(found(filter), ElementsAre(3, 2));
  filter = {};
  filter.user = "mia";
  EXPECT_THAT(found(filter), ElementsAre(6, 4, 2));
  filter = {};
  filter.actions = {"price."};
  EXPECT_THAT(found(filter), ElementsAre(5));
  filter.actions = {"price.", "sale"};
  filter.text = "qf-3";
  EXPECT_THAT(found(filter), ElementsAre(3));
  filter = {};
  filter.text = "%";
  EXPECT_THAT(found(filter), IsEmpty()) << "a percent sign is text";
  filter = {};
  filter.device = id();
  EXPECT_THAT(found(filter), IsEmpty());
}

TEST_F(Audit, comes_page_by_page_also_where_many_have_the_same_time) {
  for (std::int64_t n = 1; n <= 7; ++n) {
    auto e = entry(n);
    e.at = {n <= 5 ? 1'000'000 : 2'000'000};
    EXPECT_DONE(append(e));
  }
  std::vector<std::int64_t> all;
  std::optional<AuditPlace> before;
  for (std::vector<domain::AuditEntry> page(1); !page.empty();) {
    page = read([&](Connection& conn) { return find_audit(conn, {}, before, 2); });
    for (const auto& e : page) {
      all.push_back(e.sequence);
      before = AuditPlace{e.at, e.id};
    }
  }
  std::ranges::sort(all);
  EXPECT_THAT(all, ElementsAre(1, 2, 3, 4, 5, 6, 7));
}

TEST_F(Audit, pruning_takes_the_old_beginning_and_leaves_one_checkpoint) {
  fill(10);
  EXPECT_EQ(prune({6'000'000}, 2), 5);
  EXPECT_THAT(found({}), ElementsAre(10, 9, 8, 7, 6));
  const auto checkpoints = read([&](Connection& conn) { return audit_checkpoints(conn, device_); });
  ASSERT_EQ(checkpoints.size(), 1);
  EXPECT_EQ(checkpoints[0].sequence, 5);
  EXPECT_EQ(checkpoints[0].hash, Bytes(32, 5));
  EXPECT_TRUE(read([&](Connection& conn) { return has_audit(conn, device_, 5, Bytes(32, 5)); }));
  EXPECT_FALSE(read([&](Connection& conn) { return has_audit(conn, device_, 4, Bytes(32, 4)); }));
}

TEST_F(Audit, the_last_entry_is_never_pruned) {
  fill(3);
  EXPECT_EQ(prune({INT64_MAX}, 100), 2);
  EXPECT_THAT(found({}), ElementsAre(3));
}

TEST_F(Audit, an_old_date_between_younger_ones_is_not_pruned) {
  for (std::int64_t n = 1; n <= 4; ++n) {
    auto e = entry(n);
    e.at = {n == 3 ? 1 : 9'000'000};
    EXPECT_DONE(append(e));
  }
  EXPECT_EQ(prune({5'000'000}, 100), 0);
}

TEST_F(Audit, the_kept_digest_is_the_one_counted_anew_after_pruning) {
  fill(10);
  prune({6'000'000}, 100);
  const auto kept = read([](Connection& conn) { return table_digests(conn); });
  EXPECT_DONE(write([](Transaction& tx) { return rebuild_digests(tx); }));
  auto counted = read([](Connection& conn) { return table_digests(conn); });
  EXPECT_EQ(kept, counted);
}

TEST_F(Audit, of_a_fork_where_it_is_cut_both_continuations_keep_their_checkpoint) {
  for (std::int64_t n = 1; n <= 4; ++n) EXPECT_DONE(append(entry(n)));
  auto other2 = entry(2);
  other2.chain_hash = Bytes(32, 102);
  auto other3 = entry(3);
  other3.previous_hash = Bytes(32, 102), other3.chain_hash = Bytes(32, 103);
  store_now(other2);
  store_now(other3);
  EXPECT_DONE(write([](Transaction& tx) { return rebuild_digests(tx); }));
  EXPECT_EQ(prune({3'000'000}, 100), 3);
  EXPECT_EQ(read([&](Connection& conn) { return audit_checkpoints(conn, device_); }).size(), 2);
}

}  // namespace
}  // namespace till::storage
