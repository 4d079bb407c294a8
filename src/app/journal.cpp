#include "app/journal.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/entity_text.hpp"
#include "app/journal_values.hpp"
#include "core/log.hpp"
#include "core/text.hpp"
#include "security/journal_chain.hpp"
#include "security/journal_sabotage.hpp"
#include "storage/audit.hpp"

namespace till::app {
namespace {

using security::JournalSabotage;
using security::sabotaged;

constexpr std::size_t kMaxName = 80, kMaxSubject = 200, kMaxDetail = 500;  // code points

// Half a card number would not be seen as one: masked first, then cut.
std::string kept_text(const std::string& text, std::size_t max) {
  if (sabotaged(JournalSabotage::mask_after_hash)) return clipped(text, max);
  if (sabotaged(JournalSabotage::mask_after_clip)) return mask_card_numbers(clipped(text, max));
  return clipped(mask_card_numbers(text), max);
}

domain::AuditEntry entry_of(ShopState& state, const Actor& actor, const JournalText& text,
                            const storage::AuditHead& head) {
  domain::AuditEntry entry;
  entry.id = new_id(state.clock, state.random);
  entry.device = state.device();
  entry.sequence = head.sequence + 1;
  entry.at = state.clock.now();
  // All of it before the hash: nothing may touch it afterwards.
  entry.user_name = kept_text(actor.name, kMaxName);
  entry.approved_by = kept_text(actor.approver_name, kMaxName);
  entry.action = text.action;
  entry.subject = kept_text(text.subject, kMaxSubject);
  entry.detail = kept_text(text.detail, kMaxDetail);
  entry.previous_hash = head.sequence == 0 ? Bytes(security::Hash{}.size()) : head.hash;
  return entry;
}

// Binds the entry to the one before it and signs the new end.
Result<Bytes> chain(const ShopState& state, domain::AuditEntry& entry) {
  security::Hash previous{};
  if (entry.previous_hash.size() != previous.size()) return invalid("the end of the audit journal is damaged");
  std::ranges::copy(entry.previous_hash, previous.begin());
  const auto hash = security::journal_hash(previous, domain::canonical_bytes(entry));
  entry.chain_hash.assign(hash.begin(), hash.end());
  const auto signature = TRY(security::sign_journal_head(state.keys->identity().signing, entry.device,
                                                         {static_cast<std::uint64_t>(entry.sequence), hash}));
  return Bytes(signature.begin(), signature.end());
}

}  // namespace

Status write_journal(ShopState& state, storage::Transaction& tx, const Actor& actor, const JournalText& text) {
  if (sabotaged(JournalSabotage::entry_left_out)) return {};
  auto entry = entry_of(state, actor, text, TRY(storage::audit_head(tx, state.device())));
  entry.changes = kept_changes(state.replica->take_changes());
  const auto signature = TRY(chain(state, entry));
  if (sabotaged(JournalSabotage::mask_after_hash)) entry.subject = mask_card_numbers(entry.subject);
  return storage::append_audit(tx, entry, signature, [&] { return state.replica->add(tx, entry); });
}

Status journal_the_rest(ShopState& state, storage::Transaction& tx) {
  const auto& changes = state.replica->changes();
  if (changes.empty() || sabotaged(JournalSabotage::rest_untold)) return {};
  JournalText text{"change", {}, {}};
  if (!changes.fields.empty()) {
    const auto& first = changes.fields.front();
    text.subject = std::string(entity_key(first.entity)) + " " + row_name(tx, first.entity, first.row);
  }
  text.detail = fmt::format("{} rows, {} documents", changes.rows, changes.documents);
  return write_journal(state, tx, Actor{}, text);
}

void journal_alone(ShopState& state, const Actor& actor, const JournalText& text) {
  const auto written = change(state, [&](storage::Transaction& tx) { return write_journal(state, tx, actor, text); });
  if (!written) log::error("journal entry '{}' not written: {}", text.action, written.error().cause);
}

void journal_soon(ShopState& state, const Actor& actor, const JournalText& text) {
  const auto queued = state.db->write_async(
      [&state, actor, text](storage::Transaction& tx) -> Status {
        state.replica->abandon();
        TRY(write_journal(state, tx, actor, text));
        return state.replica->seal_group(tx);
      },
      [&state, action = text.action](const Status& written) {
        if (!written) return log::error("journal entry '{}' not written: {}", action, written.error().cause);
        state.tell_local_change();
      },
      storage::Priority::sale);
  if (!queued) journal_alone(state, actor, text);
}

std::string short_form(const Bytes& hash) {
  std::string hex = to_hex(ByteView(hash).first(std::min<std::size_t>(hash.size(), 6)));
  std::ranges::transform(hex, hex.begin(), [](char c) { return c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c; });
  for (std::size_t at = 4; at < hex.size(); at += 5) hex.insert(at, "-");
  return hex;
}

}  // namespace till::app
