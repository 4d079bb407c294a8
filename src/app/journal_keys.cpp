#include "app/journal_keys.hpp"

#include "app/shop_state.hpp"
#include "security/seal.hpp"
#include "storage/audit.hpp"
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

Result<std::vector<OldKey>> stored_keys(ShopState& state) {
  const auto bytes = TRY(state.db->read([](storage::Connection& conn) { return storage::meta(conn, kOldKeys); }));
  if (!bytes) return std::vector<OldKey>{};
  return decode<std::vector<OldKey>>(*bytes);
}

}  // namespace

security::SecretBytes journal_key(ShopState& state) {
  return state.keys->with_ring([](security::RingFile& file) { return file.ring.derive_lasting("audit"); });
}

Result<std::vector<JournalKeySpan>> journal_keys(Shop& shop) {
  auto& state = shop.state();
  std::vector<JournalKeySpan> spans;
  for (const auto& old : TRY(stored_keys(state)))
    spans.push_back(
        {old.last_sequence, security::SecretBytes(TRY(security::open(state.keys->pc_key(), old.key, view(kOldKeys))))});
  spans.push_back({UINT64_MAX, journal_key(state)});
  return spans;
}

Status remember_journal_key(Shop& shop) {
  auto& state = shop.state();
  auto keys = TRY(stored_keys(state));
  const auto key = journal_key(state);
  return state.db->write([&](storage::Transaction& tx) -> Status {
    const auto head = TRY(storage::audit_head(tx, state.device()));
    keys.push_back({static_cast<std::uint64_t>(head.sequence),
                    TRY(security::seal(state.keys->pc_key(), key.view(), view(kOldKeys), state.random))});
    return storage::set_meta(tx, kOldKeys, encode(keys));
  });
}

}  // namespace till::app
