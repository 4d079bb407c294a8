#include "sync/hub_drop.hpp"

#include <algorithm>
#include <utility>

#include "sync/chain.hpp"
#include "sync/epochs.hpp"
#include "sync/sabotage.hpp"

namespace till::sync {

namespace {

using Positions = std::array<std::uint64_t, kLanes>;

Status check(HubStore& store, const Id& tenant, const HubDropRequest& request) {
  if (request.epoch != TRY(store.epoch(tenant)))
    return invalid("the hub has another epoch than this snapshot; make a new snapshot");
  for (const FeedHead& head : request.heads) {
    const bool is_own = head.feed.device == request.device;
    if (!is_own && TRY(store.signer(tenant, head.feed.device)))
      return invalid("a terminal may only raise the heads of its own feeds, and of terminals that the hub never met");
  }
  return {};
}

Result<std::vector<FeedHead>> lacking(HubStore& store, const Id& tenant, const HubDropRequest& request) {
  std::vector<FeedHead> heads;
  for (const FeedHead& head : request.heads) {
    if (furthest(TRY(store.heads(tenant, head.feed))) < head.sequence) heads.push_back(head);
  }
  return heads;
}

// The floor rises with the heads, in their lanes, above every number that was given, and what came since the snapshot
// goes on behind it.
Result<HubDropped> raise(HubStore& store, const Id& tenant, const HubDropRequest& request) {
  HubDropped done;
  done.floor = TRY(store.floor(tenant));
  const auto heads = TRY(lacking(store, tenant, request));
  done.lacking = heads.size();
  if (heads.empty() || request.snapshot.is_nil()) return done;
  // It was made before the present one was taken in: who takes only this one would lack what that one brought.
  if (!has_reached({request.epoch, request.positions}, done.floor.after))
    return invalid("this snapshot is older than the one that the hub's log rests on; make a new snapshot");
  const std::uint64_t number = TRY(store.begin_epoch(tenant));
  for (const FeedHead& head : heads) {
    TRY(store.raise_head(tenant, head));
    auto& floor = done.floor.after[index(head.feed.lane)];
    const bool is_first_of_lane = std::exchange(floor, number) != number;
    if (is_first_of_lane) TRY(store.renumber(tenant, head.feed.lane, request.positions[index(head.feed.lane)], number));
  }
  done.floor.snapshot = request.snapshot;
  done.raised = heads.size();
  TRY(store.set_floor(tenant, done.floor));
  return done;
}

void limit(Positions& allowed, const Positions& by) {
  for (std::size_t i = 0; i < kLanes; ++i) allowed[i] = std::min(allowed[i], by[i]);
}

Status limit_by_age(HubStore& store, const Id& tenant, const HubRetention& retention, UtcTime now, Positions& allowed) {
  for (const Lane lane : kAllLanes) {
    const std::uint64_t young = TRY(store.first_since(tenant, lane, UtcTime{now.us - retention.min_age_ms * 1000}));
    if (young != 0) allowed[index(lane)] = std::min(allowed[index(lane)], young - 1);
  }
  return {};
}

Status limit_by_terminals(HubStore& store, const Id& tenant, const HubRetention& retention, UtcTime now,
                          Positions& allowed, std::optional<Id>& held_by) {
  const std::uint64_t epoch = TRY(store.epoch(tenant));
  const auto ancestors = TRY(store.ancestors(tenant));
  for (const HubConfirmation& terminal : TRY(store.confirmations(tenant))) {
    if (terminal.revoked || now.us >= terminal.heard_at.us + retention.lapse_ms * 1000) continue;
    const Positions before = allowed;
    limit(allowed, translated(terminal.cursor, epoch, ancestors).after);
    if (allowed != before) held_by = terminal.device;
  }
  return {};
}

}  // namespace

Result<HubDropped> drop(HubStore& store, const Id& tenant, const HubDropRequest& request, const HubRetention& retention,
                        UtcTime now) {
  TRY(check(store, tenant, request));
  if (!request.heads.empty()) return raise(store, tenant, request);
  HubDropped dropped;
  const HubFloor before = TRY(store.floor(tenant));
  dropped.floor = before;

  Positions last{};
  last.fill(TRY(store.last_number(tenant)));
  Positions allowed = sabotaged(Sabotage::drop_without_snapshot) ? last : request.positions;
  limit(allowed, last);
  TRY(limit_by_age(store, tenant, retention, now, allowed));
  TRY(limit_by_terminals(store, tenant, retention, now, allowed, dropped.held_by));
  // A snapshot that is older than the one that the floor rests on could not stand for it.
  if (has_reached({request.epoch, request.positions}, dropped.floor.after)) {
    for (std::size_t i = 0; i < kLanes; ++i) {
      if (allowed[i] <= dropped.floor.after[i]) continue;
      dropped.floor.after[i] = allowed[i];
      dropped.floor.snapshot = request.snapshot;
    }
  }
  if (dropped.floor != before) TRY(store.set_floor(tenant, dropped.floor));
  dropped.more = TRY(store.sweep(tenant, kHubSweep));
  return dropped;
}

}  // namespace till::sync
