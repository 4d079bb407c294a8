#include "sync/hub_drop.hpp"

#include <algorithm>

#include "sync/chain.hpp"
#include "sync/epochs.hpp"
#include "sync/sabotage.hpp"

namespace till::sync {

namespace {

using Positions = std::array<std::uint64_t, kLanes>;

Status check(const HubDropRequest& request, std::uint64_t epoch) {
  if (request.epoch != epoch) return invalid("the hub has another epoch than this snapshot; make a new snapshot");
  const bool own = std::all_of(request.heads.begin(), request.heads.end(),
                               [&](const FeedHead& head) { return head.feed.device == request.device; });
  return own ? Status{} : invalid("a terminal may only raise the heads of its own feeds");
}

// The floor rises with the heads, in their lanes, above every number that was given.
Result<std::size_t> raise(HubStore& store, const Id& tenant, const HubDropRequest& request, HubFloor& floor) {
  std::size_t raised = 0;
  std::uint64_t number = 0;
  for (const FeedHead& head : request.heads) {
    if (furthest(TRY(store.heads(tenant, head.feed))) >= head.sequence) continue;
    if (number == 0) number = TRY(store.skip_number(tenant));
    TRY(store.raise_head(tenant, head));
    floor.after[index(head.feed.lane)] = number;
    floor.snapshot = request.snapshot;
    ++raised;
  }
  return raised;
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
  TRY(check(request, TRY(store.epoch(tenant))));
  HubDropped dropped;
  const HubFloor before = TRY(store.floor(tenant));
  dropped.floor = before;
  dropped.raised = TRY(raise(store, tenant, request, dropped.floor));

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
