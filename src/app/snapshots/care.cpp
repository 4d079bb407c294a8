#include "app/snapshots/care.hpp"

#include <algorithm>

#include "app/carriers.hpp"
#include "app/enrolment.hpp"
#include "app/shop_state.hpp"
#include "app/sync_settings.hpp"
#include "core/log.hpp"
#include "storage/sync_pruning.hpp"
#include "sync/compaction.hpp"
#include "sync/epochs.hpp"

namespace till::app {

namespace {

constexpr std::size_t kKept = 2;              // of the newest ones
constexpr std::size_t kSegmentsAtOnce = 200;  // taken out in one transaction; bounds how long the writer is held
constexpr std::int64_t kLeftover_ms = sync::kDay_ms;

const sync::PeerStatus* hub_of(const SyncReport& report) {
  const auto hub = std::ranges::find(report.status.peers, sync::kHubLink, &sync::PeerStatus::link);
  return hub == report.status.peers.end() ? nullptr : &*hub;
}

bool is_at_rest(const SyncReport& report) {
  const auto* hub = hub_of(report);
  return hub != nullptr && hub->state == sync::LinkState::connected && hub->caught_up && !report.status.bootstrapping;
}

bool is_there(const SyncReport& report, const Id& device) {
  const auto peer = std::ranges::find(report.peers, device, &net::HubPeer::id);
  return peer != report.peers.end() && peer->connected && !peer->revoked;
}

bool ends_there(const std::vector<sync::FeedPosition>& positions, const sync::FeedHead& head) {
  return std::ranges::any_of(positions, [&](const sync::FeedPosition& position) {
    return position.feed == head.feed && position.sequence == head.sequence;
  });
}

}  // namespace

Result<SnapshotCare::View> SnapshotCare::look(const SyncReport& now) {
  auto& state = shop_.state();
  const auto settings = TRY(engine_settings(shop_));
  View view;
  view.history_days = settings.history_days;
  view.now_ms = state.clock.now().us / 1000 + now.status.clock_offset_ms;
  TRY(state.db->read([&](storage::Connection& conn) -> Status {
    view.members = TRY(storage::members(conn));
    view.only_in_snapshots = TRY(storage::feeds_only_in_snapshots(conn));
    return {};
  }));
  view.standings =
      sync::standings(view.members.devices, view.members.progress, view.now_ms, settings.lapse_days * sync::kDay_ms);
  view.has_carrier = !TRY(carriers(shop_)).empty();
  view.hub = hub_of(now)->there;
  view.floor = hub_of(now)->floor;
  view.floor_snapshot = hub_of(now)->floor_snapshot;
  std::size_t turn = 0;
  for (const Id& maker :
       sync::snapshot_makers(view.standings, view.members.progress, view.members.tables, view.now_ms)) {
    if (maker == state.device()) view.turn = turn;
    turn += is_there(now, maker) && maker != state.device();
  }
  return view;
}

Result<std::vector<sync::FeedHead>> SnapshotCare::only_here(const SyncReport& now, const View& view) {
  if (!TRY(brings_others(shop_))) return std::vector<sync::FeedHead>{};
  if (std::ranges::find(now.peers, shop_.state().device(), &net::HubPeer::id) == now.peers.end())
    return fail(ErrorKind::retry, "the hub has not said yet which terminals it knows");
  std::vector<Id> known;
  for (const auto& peer : now.peers) known.push_back(peer.id);
  sync::HubDropRequest request{shop_.state().device(), view.hub.epoch, {}, {}, {}};
  request.heads =
      TRY(shop_.state().db->read([&](storage::Connection& conn) { return storage::ends_of_others(conn, known); }));
  const bool lacks = !request.heads.empty() && TRY(ask_({}, request)).lacking > 0;
  if (!lacks) TRY(has_brought_others(shop_));
  return lacks ? std::move(request.heads) : std::vector<sync::FeedHead>{};
}

bool SnapshotCare::mends_what_is_only_here(const View& view) const {
  const auto* own = mending(view);
  return own != nullptr && std::ranges::any_of(view.only_here, [&](const sync::FeedHead& head) {
           return ends_there(own->manifest.positions, head);
         });
}

const ShelvedSnapshot* SnapshotCare::mending(const View& view) const {
  const auto& all = shelf_.snapshots();
  const auto own = std::ranges::find_if(all, [&](const ShelvedSnapshot& one) {
    const auto& cursor = one.manifest.cursor;
    return one.manifest.device == shop_.state().device() && cursor.epoch == view.hub.epoch &&
           sync::has_reached(cursor, view.floor);
  });
  return own == all.end() ? nullptr : &*own;
}

// What the hub has dropped is nowhere for those who come: what is left on the shelf does not stand for it.
bool SnapshotCare::is_dropped_part_lost(const View& view) const {
  if (view.floor_snapshot.is_nil()) return false;
  return std::ranges::none_of(shelf_.snapshots(), [&](const ShelvedSnapshot& one) {
    const auto& cursor = one.manifest.cursor;
    return one.place.id == view.floor_snapshot ||
           (cursor.epoch == view.hub.epoch && sync::has_reached(cursor, view.floor));
  });
}

bool SnapshotCare::is_due(const View& view) {
  if (!shop_.state().db->uses_wal()) return false;  // reading all of it would keep the cashier waiting
  const auto now = shop_.state().clock.monotonic();
  const auto* last = shelf_.snapshots().empty() ? nullptr : &shelf_.snapshots().front().manifest;
  // Only this terminal can bring that back to the hub.
  if (!view.only_in_snapshots.empty() && mending(view) == nullptr) return true;
  if (!view.only_here.empty() && !mends_what_is_only_here(view)) return true;
  if (is_dropped_part_lost(view) && view.turn == std::size_t{0}) return true;
  if (!sync::is_snapshot_due(last, view.hub, view.now_ms)) {
    due_since_.reset();
    return false;
  }
  if (!due_since_) due_since_ = now;
  return view.turn && now - *due_since_ >= kTakeOver * static_cast<std::int64_t>(*view.turn);
}

Result<std::vector<sync::FeedHead>> SnapshotCare::heads_to_raise(const View& view,
                                                                 const std::vector<sync::FeedPosition>& positions) {
  auto heads = TRY(shop_.state().db->read(
      [&](storage::Connection& conn) { return storage::ends_of(conn, view.only_in_snapshots, positions); }));
  std::ranges::copy_if(view.only_here, std::back_inserter(heads),
                       [&](const sync::FeedHead& head) { return ends_there(positions, head); });
  return heads;
}

Result<std::optional<sync::HubDropped>> SnapshotCare::ask_to_drop(const View& view,
                                                                  const std::function<bool()>& may_go_on) {
  const sync::StableCut cut(view.standings, view.members.progress);
  const auto& snapshots = shelf_.snapshots();
  const auto covered = std::ranges::find_if(snapshots, [&](const ShelvedSnapshot& one) {
    return one.manifest.cursor.epoch == view.hub.epoch && cut.covers(one.manifest.positions);
  });
  const ShelvedSnapshot* chosen = covered == snapshots.end() ? nullptr : &*covered;
  sync::HubDropRequest request;
  if (const auto* own = mending(view)) {
    request.heads = TRY(heads_to_raise(view, own->manifest.positions));
    if (!request.heads.empty()) chosen = own;
  }
  if (chosen == nullptr) return std::optional<sync::HubDropped>{};
  request.positions = chosen->manifest.cursor.after;
  request.device = shop_.state().device();
  request.epoch = chosen->manifest.cursor.epoch;
  request.snapshot = chosen->place.id;
  auto dropped = TRY(ask_(chosen->place, request));
  while (dropped.more && may_go_on()) dropped = TRY(ask_(chosen->place, request));
  return std::optional<sync::HubDropped>{dropped};
}

Status SnapshotCare::remove_old(const View& view, const sync::HubFloor& floor) {
  std::vector<sync::SnapshotPlace> old;
  for (std::size_t i = kKept; i < shelf_.snapshots().size(); ++i) {
    const auto& place = shelf_.snapshots()[i].place;
    if (place.id != floor.snapshot) old.push_back(place);
  }
  for (const auto& place : shelf_.unfinished()) {
    if (view.now_ms >= place.made_at_ms + kLeftover_ms) old.push_back(place);
  }
  for (const auto& place : old) TRY(shelf_.remove(place));
  return {};
}

// A carrier may have to bring all of the log to a terminal that meets nobody else.
Result<std::size_t> SnapshotCare::prune(const View& view, const std::function<bool()>& may_go_on) {
  if (view.has_carrier || shelf_.snapshots().empty()) return 0;
  const sync::StableCut cut(view.standings, view.members.progress);
  const auto up_to = cut.within(shelf_.snapshots().front().manifest.positions);
  const std::int64_t before_ms = view.now_ms - view.history_days * sync::kDay_ms;
  std::size_t pruned = 0, last = kSegmentsAtOnce;
  while (last == kSegmentsAtOnce && may_go_on()) {
    last = TRY(shop_.state().db->write(
        [&](storage::Transaction& tx) { return storage::prune_log(tx, up_to, before_ms, kSegmentsAtOnce); },
        storage::Priority::background));
    pruned += last;
  }
  return pruned;
}

Result<SnapshotsDone> SnapshotCare::round(const SyncReport& now, sync::SegmentKeys& keys, const SnapshotOrder& order,
                                          const std::function<bool()>& may_go_on) {
  SnapshotsDone done;
  if (!is_at_rest(now)) {
    if (!order.make && !order.drop) return done;
    return fail(ErrorKind::retry, "the hub is not connected, or not everything is exchanged; try again then");
  }
  TRY(sweep_own_snapshot(shop_, objects_));
  TRY(shelf_.look(keys));
  View view = TRY(look(now));
  view.only_here = TRY(only_here(now, view));
  if (order.make || is_due(view)) {
    done.made = TRY(make_snapshot(shop_, objects_, keys, tenant_, view.now_ms));
    due_since_.reset();
    TRY(shelf_.look(keys));
    log::info("a snapshot was made: {} parts, {} bytes", done.made->manifest.chunks.size(), done.made->bytes);
  }
  const bool is_first = view.turn == std::size_t{0};
  if (order.drop || is_first || !view.only_in_snapshots.empty() || !view.only_here.empty()) {
    done.dropped = TRY(ask_to_drop(view, may_go_on));
    if (done.dropped) TRY(remove_old(view, done.dropped->floor));
  }
  done.pruned = TRY(prune(view, may_go_on));
  return done;
}

}  // namespace till::app
