#include "app/sync_incidents.hpp"

#include <fmt/format.h>

#include <array>

#include "app/age.hpp"
#include "app/shop_state.hpp"
#include "core/text.hpp"
#include "storage/sync_queries.hpp"
#include "storage/tables.hpp"

namespace till::app {
namespace {

constexpr std::size_t kMaxShown = 100;
constexpr std::array<const char*, sync::kLanes> kLaneNames = {"Sales and stock", "Tables and orders", "Catalogue",
                                                              "Journal"};
constexpr const char* kNothing = "Nothing needs to be done.";

// What the engine says, and what that means for a shop.
struct Meaning {
  std::string_view says, means, what_to_do;
  bool is_serious;
};
constexpr auto kMeanings = std::to_array<Meaning>({
    {"out of a backup",
     "This terminal's data came out of a backup. It goes on as if new and gets back what it had sent.", kNothing,
     false},
    {"in another PC", "The stick was put into another PC. It goes on there under a new number.", kNothing, false},
    {"folder is a copy",
     "The data folder is a copy. It goes on as a terminal of its own, so that no number is used twice.",
     "Use only one of the two folders.", true},
    {"may have lost the end", "The last stop was sudden. The terminal goes on safely and gets back what it had sent.",
     kNothing, false},
    {"starts a new chain",
     "The others know more of this terminal than it does itself. It gets everything back and goes on.", kNothing,
     false},
    {"forked", "Two folders went on from the same past of a terminal. What both did is kept and counts once.",
     "See whether somebody works with a copy of that terminal's stick.", true},
    {"two histories", "Two folders went on from the same past of a terminal. What both did is kept and counts once.",
     "See whether somebody works with a copy of that terminal's stick.", true},
    {"still differ", "Two terminals add up to different data. This one agrees with the log, so the other one is wrong.",
     "Start on the other terminal: tillctl sync heal. Then tell support.", true},
    {"has the same records", "Two terminals add up to different data. This one puts its tables together from the log.",
     kNothing, true},
    {"log itself is damaged", "Rows of this terminal and its log are damaged.", "Restore the newest backup.", true},
    {"healing", "Rows of this terminal were not what the log says. They were put together again from the log.",
     "If it happens again, its disk or stick may be failing: replace it.", true},
    {"differ", "Two terminals added up to different data. It was put together again from the log.",
     "If it happens again, tell support.", true},
    {"clock", "A terminal's clock was wrong. What it changed in that time was put in its place.",
     "Set that terminal's clock.", true},
});

Meaning meaning_of(const std::string& sentence) {
  for (const auto& meaning : kMeanings)
    if (sentence.find(meaning.says) != std::string::npos) return meaning;
  return {sentence, sentence, kNothing, false};
}

const char* advice(sync::ParkedReason reason) {
  using sync::ParkedReason;
  switch (reason) {
    case ParkedReason::missing_dependency:
    case ParkedReason::unknown_device:
      return "It comes by itself with the next exchange.";
    case ParkedReason::future_stamp:
      return "Set the clock of that terminal; it is taken when its time has come. If that one is gone for good: "
             "tillctl "
             "devices clock NAME.";
    case ParkedReason::unknown_key:
      return "Leave a terminal on that has the shop's keys.";
    case ParkedReason::newer_program:
      return "Bring this terminal's program up to date.";
    case ParkedReason::invalid:
    case ParkedReason::failed:
      break;
  }
  return "Tell support; nothing else is held up by it.";
}

Result<std::string> terminal_name(ShopState& state, storage::Connection& conn, const Id& device) {
  const auto row = TRY(storage::load<domain::Device>(conn, device));
  if (row && !row->name.empty()) return row->name;
  return device == state.device() ? state.terminal : clipped(to_string(device), 8);
}

}  // namespace

const char* lane_name(std::size_t lane) {
  return kLaneNames[std::min(lane, kLaneNames.size() - 1)];
}

Result<std::vector<IncidentRow>> read_incidents(ShopState& state, storage::Connection& conn) {
  std::vector<IncidentRow> rows;
  const auto entries = TRY(storage::load_where<domain::AuditEntry>(
      conn, "WHERE action IN ('sync.incident', 'terminal.new-life') ORDER BY at DESC, id LIMIT ?1",
      [](storage::Query& q) { q.bind(1, kMaxShown); }));
  for (const auto& entry : entries) {
    const auto meaning = meaning_of(entry.detail);
    rows.push_back({to_local(entry.at, "%d.%m.%Y %H:%M"), TRY(terminal_name(state, conn, entry.device)),
                    std::string(meaning.means), std::string(meaning.what_to_do), meaning.is_serious});
  }
  return rows;
}

Result<std::vector<ParkedRow>> read_parked(ShopState& state, storage::Connection& conn) {
  std::vector<ParkedRow> rows;
  const auto now = state.clock.now();
  for (const auto& parked : TRY(storage::parked_records(conn, kMaxShown))) {
    ParkedRow row;
    row.what = lane_name(sync::index(parked.feed.lane));
    row.what += parked.first == parked.last ? fmt::format(" {}", parked.first)
                                            : fmt::format(" {}-{}", parked.first, parked.last);
    row.reason = sync::sentence(parked.reason);
    row.since = age_text(now, parked.since_ms);
    row.from = TRY(terminal_name(state, conn, parked.feed.device));
    row.what_to_do = advice(parked.reason);
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace till::app
