// The audit journal: who did what, when, allowed by whom. Written in the transaction of what it tells, chained by hash
// over the bytes as stored, replicated in the low lane. Refused attempts are written, too. Card numbers are masked.
#pragma once

#include <string>

#include "app/actor.hpp"
#include "app/shop_state.hpp"

namespace till::app {

struct JournalText {
  std::string action;   // "sale", "refund", "price.change", "sign-in", "refused"
  std::string subject;  // receipt number, SKU, user name
  std::string detail;
};

Status write_journal(ShopState& state, storage::Transaction& tx, const Actor& actor, const JournalText& text);
// In a transaction of its own; a failure is logged and otherwise ignored (what it tells was refused anyway).
void journal_alone(ShopState& state, const Actor& actor, const JournalText& text);

struct JournalCheck {
  bool good = true;
  std::uint64_t entries = 0;
  std::string sentence;
};
// Verifies this terminal's chain; another device's entries are verified by the signatures they came with.
Result<JournalCheck> verify_journal(Shop& shop);

}  // namespace till::app
