// A shop whose journal is looked at, and harmed as somebody would who can write the database.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "app/journal.hpp"
#include "app/journal_check.hpp"
#include "security/journal_chain.hpp"
#include "shop_fixture.hpp"
#include "storage/audit.hpp"
#include "storage/tables.hpp"

namespace till::app {

class JournalFixture : public ShopTest {
 protected:
  JournalCheck check(const std::vector<storage::AuditAnchor>& anchors = {}) {
    return value_of(verify_journal(*shop_, anchors));
  }
  void edit(const std::string& sql) {
    EXPECT_DONE(shop_->state().db->write([&](storage::Transaction& tx) { return tx.exec(sql); }));
  }
  // By their numbers: on a clock that stands still, times do not tell.
  std::vector<domain::AuditEntry> newest(std::size_t count) {
    return value_of(shop_->state().db->read([&](storage::Connection& conn) {
      return storage::load_where<domain::AuditEntry>(conn, "ORDER BY sequence DESC LIMIT ?1",
                                                     [&](storage::Query& q) { q.bind(1, count); });
    }));
  }
  domain::AuditEntry last() { return newest(1).at(0); }
  void days_pass(int days) { clock_.advance(std::chrono::hours(24) * days); }
  std::int64_t sales_entry() { return number("SELECT max(sequence) FROM audit_entry WHERE action = 'sale'"); }
  std::string at_sale() { return " WHERE sequence = " + std::to_string(sales_entry()); }

  // What somebody does who has the program, but not always the terminal's key: from `sequence` on, other subjects and
  // right hashes.
  void rewrite_from(std::int64_t sequence, bool with_the_key) {
    auto& state = shop_->state();
    EXPECT_DONE(state.db->write([&](storage::Transaction& tx) -> Status {
      std::vector<domain::AuditEntry> tail;
      Bytes previous;
      TRY(storage::for_each_audit(tx, state.device(), [&](const storage::AuditRow& row) -> Status {
        if (row.entry.sequence == sequence - 1) previous = row.entry.chain_hash;
        if (row.entry.sequence >= sequence) tail.push_back(row.entry);
        return {};
      }));
      security::Hash hash{};
      for (auto& entry : tail) {
        entry.subject = "nothing";
        entry.previous_hash = previous;
        std::ranges::copy(previous, hash.begin());
        hash = security::journal_hash(hash, domain::canonical_bytes(entry));
        previous = entry.chain_hash = Bytes(hash.begin(), hash.end());
        TRY(tx.run("DELETE FROM audit_entry WHERE id = ?1", entry.id));
        TRY(storage::store(tx, entry));
      }
      Bytes signature(64, 0);
      if (with_the_key) {
        const auto made = TRY(security::sign_journal_head(state.keys->identity().signing, state.device(),
                                                          {static_cast<std::uint64_t>(tail.back().sequence), hash}));
        signature.assign(made.begin(), made.end());
      }
      return tx.run("UPDATE audit_head SET hash = ?1, signature = ?2", previous, signature);
    }));
  }
};

}  // namespace till::app
