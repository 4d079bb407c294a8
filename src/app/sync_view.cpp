#include "app/sync_view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/age.hpp"
#include "app/carriers.hpp"
#include "app/conflicts.hpp"
#include "app/devices.hpp"
#include "app/enrolment.hpp"
#include "app/lock_out.hpp"
#include "app/shop_state.hpp"
#include "app/sync_incidents.hpp"
#include "app/sync_settings.hpp"
#include "storage/conflicts.hpp"
#include "storage/sync_queries.hpp"
#include "storage/tables.hpp"
#include "storage/waiting_documents.hpp"

namespace till::app {
namespace {

constexpr const char* kClock = "%H:%M:%S";

Status read_lanes(storage::Connection& conn, UtcTime now, const SyncReport* live, SyncView& view) {
  const auto waiting = TRY(storage::waiting_by_lane(conn));
  for (std::size_t lane = 0; lane < waiting.size(); ++lane) {
    LaneRow row;
    row.name = lane_name(lane);
    row.waiting = waiting[lane].records;
    if (row.waiting > 0 && waiting[lane].oldest_ms) row.oldest = age_text(now, *waiting[lane].oldest_ms);
    if (live != nullptr && live->confirmed_per_minute[lane] > 0)
      row.rate = fmt::format("{} a minute", live->confirmed_per_minute[lane]);
    view.waiting += row.waiting;
    view.lanes.push_back(std::move(row));
  }
  return {};
}

SyncState state_of(const SyncReport* live, bool member) {
  if (!member) return SyncState::alone;
  if (live == nullptr) return SyncState::offline;
  switch (live->status.link) {
    case sync::LinkState::connected:
      return SyncState::connected;
    case sync::LinkState::connecting:
      return SyncState::connecting;
    case sync::LinkState::paused:
      return SyncState::paused;
    default:
      return SyncState::offline;
  }
}

std::string sentence_of(const SyncView& view, const SyncReport* live, bool by_itself) {
  switch (view.state) {
    case SyncState::alone:
      return "This till works alone. Join a hub to share sales and prices with other tills.";
    case SyncState::paused:
      return "Sync is paused. Sales wait here until it goes on.";
    case SyncState::connecting:
      return "Looking for the hub. Selling goes on.";
    case SyncState::offline:
      if (live == nullptr) return "No till runs here now, so nothing is exchanged by itself.";
      if (!by_itself && view.problem.empty())
        return "This till exchanges only when it is told to. Until then what is sold waits here.";
      return view.asks_a_person
                 ? "The hub has not answered for some time: check the network and the hub. Selling goes on."
                 : "No connection. Selling goes on; what is sold waits here.";
    case SyncState::connected:
      break;
  }
  if (live != nullptr && live->status.bootstrapping) return "This terminal is being filled with the shop's data.";
  return view.done < view.total ? "Exchanging with the other tills." : "Everything is exchanged.";
}

std::string percent(std::uint64_t part, std::uint64_t whole) {
  return whole == 0 ? std::string() : fmt::format("{} %", part * 100 / whole);
}

const char* state_word(sync::LinkState state) {
  switch (state) {
    case sync::LinkState::connected:
      return "connected";
    case sync::LinkState::connecting:
      return "connecting";
    case sync::LinkState::paused:
      return "paused";
    default:
      return "offline";
  }
}

std::string transport_name(sync::LinkNumber link) {
  if (link == sync::kHubLink) return "Hub";
  return sync::is_carrier(link) ? "Folder or stick" : "Relay";
}

TransportRow transport_of(const sync::PeerStatus& peer, const std::string& hub,
                          const std::vector<CarrierTarget>& carriers) {
  TransportRow row;
  row.name = transport_name(peer.link);
  if (peer.link == sync::kHubLink) row.address = hub;
  const auto carrier = std::ranges::find(carriers, peer.link, &CarrierTarget::link);
  if (carrier != carriers.end()) {
    row.name = carrier->name;
    row.address = carrier->path;
  }
  row.state = state_word(peer.state);
  row.success = percent(peer.successes, peer.attempts);
  if (peer.round_trip_ms) row.latency = fmt::format("{} ms", *peer.round_trip_ms);
  if (peer.last_success) row.last = to_local(*peer.last_success, kClock);
  row.bytes = bytes_text(peer.sent_bytes) + " / " + bytes_text(peer.received_bytes);
  row.problem = peer.problem;
  row.is_good = peer.state == sync::LinkState::connected;
  return row;
}

void add_statistics(const SyncReport& live, const std::vector<CarrierTarget>& carriers, std::int64_t mono_us,
                    SyncView& view) {
  const auto& status = live.status;
  view.problem = status.problem;
  view.sent = status.sent_records;
  view.received = status.applied_records;
  view.asks_a_person = status.asks_a_person;
  if (status.last_success) view.last_success = to_local(*status.last_success, kClock);
  if (view.state == SyncState::offline && status.next_attempt_mono_us > mono_us)
    view.next_try = "in " + span_text((status.next_attempt_mono_us - mono_us) / 1'000'000 + 1);
  std::uint64_t sent_bytes = 0, received_bytes = 0;
  for (const auto& peer : status.peers) {
    view.transports.push_back(transport_of(peer, view.hub, carriers));
    sent_bytes += peer.sent_bytes;
    received_bytes += peer.received_bytes;
  }
  view.sent_bytes = bytes_text(sent_bytes);
  view.received_bytes = bytes_text(received_bytes);
  view.total = live.backlog_peak;
  view.done = live.backlog_peak - std::min(live.backlog_peak, live.backlog);
}

// What new terminals come by, and what is kept of the past.
void add_past(const SyncReport* live, std::int64_t history_days, UtcTime now, SyncView& view) {
  view.history = span_text(history_days * 24 * 3600);
  if (live == nullptr || !live->snapshots) return;
  const auto& known = *live->snapshots;
  view.log_bytes = bytes_text(known.log_bytes);
  view.is_snapshot_known = known.is_known;
  if (!known.made_at) return;
  view.snapshot_age = ago(now, known.made_at->us / 1000 - live->status.clock_offset_ms);
  view.snapshot_bytes = bytes_text(known.bytes);
}

Status read_clock(storage::Connection& conn, SyncView& view) {
  const auto offset_ms = TRY(storage::log_identity(conn)).clock_offset_ms;
  view.clock = clock_words(offset_ms);
  view.clock_is_wrong = clock_is_wrong(offset_ms);
  return {};
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
    TRY(read_lanes(conn, now, live, view));
    TRY(read_clock(conn, view));
    view.parked = TRY(read_parked(state, conn));
    view.parked_total = TRY(storage::parked_total(conn));
    view.incidents = TRY(read_incidents(state, conn));
    view.conflicts = TRY(storage::open_conflict_count(conn));
    return {};
  }));
  view.devices = TRY(list_devices(shop, live));
  view.settings = TRY(sync_setting_rows(shop));
  view.policies = sync_policy_rows(shop);
  if (!joined) view.waiting = 0;
  view.state = state_of(live, joined.has_value());
  const bool pending = joined && joined->keys_pending;
  constexpr std::array<const char*, 5> words = {"this till alone", "connected", "connecting", "offline", "paused"};
  view.word = pending ? "waiting for keys" : words[static_cast<std::size_t>(view.state)];
  if (live != nullptr) add_statistics(*live, TRY(carriers(shop)), state.clock.monotonic().count(), view);
  const auto settings = TRY(engine_settings(shop));
  if (!settings.auto_sync) view.next_try.clear();  // nothing is tried by itself
  add_past(live, settings.history_days, now, view);
  view.sentence = pending ? "This terminal waits for the shop's keys. Approve it at a terminal that has them."
                          : sentence_of(view, live, settings.auto_sync);
  if (pending) view.approval_code = joined->approval_code;
  if (joined && TRY(is_locked_out(state))) view.sentence = kLockedOut;
  return view;
}

Result<std::vector<std::string>> document_sync_words(Shop& shop, const std::vector<Id>& documents) {
  constexpr std::array<const char*, 3> words = {"waiting", "sent", "confirmed"};
  std::vector<std::string> found(documents.size());
  if (documents.empty() || !TRY(membership(shop))) return found;
  TRY(shop.state().db->read([&](storage::Connection& conn) -> Status {
    for (std::size_t i = 0; i < documents.size(); ++i)
      found[i] = words[static_cast<std::size_t>(TRY(storage::document_state(conn, documents[i])))];
    return {};
  }));
  return found;
}

std::string document_sync_word(Shop& shop, const Id& document) {
  const auto words = document_sync_words(shop, {document});
  return words ? words->front() : "";
}

}  // namespace till::app
