// The journal's key comes from the key ring. When a terminal joins a tenant it takes over another ring; the key under
// which the journal was written until then is kept, sealed under the new ring's, with the last number that it covers.
#pragma once

#include <vector>

#include "app/shop.hpp"
#include "core/result.hpp"
#include "security/audit_chain.hpp"
#include "security/secret_bytes.hpp"

namespace till::app {

struct JournalKeySpan {
  std::uint64_t last_sequence = 0;  // UINT64_MAX for the present key
  security::SecretBytes key;
};

struct ShopState;
security::SecretBytes journal_key(ShopState& state);
// Oldest first, the present one last.
Result<std::vector<JournalKeySpan>> journal_keys(Shop& shop);
// Before another ring is taken over.
Status remember_journal_key(Shop& shop);

}  // namespace till::app
