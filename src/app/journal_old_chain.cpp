#include "app/journal_old_chain.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/shop_state.hpp"
#include "security/seal.hpp"
#include "storage/meta.hpp"

namespace till::app {
namespace {

constexpr const char* kOldKeys = "journal.old-keys";

struct OldKey {
  std::uint64_t last_sequence = 0;
  Bytes key;  // under this PC's key

  template <class Archive>
  void serialize(Archive& archive) {
    archive(last_sequence, key);
  }
};

security::SecretBytes present_key(ShopState& state) {
  return state.keys->with_ring([](security::RingFile& file) { return file.ring.derive_lasting("audit"); });
}

Result<std::vector<OldKey>> stored_keys(ShopState& state) {
  const auto bytes = TRY(state.db->read([](storage::Connection& conn) { return storage::meta(conn, kOldKeys); }));
  if (!bytes) return std::vector<OldKey>{};
  return decode<std::vector<OldKey>>(*bytes);
}

// Oldest first, the present one last.
Result<std::vector<JournalKeySpan>> journal_keys(Shop& shop) {
  auto& state = shop.state();
  std::vector<JournalKeySpan> spans;
  for (const auto& old : TRY(stored_keys(state)))
    spans.push_back(
        {old.last_sequence, security::SecretBytes(TRY(security::open(state.keys->pc_key(), old.key, view(kOldKeys))))});
  spans.push_back({UINT64_MAX, present_key(state)});
  return spans;
}

// The canonical bytes of that format: the first eight fields.
Bytes old_canonical_bytes(const domain::AuditEntry& entry) {
  WireWriter out;
  out(entry.device, entry.sequence, entry.at.us, entry.user_name, entry.approved_by, entry.action, entry.subject,
      entry.detail);
  return out.take();
}

}  // namespace

Status remember_journal_key(Shop& shop) {
  auto& state = shop.state();
  auto keys = TRY(stored_keys(state));
  const auto key = present_key(state);
  return state.db->write([&](storage::Transaction& tx) -> Status {
    const auto head = TRY(storage::audit_head(tx, state.device()));
    keys.push_back({static_cast<std::uint64_t>(head.sequence),
                    TRY(security::seal(state.keys->pc_key(), key.view(), view(kOldKeys), state.random))});
    return storage::set_meta(tx, kOldKeys, encode(keys));
  });
}

Status OldChain::add(const storage::AuditRow& row) {
  if (!verifier_) {
    spans_ = TRY(journal_keys(shop_));
    verifier_ = std::make_unique<security::AuditVerifier>(spans_[0].key.clone(), from_);
  }
  const auto sequence = static_cast<std::uint64_t>(row.entry.sequence);
  if (wrong_.empty() && old_canonical_bytes(row.entry) != row.canonical)
    wrong_ = fmt::format("entry {} shows something else than what was written; it has been changed", sequence);
  while (sequence > spans_[span_].last_sequence && span_ + 1 < spans_.size()) {
    end_span();
    ++span_;
    verifier_ = std::make_unique<security::AuditVerifier>(spans_[span_].key.clone(), from_);
  }
  security::AuditHead here{sequence, {}};
  if (row.old_hash.size() == here.hash.size()) std::ranges::copy(row.old_hash, here.hash.begin());
  verifier_->add({sequence, security::kAuditVersion, row.canonical, here.hash});
  end_ = here;
  return {};
}

void OldChain::end_span() {
  const auto report = verifier_->finish();
  checked_ += report.checked;
  if (wrong_.empty() && !report.good()) wrong_ = report.sentence;
  from_ = report.head;
}

std::string OldChain::finish() {
  if (verifier_) end_span();
  return wrong_;
}

}  // namespace till::app
