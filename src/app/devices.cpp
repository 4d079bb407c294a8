#include "app/devices.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>

#include "app/age.hpp"
#include "app/enrolment.hpp"
#include "app/journal.hpp"
#include "app/key_epochs.hpp"
#include "app/let_in.hpp"
#include "app/log_keys.hpp"
#include "app/shop_state.hpp"
#include "app/sync_settings.hpp"
#include "core/text.hpp"
#include "storage/sync_members.hpp"
#include "storage/sync_queries.hpp"
#include "storage/sync_store.hpp"
#include "storage/tables.hpp"
#include "sync/amend.hpp"
#include "sync/compaction.hpp"

namespace till::app {
namespace {

constexpr std::int64_t kRightEnough_ms = 60'000;
constexpr const char* kConnected = "connected";

// Whether what the hub said of the others still holds.
bool hears_hub(const SyncReport* live) {
  return live != nullptr && live->status.link == sync::LinkState::connected;
}

const net::HubPeer* peer_of(const SyncReport* live, const Id& device) {
  if (live == nullptr) return nullptr;
  const auto peer = std::ranges::find(live->peers, device, &net::HubPeer::id);
  return peer == live->peers.end() ? nullptr : &*peer;
}

// What it lacks of what is here at most: since it said what it holds, once a day, it can only have come to hold more.
std::string lag_of(const std::optional<sync::DeviceProgress>& own, const sync::DeviceProgress& other) {
  if (own && own->lanes == other.lanes) return "up to date";
  if (!own || own->vector.empty() || other.vector.empty()) return {};
  std::uint64_t behind = 0;
  for (const auto& here : own->vector) {
    const auto there = std::ranges::find(other.vector, here.feed, &sync::FeedPosition::feed);
    const std::uint64_t has = there == other.vector.end() ? 0 : there->sequence;
    behind += here.sequence > has ? here.sequence - has : 0;
  }
  return behind == 0 ? "up to date" : fmt::format("at most {} behind", behind);
}

std::string state_of(const DeviceRow& row, const net::HubPeer* peer, bool hub_is_heard) {
  if (row.revoked) return "revoked";
  if (row.here) return "this till";
  if (peer == nullptr || !hub_is_heard) return "known";
  return peer->connected ? kConnected : "away";
}

struct Seen {
  storage::Connection& conn;
  const SyncReport* live;
  Id own;
  UtcTime now;
  std::optional<sync::DeviceProgress> own_progress;

  Result<DeviceRow> row_of(const domain::Device& device) const;
  Status add_progress(DeviceRow& row) const;
};

Status Seen::add_progress(DeviceRow& row) const {
  const auto progress = TRY(storage::load<sync::DeviceProgress>(conn, row.id));
  if (!progress) return {};
  row.lag = lag_of(own_progress, *progress);
  row.clock = clock_words(progress->clock_offset_ms);
  row.clock_is_wrong = clock_is_wrong(progress->clock_offset_ms);
  if (!progress->program.empty()) row.version = progress->program;
  if (progress->at_ms > 0) row.last_seen = ago(now, progress->at_ms);
  return {};
}

// The hub knows better than what it published of itself, which is minutes old and says once a day what it holds.
void add_word_of_hub(const net::HubPeer& peer, UtcTime now, DeviceRow& row) {
  if (peer.heard_at) row.last_seen = ago(now, peer.heard_at->us / 1000);
  if (peer.behind) row.lag = *peer.behind == 0 ? "up to date" : fmt::format("{} records behind", *peer.behind);
}

Result<DeviceRow> Seen::row_of(const domain::Device& device) const {
  const auto* peer = peer_of(live, device.id);
  DeviceRow row;
  row.id = device.id;
  row.name = device.name;
  row.code = device.code;
  row.version = device.version;
  row.here = device.id == own;
  row.revoked = device.revoked || (peer != nullptr && peer->revoked);
  row.state = state_of(row, peer, hears_hub(live));
  TRY(add_progress(row));
  if (peer != nullptr && !row.revoked) add_word_of_hub(*peer, now, row);
  if (row.here || row.state == kConnected) row.last_seen = "now";
  if (row.here) {
    const auto offset_ms = live != nullptr && live->status.link == sync::LinkState::connected
                               ? live->status.clock_offset_ms
                               : TRY(storage::log_identity(conn)).clock_offset_ms;
    row.clock = clock_words(offset_ms);
    row.clock_is_wrong = clock_is_wrong(offset_ms);
    row.lag.clear();
  }
  row.may_be_revoked = !row.here && !row.revoked && peer != nullptr;
  return row;
}

// Those that have joined and wait for the shop's keys have written nothing yet: only the hub knows of them.
void add_waiting(const SyncReport& live, std::vector<DeviceRow>& rows) {
  constexpr std::size_t kIdShown = 8;  // enough to name it by
  for (const auto& peer : live.peers) {
    if (peer.has_keys || peer.revoked || std::ranges::find(rows, peer.id, &DeviceRow::id) != rows.end()) continue;
    DeviceRow row;
    row.id = peer.id;
    row.name = peer.name;
    row.code = to_string(peer.id).substr(0, kIdShown);
    row.state = kWaitsToBeLetIn;
    row.waits = true;
    rows.push_back(std::move(row));
  }
}

// Who was not heard of for so long that the others do not keep the log for it any more.
Status mark_lapsed(storage::Connection& conn, UtcTime now, std::int64_t lapse_days, std::vector<DeviceRow>& rows) {
  const auto members = TRY(storage::members(conn));
  const auto offset_ms = TRY(storage::log_identity(conn)).clock_offset_ms;
  for (const auto& device :
       sync::standings(members.devices, members.progress, now.us / 1000 + offset_ms, lapse_days * sync::kDay_ms)) {
    const auto row = std::ranges::find(rows, device.id, &DeviceRow::id);
    if (device.standing != sync::Standing::lapsed || row == rows.end()) continue;
    if (row->here || row->revoked || row->state == kConnected) continue;
    row->state = kLapsed;
    row->lag = "starts from a snapshot";
  }
  return {};
}

}  // namespace

bool clock_is_wrong(std::int64_t offset_ms) {
  return std::llabs(offset_ms) >= kRightEnough_ms;
}

std::string clock_words(std::int64_t offset_ms) {
  if (!clock_is_wrong(offset_ms)) return "right";
  return span_text(std::llabs(offset_ms) / 1000) + (offset_ms < 0 ? " ahead" : " behind");
}

Result<std::vector<DeviceRow>> list_devices(Shop& shop, const SyncReport* live) {
  auto& state = shop.state();
  const auto lapse_days = TRY(engine_settings(shop)).lapse_days;
  return state.db->read([&](storage::Connection& conn) -> Result<std::vector<DeviceRow>> {
    Seen seen{conn, live, state.device(), state.clock.now(), {}};
    seen.own_progress = TRY(storage::load<sync::DeviceProgress>(conn, state.device()));
    std::vector<DeviceRow> rows;
    for (const auto& device : TRY(storage::load_all<domain::Device>(conn))) rows.push_back(TRY(seen.row_of(device)));
    TRY(mark_lapsed(conn, seen.now, lapse_days, rows));
    if (live != nullptr) add_waiting(*live, rows);
    std::ranges::stable_sort(rows, [](const DeviceRow& a, const DeviceRow& b) {
      return std::tuple(!a.here, !a.waits, a.revoked, a.name) < std::tuple(!b.here, !b.waits, b.revoked, b.name);
    });
    return rows;
  });
}

Status revoke_device(Shop& shop, const Actor& actor, const Id& device) {
  auto& state = shop.state();
  TRY(require_right(shop, actor, domain::Right::devices));
  if (device == state.device()) return invalid("this terminal cannot revoke itself; do it from another one");
  const auto joined = TRY(membership(shop));
  if (!joined) return invalid("this terminal belongs to no hub; there is no other terminal to revoke");
  net::HubClient hub(address_of(*joined), credentials_of(shop), state.clock, state.random);
  TRY(hub.revoke(device));
  TRY(change(state, [&](storage::Transaction& tx) -> Status {
    std::string name = to_string(device);
    if (auto row = TRY(storage::load<domain::Device>(tx, device))) {
      name = row->name;
      row->revoked = true;
      TRY(state.replica->put(tx, *row));
    }
    return write_journal(state, tx, actor, {"device.revoke", name, to_string(device)});
  }));
  TRY(forget_let_in(state, device));
  return renew_keys_at_once(state, actor);
}

Result<std::uint64_t> count_held_changes(Shop& shop, const Actor& actor, const Id& device) {
  auto& state = shop.state();
  TRY(require_right(shop, actor, domain::Right::devices));
  if (device == state.device())
    return invalid("this terminal puts its own clock right by itself, when it is connected");
  LogKeys keys(state);
  std::uint64_t held = 0;
  TRY(change(state, [&](storage::Transaction& tx) -> Status {
    storage::SyncStore store(tx);
    const UtcTime trusted_now{state.clock.now().us + TRY(store.self()).clock_offset_ms * 1000};
    std::int64_t ahead_ms = 0;
    for (const auto& amendment : TRY(sync::amendments_for_held(store, state.random, device, trusted_now))) {
      TRY(sync::amend(store, state.replica->log(), keys.keys, amendment));
      held += amendment.last - amendment.first + 1;
      ahead_ms = std::max(ahead_ms, amendment.ahead_ms);
    }
    const auto row = TRY(storage::load<domain::Device>(tx, device));
    const auto name = row ? row->name : to_string(device);
    if (held == 0)
      return invalid("no change of " + name + " is held here because of its clock; see: tillctl sync parked");
    return write_journal(state, tx, actor, {"device.clock", name, clock_words(-ahead_ms)});
  }));
  return held;
}

Result<Id> device_named(Shop& shop, const std::string& name) {
  const auto wanted = lowered(trimmed(name));
  std::vector<Id> found;
  for (const auto& row : TRY(list_devices(shop))) {
    const bool by_id = wanted.size() >= 4 && to_string(row.id).starts_with(wanted);
    if (lowered(row.name) == wanted || lowered(row.code) == wanted || by_id) found.push_back(row.id);
  }
  if (found.empty()) return invalid("there is no terminal '" + name + "'; see: tillctl devices");
  if (found.size() > 1) return invalid("several terminals are called '" + name + "'; give the code of one of them");
  return found.front();
}

}  // namespace till::app
