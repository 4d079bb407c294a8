// The audit journal as a file, and the check of such a file.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <map>

#include "app/csv.hpp"
#include "app/journal.hpp"
#include "app/journal_reading.hpp"
#include "app/shop_state.hpp"
#include "core/text.hpp"
#include "security/journal_chain.hpp"

namespace till::app {
namespace {

namespace json = boost::json;

constexpr std::size_t kPiece_bytes = 256 << 10;
constexpr std::uint64_t kProgressEvery = 500;

json::object change_to_json(const domain::AuditChange& change) {
  json::object out{{"kind", entity_key(change.entity)},
                   {"row", to_string(change.row)},
                   {"field", field_key(change.entity, change.field)}};
  if (change.has_values) out["before"] = to_hex(change.before), out["after"] = to_hex(change.after);
  return out;
}

std::string csv_heading() {
  CsvWriter csv;
  csv.row({"number", "terminal", "at", "user", "approved_by", "action", "subject", "detail", "hash", "id"});
  return csv.take();
}

std::string csv_row(const domain::AuditEntry& entry, const std::string& terminal) {
  CsvWriter csv;
  csv.row({std::to_string(entry.sequence), terminal, to_rfc3339(entry.at), entry.user_name, entry.approved_by,
           entry.action, entry.subject, entry.detail, to_hex(entry.chain_hash), to_string(entry.id)});
  return csv.take();
}

// Gathers small pieces into larger ones.
class Pieces {
 public:
  explicit Pieces(const std::function<Status(std::string_view)>& write) : write_(write) {}
  Status add(std::string_view text) {
    piece_ += text;
    return piece_.size() < kPiece_bytes ? Status{} : flush();
  }
  Status flush() {
    TRY(write_(piece_));
    piece_.clear();
    return {};
  }

 private:
  const std::function<Status(std::string_view)>& write_;
  std::string piece_;
};

struct ExportedEntry {
  std::uint64_t number = 0;
  Bytes canonical, previous, hash;
  bool shows_what_was_written = true;
};

Result<domain::AuditEntry> entry_in(const Bytes& canonical) try {
  std::uint8_t format = 0;
  domain::AuditEntry entry;
  WireReader in(canonical);
  in(format, entry.id, entry.device, entry.sequence, entry.at.us, entry.user_name, entry.approved_by, entry.action,
     entry.subject, entry.detail, entry.changes);
  return entry;
} catch (const std::exception& e) {
  return fail(ErrorKind::corrupt, "an entry's bytes cannot be read", e.what());
}

// A kind or field of a later version has no name here.
bool is_same_or_unknown(const json::value& here, const json::value& shown) {
  return here.as_string().empty() || here == shown;
}

bool shows_change(const json::value& shown, const domain::AuditChange& change) {
  auto wanted = change_to_json(change);
  if (!shown.is_object()) return false;
  auto given = shown.as_object();
  for (const auto* name : {"kind", "field"}) {
    if (!given.contains(name) || !is_same_or_unknown(wanted.at(name), given.at(name))) return false;
    wanted.erase(name);
    given.erase(name);
  }
  return wanted == given;
}

// Whether what people read in the file is what the chain covers. The terminal's name is not: it is the present one of
// the device.
bool shows_what_was_written(const json::object& row, const Bytes& canonical) {
  const auto entry = entry_in(canonical);
  if (!entry) return false;
  const auto wanted = journal_to_json(*entry, {}, false);
  for (const auto* name : {"id", "device", "number", "at", "user", "approved_by", "action", "subject", "detail"}) {
    const auto* shown = row.if_contains(name);
    if (shown == nullptr || *shown != wanted.at(name)) return false;
  }
  const auto* changes = row.if_contains("changes");
  return changes != nullptr && changes->is_array() &&
         std::ranges::equal(changes->as_array(), entry->changes, shows_change);
}

Result<Bytes> bytes_at(const json::object& row, const char* key) {
  const auto* value = row.if_contains(key);
  if (value == nullptr || !value->is_string())
    return invalid(fmt::format("this file cannot be checked: an entry has no '{}'. Export it as JSON", key));
  return from_hex(std::string_view(value->as_string()));
}

Result<std::map<Id, std::vector<ExportedEntry>>> read_exported(std::string_view content) {
  boost::system::error_code problem;
  const auto parsed = json::parse(content, problem);
  if (problem || !parsed.is_array()) return invalid("this is no journal that was exported as JSON");
  std::map<Id, std::vector<ExportedEntry>> by_device;
  for (const auto& value : parsed.as_array()) {
    if (!value.is_object()) return invalid("this is no journal that was exported as JSON");
    const auto& row = value.as_object();
    const auto* device = row.if_contains("device");
    const auto* number = row.if_contains("number");
    if (device == nullptr || !device->is_string() || number == nullptr || !number->is_int64())
      return invalid("this is no journal that was exported as JSON");
    ExportedEntry entry{static_cast<std::uint64_t>(number->as_int64()), TRY(bytes_at(row, "canonical")),
                        TRY(bytes_at(row, "previous_hash")), TRY(bytes_at(row, "hash"))};
    entry.shows_what_was_written = shows_what_was_written(row, entry.canonical);
    by_device[TRY(id_from_string(std::string_view(device->as_string())))].push_back(std::move(entry));
  }
  for (auto& [device, entries] : by_device) std::ranges::stable_sort(entries, {}, &ExportedEntry::number);
  return by_device;
}

security::Hash hash_from(const Bytes& bytes) {
  security::Hash hash{};
  if (bytes.size() == hash.size()) std::ranges::copy(bytes, hash.begin());
  return hash;
}

Result<JournalChain> check_exported(storage::Connection& conn, const Id& device, const std::string& terminal,
                                    const std::vector<ExportedEntry>& entries) {
  JournalChain chain;
  chain.device = device;
  chain.terminal = terminal;
  // The file may begin anywhere: what its first entry continues is taken from it.
  const auto& first = entries.front();
  security::JournalWalk walk(std::vector<security::AuditHead>{{first.number - 1, hash_from(first.previous)}});
  for (const auto& entry : entries)
    walk.add({entry.number, hash_from(entry.previous), hash_from(entry.hash), entry.canonical,
              entry.shows_what_was_written, true});
  const auto report = walk.finish();
  chain.entries = report.checked, chain.first = report.first, chain.last = report.last;
  for (const auto& fault : report.faults)
    (fault.is_explained ? chain.notes : chain.faults).push_back(sentence_of(fault));
  const auto& last = entries.back();
  if (!TRY(storage::has_audit(conn, device, static_cast<std::int64_t>(last.number), last.hash)))
    chain.faults.push_back(
        fmt::format("entry {}, the last of the file, is not the one of the journal here", last.number));
  return chain;
}

}  // namespace

json::object journal_to_json(const domain::AuditEntry& entry, const std::string& terminal, bool chain) {
  json::array changes;
  for (const auto& change : entry.changes) changes.push_back(change_to_json(change));
  json::object out{{"id", to_string(entry.id)},
                   {"device", to_string(entry.device)},
                   {"terminal", terminal},
                   {"number", entry.sequence},
                   {"at", to_rfc3339(entry.at)},
                   {"user", entry.user_name},
                   {"approved_by", entry.approved_by},
                   {"action", entry.action},
                   {"subject", entry.subject},
                   {"detail", entry.detail},
                   {"changes", std::move(changes)},
                   {"hash", to_hex(entry.chain_hash)}};
  if (chain) {
    out["previous_hash"] = to_hex(entry.previous_hash);
    out["canonical"] = to_hex(domain::canonical_bytes(entry));
  }
  return out;
}

Result<std::uint64_t> export_journal(Shop& shop, const Actor& actor, const JournalQuery& query, JournalFormat format,
                                     Task& task, const std::function<Status(std::string_view)>& write) {
  TRY(require_right(shop, actor, domain::Right::audit_view, "journal"));
  TRY(require_right(shop, actor, domain::Right::export_data, "journal"));
  auto& state = shop.state();
  const bool as_json = format == JournalFormat::json;
  // Before anybody has the file.
  TRY(change(state, [&](storage::Transaction& tx) {
    return write_journal(state, tx, actor, {"export", "journal", as_json ? "JSON" : "CSV"});
  }));
  std::uint64_t entries = 0;
  Pieces out(write);
  TRY(out.add(as_json ? "[" : csv_heading()));
  TRY(state.db->read([&](storage::Connection& conn) -> Status {
    const auto filter = TRY(filter_of(conn, query));
    TerminalNames names(state, conn);
    task.begin("Writing the journal",
               static_cast<std::uint64_t>(TRY(conn.integer("SELECT count(*) FROM audit_entry")).value_or(0)));
    return storage::for_each_found(conn, filter, [&](const domain::AuditEntry& entry) -> Status {
      if (++entries % kProgressEvery == 0) {
        TRY(task.go_on());
        task.advance_to(entries);
      }
      const auto terminal = names(entry.device);
      if (!as_json) return out.add(csv_row(entry, terminal));
      return out.add((entries == 1 ? "\n" : ",\n") + json::serialize(journal_to_json(entry, terminal, true)));
    });
  }));
  if (as_json) TRY(out.add("\n]\n"));
  TRY(out.flush());
  return entries;
}

Result<JournalCheck> verify_exported(Shop& shop, std::string_view content) {
  auto& state = shop.state();
  const auto by_device = TRY(read_exported(content));
  return state.db->read([&](storage::Connection& conn) -> Result<JournalCheck> {
    JournalCheck check;
    TerminalNames names(state, conn);
    for (const auto& [device, entries] : by_device) {
      check.chains.push_back(TRY(check_exported(conn, device, names(device), entries)));
      check.entries += check.chains.back().entries;
      check.good = check.good && check.chains.back().faults.empty();
    }
    check.sentence = summary_of(check);
    return check;
  });
}

}  // namespace till::app
