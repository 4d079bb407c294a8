// Reading the audit journal: pages of it by time, person, terminal, kind and text, an entry with what it changed, and
// what leaves the shop as a file. Needs the right to read the journal; a file the right to export as well, and is
// journalled.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/actor.hpp"
#include "app/journal_check.hpp"
#include "app/journal_values.hpp"
#include "core/task.hpp"
#include "storage/audit.hpp"

namespace till::app {

struct JournalQuery {
  std::optional<UtcTime> from, to;
  std::string user;
  std::string terminal;  // its name, code or id
  std::string kind;      // a group or an action of journal_words.hpp
  std::string text;
};
// Invalid when there is no such terminal.
Result<storage::AuditFilter> filter_of(storage::Connection& conn, const JournalQuery& query);

// Names of terminals, each looked up once.
class TerminalNames {
 public:
  TerminalNames(ShopState& state, storage::Connection& conn) : state_(state), conn_(conn) {}
  std::string operator()(const Id& device);

 private:
  ShopState& state_;
  storage::Connection& conn_;
  std::vector<std::pair<Id, std::string>> known_;
};

// By its id, by "NUMBER" of this terminal, or by "TERMINAL/NUMBER".
Result<domain::AuditEntry> journal_entry(Shop& shop, const Actor& actor, const std::string& which);
std::vector<ShownChange> shown_changes(storage::Connection& conn, const domain::Currency& currency,
                                       const domain::AuditEntry& entry);

// Keys are a stable contract: extend, never change. With `chain` also what a later check of the file needs.
boost::json::object journal_to_json(const domain::AuditEntry& entry, const std::string& terminal, bool chain);

enum class JournalFormat : std::uint8_t { json, csv };
// Oldest first, piece by piece into `write`; answers how many entries. Only JSON can be checked later.
Result<std::uint64_t> export_journal(Shop& shop, const Actor& actor, const JournalQuery& query, JournalFormat format,
                                     Task& task, const std::function<Status(std::string_view)>& write);
// Checks what export_journal wrote as JSON: the chain in itself, and that its end is part of the journal here or of
// what was pruned from it.
Result<JournalCheck> verify_exported(Shop& shop, std::string_view content);

}  // namespace till::app
