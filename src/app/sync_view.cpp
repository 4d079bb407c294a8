#include "app/sync_view.hpp"

#include <fmt/format.h>

#include "app/shop_state.hpp"
#include "storage/sync_queries.hpp"
#include "storage/tables.hpp"

namespace till::app {
namespace {

constexpr std::size_t kMaxParkedShown = 100;
constexpr std::array<const char*, sync::kLanes> kLaneNames = {"Sales and stock", "Tables and orders", "Catalogue",
                                                              "Journal"};

std::string age_text(UtcTime now, std::int64_t then_ms) {
  const auto seconds = std::max<std::int64_t>(0, now.us / 1'000'000 - then_ms / 1000);
  if (seconds < 60) return fmt::format("{} s", seconds);
  if (seconds < 3600) return fmt::format("{} min", seconds / 60);
  if (seconds < 86400) return fmt::format("{} h", seconds / 3600);
  return fmt::format("{} days", seconds / 86400);
}

Status read_lanes(storage::Connection& conn, UtcTime now, SyncView& view) {
  const auto waiting = TRY(storage::waiting_by_lane(conn));
  for (std::size_t lane = 0; lane < waiting.size(); ++lane) {
    const auto& row = waiting[lane];
    view.lanes.push_back(
        {kLaneNames[lane], row.records, row.oldest_ms && row.records > 0 ? age_text(now, *row.oldest_ms) : ""});
    view.waiting += row.records;
  }
  return {};
}

Status read_parked(storage::Connection& conn, UtcTime now, SyncView& view) {
  for (const auto& parked : TRY(storage::parked_records(conn, kMaxParkedShown))) {
    const auto what =
        fmt::format("{} {} to {}", kLaneNames[static_cast<std::size_t>(parked.feed.lane)], parked.first, parked.last);
    view.parked.push_back({what, std::string(sync::sentence(parked.reason)), age_text(now, parked.since_ms)});
  }
  view.conflicts = TRY(storage::open_conflicts(conn, kMaxParkedShown)).size();
  return {};
}

Status read_devices(ShopState& state, storage::Connection& conn, const SyncReport* live, SyncView& view) {
  for (const auto& device : TRY(storage::load_all<domain::Device>(conn))) {
    DeviceRow row;
    row.name = device.name;
    row.code = device.code;
    row.version = device.version;
    row.revoked = device.revoked;
    row.here = device.id == state.device();
    row.state = device.revoked ? "revoked" : row.here ? "this till" : "known";
    if (live != nullptr && !row.here)
      for (const auto& peer : live->peers)
        if (peer.id == device.id) row.state = peer.revoked ? "revoked" : peer.connected ? "connected" : "away";
    view.devices.push_back(std::move(row));
  }
  return {};
}

void name_state(const SyncReport* live, bool member, bool pending, SyncView& view) {
  view.state = member ? SyncState::offline : SyncState::alone;
  if (live != nullptr && member) {
    switch (live->status.link) {
      case sync::LinkState::connected:
        view.state = SyncState::connected;
        break;
      case sync::LinkState::connecting:
        view.state = SyncState::connecting;
        break;
      case sync::LinkState::paused:
        view.state = SyncState::paused;
        break;
      default:
        break;
    }
  }
  constexpr std::array<const char*, 5> words = {"this till alone", "connected", "connecting", "offline", "paused"};
  view.word = pending ? "waiting for keys" : words[static_cast<std::size_t>(view.state)];
}

}  // namespace

Result<SyncView> read_sync_view(Shop& shop, const SyncReport* live) {
  auto& state = shop.state();
  const auto joined = TRY(membership(shop));
  SyncView view;
  view.terminal = state.terminal;
  if (joined) {
    view.hub = joined->url;
    view.tenant = joined->tenant_name;
  }
  const auto now = state.clock.now();
  TRY(state.db->read([&](storage::Connection& conn) -> Status {
    TRY(read_lanes(conn, now, view));
    TRY(read_parked(conn, now, view));
    return read_devices(state, conn, live, view);
  }));
  if (!joined) view.waiting = 0;
  name_state(live, joined.has_value(), joined && joined->keys_pending, view);
  if (live != nullptr) {
    view.problem = live->status.problem;
    view.sent = live->status.sent_records;
    view.received = live->status.applied_records;
    if (live->status.last_success) view.last_success = to_local(*live->status.last_success, "%H:%M:%S");
  }
  return view;
}

std::string sale_sync_word(Shop& shop, const Id& sale) {
  constexpr std::array<const char*, 3> words = {"waiting", "sent", "confirmed"};
  const auto state = shop.state().db->read([&](storage::Connection& conn) { return storage::sale_state(conn, sale); });
  return state ? words[static_cast<std::size_t>(*state)] : "";
}

}  // namespace till::app
