#include "app/journal.hpp"

#include <fmt/format.h>

#include <memory>

#include "app/journal_keys.hpp"
#include "core/log.hpp"
#include "core/text.hpp"
#include "security/audit_chain.hpp"
#include "storage/audit.hpp"

namespace till::app {
namespace {

security::Hash hash_from(const Bytes& bytes) {
  security::Hash hash{};
  if (bytes.size() == hash.size()) std::ranges::copy(bytes, hash.begin());
  return hash;
}

// The chain covers the stored bytes; lists and exports show columns.
bool shows_what_was_written(const storage::AuditRow& row) {
  const auto written = decode<domain::AuditEntry>(row.canonical);
  return written && encode(*written) == encode(row.entry);
}

}  // namespace

Status write_journal(ShopState& state, storage::Transaction& tx, const Actor& actor, const JournalText& text) {
  const auto head = TRY(storage::audit_head(tx, state.device()));
  storage::AuditRow row;
  row.entry.id = new_id(state.clock, state.random);
  row.entry.device = state.device();
  row.entry.sequence = head.sequence + 1;
  row.entry.at = state.clock.now();
  row.entry.user_name = actor.name;
  row.entry.approved_by = actor.approver_name;
  row.entry.action = text.action;
  row.entry.subject = mask_card_numbers(text.subject);
  row.entry.detail = mask_card_numbers(clipped(text.detail, 500));
  row.canonical = encode(row.entry);
  row.previous = head.hash;
  const security::AuditHead before{static_cast<std::uint64_t>(head.sequence), hash_from(head.hash)};
  const auto after = security::next_head(journal_key(state), before, row.canonical);
  row.hash.assign(after.hash.begin(), after.hash.end());
  return storage::append_audit(tx, row, [&] { return state.replica->add(tx, row.entry); });
}

void journal_alone(ShopState& state, const Actor& actor, const JournalText& text) {
  const auto written = change(state, [&](storage::Transaction& tx) { return write_journal(state, tx, actor, text); });
  if (!written) log::error("journal entry '{}' not written: {}", text.action, written.error().cause);
}

Result<JournalCheck> verify_journal(Shop& shop) {
  auto& state = shop.state();
  auto spans = TRY(journal_keys(shop));
  return state.db->read([&](storage::Connection& conn) -> Result<JournalCheck> {
    JournalCheck check;
    security::AuditHead from;
    auto span = spans.begin();
    auto verifier = std::make_unique<security::AuditVerifier>(span->key.clone(), from);
    const auto end_span = [&] {
      const auto report = verifier->finish();
      check.entries += report.checked;
      if (check.good) check.sentence = report.sentence;
      check.good = check.good && report.good();
      from = report.head;
    };
    TRY(storage::for_each_audit(conn, state.device(), [&](const storage::AuditRow& row) -> Status {
      if (check.good && !shows_what_was_written(row)) {
        check.good = false;
        check.sentence =
            fmt::format("entry {} shows something else than what was written; it has been changed", row.entry.sequence);
      }
      while (static_cast<std::uint64_t>(row.entry.sequence) > span->last_sequence && std::next(span) != spans.end()) {
        end_span();
        ++span;
        verifier = std::make_unique<security::AuditVerifier>(span->key.clone(), from);
      }
      verifier->add({static_cast<std::uint64_t>(row.entry.sequence), security::kAuditVersion, row.canonical,
                     hash_from(row.hash)});
      return {};
    }));
    end_span();
    return check;
  });
}

}  // namespace till::app
