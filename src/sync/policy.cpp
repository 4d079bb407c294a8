#include "sync/policy.hpp"

#include <algorithm>

#include "sync/sabotage.hpp"

namespace till::sync {

namespace {

struct Judge {
  Store& store;
  ConflictBook& book;
  LogReader& history;
  LocalLog& log;
  const SegmentKeys& keys;
  const Policies& policies;
  Id own;

  Result<Judgement> decide(const ConflictPlace& place);
  Result<Judgement> settle(const ConflictPlace& place, const FieldRule& rule, std::vector<Rival> candidates);
  Result<std::vector<Rival>> people_behind(const ConflictPlace& place, const Rival& candidate);
  Status choose(Settlement& settlement, const FieldRule& rule, bool& found);
};

void add_missing(std::vector<Rival>& all, const std::vector<Rival>& more) {
  for (const Rival& rival : more) {
    if (std::none_of(all.begin(), all.end(), [&](const Rival& r) { return r.order == rival.order; }))
      all.push_back(rival);
  }
}

const Rival& other_side(const std::vector<Rival>& candidates) {
  const auto other = std::find_if(candidates.begin(), candidates.end(),
                                  [&](const Rival& r) { return r.value != candidates.front().value; });
  return other == candidates.end() ? candidates.front() : *other;
}

// More than a change and its resolution take in a record.
std::size_t room_for(const Settlement& settlement) {
  constexpr std::size_t kFields = 4096, kCited = 64;
  std::size_t bytes = kFields + 2 * settlement.value.size();
  if (settlement.base.value) bytes += settlement.base.value->size();
  for (const auto* list : {&settlement.candidates, &settlement.stands_for}) {
    for (const Rival& change : *list) bytes += kCited + change.value.size();
  }
  return bytes;
}

Result<Judgement> Judge::decide(const ConflictPlace& place) {
  const RowState row = TRY(store.load_row(place.entity, place.row));
  auto candidates = candidates_of(row, place.field);
  if (candidates.empty()) return Judgement::by_rule;
  const FieldRule rule = policies.of(place.entity, place.field);
  if (rule.policy == Policy::manual) return Judgement::open;
  const bool latest =
      rule.policy == Policy::latest_wins || (rule.policy == Policy::merge && rule.kind == FieldKind::other);
  if (latest) return Judgement::by_rule;
  return settle(place, rule, std::move(candidates));
}

Result<std::vector<Rival>> Judge::people_behind(const ConflictPlace& place, const Rival& candidate) {
  auto behind = TRY(book.stands_for(place, candidate.order));
  if (behind.empty()) behind.push_back(candidate);
  return behind;
}

Result<Judgement> Judge::settle(const ConflictPlace& place, const FieldRule& rule, std::vector<Rival> candidates) {
  Settlement settlement;
  settlement.place = place;
  settlement.policy = rule.policy;
  settlement.stands_for = TRY(people_behind(place, candidates.front()));
  const std::size_t before = settlement.stands_for.size();
  for (const Rival& candidate : candidates) add_missing(settlement.stands_for, TRY(people_behind(place, candidate)));
  const bool goes_on = sabotaged(Sabotage::settles_for_ever);
  if (settlement.stands_for.size() == before && !goes_on) return Judgement::by_rule;
  if (candidates.front().order.device != own && !goes_on) return Judgement::waits;
  settlement.candidates = std::move(candidates);
  bool found = false;
  TRY(choose(settlement, rule, found));
  if (!found) return Judgement::open;
  TRY(write_settlement(store, book, log, settlement));
  return Judgement::by_rule;
}

Status Judge::choose(Settlement& settlement, const FieldRule& rule, bool& found) {
  auto& people = settlement.stands_for;
  std::sort(people.begin(), people.end(), [](const Rival& a, const Rival& b) { return b.order < a.order; });
  const ConflictPlace& place = settlement.place;
  const Lane lane = book.lane_of(place.entity);
  std::vector<Order> orders;
  for (const Rival& change : people) orders.push_back(change.order);
  // A settlement that was made meanwhile may stand for a change that its author has gone on from.
  orders = TRY(latest_of(history, keys, lane, place.entity, place.row, place.field, std::move(orders)));
  settlement.base = TRY(common_ancestor(history, keys, lane, place.entity, place.row, place.field, orders));
  found = true;
  if (rule.policy == Policy::use_local) settlement.value = settlement.candidates.front().value;
  if (rule.policy == Policy::use_remote) settlement.value = other_side(settlement.candidates).value;
  if (rule.policy != Policy::merge) return {};
  std::vector<Bytes> values;
  for (const Rival& change : people) {
    if (std::find(orders.begin(), orders.end(), change.order) != orders.end()) values.push_back(change.value);
  }
  const auto merged =
      settlement.base.is_known ? merge_values(rule.kind, settlement.base.value, values) : std::optional<Bytes>{};
  found = merged.has_value();
  if (merged) settlement.value = *merged;
  return {};
}

}  // namespace

FieldRule Policies::of(EntityNumber entity, FieldNumber field) const {
  const auto fields = rules.find(entity);
  if (fields == rules.end()) return {};
  const auto rule = fields->second.find(field);
  return rule == fields->second.end() ? FieldRule{} : rule->second;
}

// FNV-1a, 64 bits.
std::uint64_t Policies::fingerprint() const {
  std::uint64_t hash = 0xcbf29ce484222325U;
  const auto add = [&](std::uint64_t value) { hash = (hash ^ value) * 0x100000001b3U; };
  for (const auto& [entity, fields] : rules) {
    for (const auto& [field, rule] : fields) {
      if (rule == FieldRule{}) continue;
      add(entity), add(field), add(static_cast<std::uint64_t>(rule.policy)), add(static_cast<std::uint64_t>(rule.kind));
    }
  }
  return hash;
}

std::vector<Rival> candidates_of(const RowState& row, FieldNumber field) {
  const auto state = row.fields.find(field);
  const auto value = row.values.find(field);
  if (state == row.fields.end() || value == row.values.end()) return {};
  const auto& rivals = state->second.rivals;
  if (std::all_of(rivals.begin(), rivals.end(), [&](const Rival& r) { return r.value == value->second; })) return {};
  std::vector<Rival> candidates = {{state->second.order, value->second}};
  candidates.insert(candidates.end(), rivals.begin(), rivals.end());
  return candidates;
}

Status write_settlement(Store& store, ConflictBook& book, LocalLog& log, Settlement& settlement) {
  const ConflictPlace& place = settlement.place;
  const Lane lane = book.lane_of(place.entity);
  // Whoever has the change knows who made it: a rule that does not takes it for a person's and settles it again.
  TRY(log.keep_together(store, lane, 2, room_for(settlement)));
  settlement.change = TRY(log.settle(store, lane, place.entity, place.row, place.field, settlement.value));
  return book.record(log, settlement);
}

Result<std::size_t> settle_by_policy(Store& store, ConflictBook& book, LogReader& history, LocalLog& log,
                                     const SegmentKeys& keys, const Policies& policies) {
  TRY(book.use_policies(policies.fingerprint()));
  const auto places = TRY(book.unjudged(kMaxSettledPerCall));
  if (places.empty()) return std::size_t{0};
  const SelfState self = TRY(store.self());
  Judge judge{store, book, history, log, keys, policies, self.device};
  for (const ConflictPlace& place : places) TRY(book.judge(place, TRY(judge.decide(place))));
  return places.size();
}

}  // namespace till::sync
