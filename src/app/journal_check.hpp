// Checking the audit journal: the chain of every terminal whose entries are here, the signed end of this terminal's
// own, and what was said elsewhere of where a journal stood (Z reports, backups). Reads all entries, some 100 000 a
// second.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/shop.hpp"
#include "security/journal_chain.hpp"
#include "storage/audit.hpp"

namespace till::app {

struct JournalChain {
  Id device;
  std::string terminal;
  bool here = false;  // this terminal's own
  std::uint64_t entries = 0, first = 0, last = 0;
  std::vector<std::string> faults;  // each a sentence; what makes the check fail
  std::vector<std::string> notes;   // what explains the chain: a restore, what was pruned, what is not here yet
};

struct JournalCheck {
  bool good = true;
  std::uint64_t entries = 0;
  std::string sentence;              // for a person: all is well, or what is wrong first
  std::vector<JournalChain> chains;  // this terminal's first
};

// `anchors`: more of what was said elsewhere, beside the stored Z reports.
Result<JournalCheck> verify_journal(Shop& shop, const std::vector<storage::AuditAnchor>& anchors = {});
// What the backups at a target say.
Result<std::vector<storage::AuditAnchor>> backup_anchors(Shop& shop, const std::string& target,
                                                         const std::string& passphrase);

// "entry 17 is missing"
std::string sentence_of(const security::JournalFault& fault);
// JournalCheck::sentence, from its chains.
std::string summary_of(const JournalCheck& check);

}  // namespace till::app
