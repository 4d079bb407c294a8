// Writing the audit journal: who did what, when, allowed by whom, and what each changed row said before and after.
// Written in the transaction of what it tells, chained (security/journal_chain.hpp), replicated in the low lane.
// Refused attempts are written, too. Card numbers are masked; personal and secret values are not kept, only that they
// changed.
//
// Whatever `change` (shop_state.hpp) commits is told: what its job has not written of, an entry "change" says.
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

// With the changes of rows since the last entry of the transaction.
Status write_journal(ShopState& state, storage::Transaction& tx, const Actor& actor, const JournalText& text);
// In a transaction of its own; a failure is logged and otherwise ignored (what it tells was refused anyway).
void journal_alone(ShopState& state, const Actor& actor, const JournalText& text);
// The same without waiting for the disk.
void journal_soon(ShopState& state, const Actor& actor, const JournalText& text);

// "8F3A-91C2-04DD": the first 6 bytes of a journal's hash, as a Z report shows them.
std::string short_form(const Bytes& hash);

}  // namespace till::app
