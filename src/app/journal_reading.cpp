#include "app/journal_reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "app/journal_words.hpp"
#include "app/shop_state.hpp"
#include "core/text.hpp"
#include "storage/tables.hpp"

namespace till::app {
namespace {

Result<Id> terminal_called(storage::Connection& conn, const std::string& name) {
  if (const auto id = id_from_string(name)) return *id;
  for (const auto& device : TRY(storage::load_all<domain::Device>(conn)))
    if (lowered(device.name) == lowered(name) || lowered(device.code) == lowered(name)) return device.id;
  return invalid("there is no terminal '" + clipped(name, 40) + "'; see: tillctl devices");
}

}  // namespace

Result<storage::AuditFilter> filter_of(storage::Connection& conn, const JournalQuery& query) {
  storage::AuditFilter filter{query.from,         query.to, trimmed(query.user), std::nullopt, actions_of(query.kind),
                              trimmed(query.text)};
  if (const auto terminal = trimmed(query.terminal); !terminal.empty())
    filter.device = TRY(terminal_called(conn, terminal));
  return filter;
}

std::string TerminalNames::operator()(const Id& device) {
  const auto known = std::ranges::find(known_, device, [](const auto& entry) { return entry.first; });
  if (known != known_.end()) return known->second;
  std::string name = device == state_.device() ? state_.terminal : clipped(to_string(device), 8);
  if (const auto row = storage::load<domain::Device>(conn_, device); row && *row && !(*row)->name.empty())
    name = (*row)->name;
  return known_.emplace_back(device, name).second;
}

Result<domain::AuditEntry> journal_entry(Shop& shop, const Actor& actor, const std::string& which) {
  TRY(require_right(shop, actor, domain::Right::audit_view, "journal"));
  auto& state = shop.state();
  return state.db->read([&](storage::Connection& conn) -> Result<domain::AuditEntry> {
    if (const auto id = id_from_string(which)) {
      if (auto entry = TRY(storage::load<domain::AuditEntry>(conn, *id))) return std::move(*entry);
      return invalid("the journal has no entry " + which);
    }
    const auto slash = which.rfind('/');
    const Id device = slash == std::string::npos ? state.device() : TRY(terminal_called(conn, which.substr(0, slash)));
    const auto digits = slash == std::string::npos ? which : which.substr(slash + 1);
    std::int64_t number = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size())
      return invalid("say which entry: its number, TERMINAL/NUMBER, or its id");
    auto found =
        TRY(storage::load_where<domain::AuditEntry>(conn, "WHERE device = ?1 AND sequence = ?2 ORDER BY id",
                                                    [&](storage::Query& q) { q.bind(1, device), q.bind(2, number); }));
    if (found.empty()) return invalid("the journal has no entry " + which);
    return std::move(found.back());
  });
}

std::vector<ShownChange> shown_changes(storage::Connection& conn, const domain::Currency& currency,
                                       const domain::AuditEntry& entry) {
  std::vector<ShownChange> shown;
  for (const auto& change : entry.changes) shown.push_back(shown_change(conn, currency, change));
  return shown;
}

}  // namespace till::app
