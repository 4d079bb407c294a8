#include "app/lock_out.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <sstream>

#include "app/journal.hpp"
#include "storage/meta.hpp"
#include "storage/tables.hpp"

namespace till::app {
namespace {

using Ends = std::map<sync::Feed, std::uint64_t>;

constexpr std::string_view kEnd = "key.end.";
constexpr std::string_view kWordOfHub = "hub.locked_out";

std::string end_key(const Id& locked_out, const Id& by) {
  return fmt::format("{}{}.{}", kEnd, to_string(locked_out), to_string(by));
}

// "1.0.57 1.1.4": incarnation, lane, the last number.
std::string text_of(const Ends& ends) {
  std::string text;
  for (const auto& [feed, last] : ends)
    text +=
        fmt::format("{}{}.{}.{}", text.empty() ? "" : " ", feed.incarnation, static_cast<unsigned>(feed.lane), last);
  return text;
}

void take_the_later(const Id& device, const std::string& text, Ends& into) {
  std::istringstream in(text);
  std::uint64_t incarnation = 0, last = 0;
  unsigned lane = 0;
  char dot = 0;
  while (in >> incarnation >> dot >> lane >> dot >> last) {
    if (lane >= sync::kLanes) continue;
    auto& end = into[{device, incarnation, static_cast<sync::Lane>(lane)}];
    end = std::max(end, last);
  }
}

Result<Ends> held_of(storage::Connection& conn, const Id& device) {
  auto q = TRY(conn.query(
      "SELECT o.incarnation, h.lane, max(h.sequence) FROM sync_head h JOIN sync_origin o ON o.number = h.origin "
      "WHERE o.device = ?1 GROUP BY o.incarnation, h.lane",
      device));
  Ends ends;
  while (TRY(q.next())) {
    const sync::Feed feed{device, static_cast<sync::Incarnation>(q.integer(0)), q.as<sync::Lane>(1)};
    ends[feed] = static_cast<std::uint64_t>(q.integer(2));
  }
  return ends;
}

Result<std::vector<domain::Device>> devices_of(ShopState& state) {
  return state.db->read([](storage::Connection& conn) { return storage::load_all<domain::Device>(conn); });
}

// Kept in meta as well, so that nobody else can say it in this terminal's name.
Result<std::string> own_word(ShopState& state, const Id& locked_out) {
  const auto key = end_key(locked_out, state.device());
  const auto kept = TRY(state.db->read([&](storage::Connection& conn) { return storage::meta_text(conn, key); }));
  const auto settings = state.settings();
  const auto row = std::ranges::find(settings->raw, key, &std::pair<std::string, std::string>::first);
  if (kept && row != settings->raw.end() && row->second == *kept) return *kept;
  std::string word;
  TRY(change(state, [&](storage::Transaction& tx) -> Status {
    word = kept ? *kept : text_of(TRY(held_of(tx, locked_out)));
    TRY(storage::set_meta_text(tx, key, word));
    return state.replica->put(tx, make_setting(key, word));
  }));
  TRY(state.reload_settings());
  return word;
}

}  // namespace

Status heed_lock_outs(ShopState& state, sync::RingKeys& keys) {
  const auto devices = TRY(devices_of(state));
  for (const auto& locked_out : devices) {
    if (!locked_out.revoked || locked_out.id == state.device()) continue;
    Ends ends;
    take_the_later(locked_out.id, TRY(own_word(state, locked_out.id)), ends);
    const auto settings = state.settings();
    for (const auto& by : devices) {
      if (by.revoked || by.id == state.device()) continue;
      const auto row =
          std::ranges::find(settings->raw, end_key(locked_out.id, by.id), &std::pair<std::string, std::string>::first);
      if (row != settings->raw.end()) take_the_later(locked_out.id, row->second, ends);
    }
    keys.lock_out(locked_out.id, std::move(ends));
  }
  return {};
}

Status note_word_of_hub(ShopState& state, bool locked_out) {
  const auto before =
      TRY(state.db->read([](storage::Connection& conn) { return storage::meta_text(conn, kWordOfHub); }));
  if (before.has_value() == locked_out) return {};
  return state.db->write(
      [&](storage::Transaction& tx) {
        return locked_out ? storage::set_meta_text(tx, kWordOfHub, "locked out") : storage::remove_meta(tx, kWordOfHub);
      },
      storage::Priority::background);
}

Result<bool> is_locked_out(ShopState& state) {
  return state.db->read([&](storage::Connection& conn) -> Result<bool> {
    if (TRY(storage::meta_text(conn, kWordOfHub))) return true;
    const auto own = TRY(storage::load<domain::Device>(conn, state.device()));
    return own && own->revoked;
  });
}

bool tell_if_locked_out(ShopState& state) {
  if (!is_locked_out(state).value_or(false)) return false;
  std::lock_guard lock(state.settings_mutex);
  if (state.warning == kLockedOut) return false;
  state.warning = kLockedOut;
  return true;
}

}  // namespace till::app
