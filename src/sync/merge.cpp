#include "sync/merge.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "sync/progress.hpp"
#include "sync/sabotage.hpp"

namespace till::sync {

namespace {

bool contains(const std::vector<Order>& orders, const Order& order) {
  return std::find(orders.begin(), orders.end(), order) != orders.end();
}

bool is_candidate(const FieldState& state, const Order& order) {
  return state.order == order ||
         std::any_of(state.rivals.begin(), state.rivals.end(), [&](const Rival& r) { return r.order == order; });
}

// One field: its candidates in one list, ranked, and back.
class Candidates {
 public:
  Candidates(FieldState& state, Bytes& value, const Ranking& ranking) : state_(state), value_(value), rank_(ranking) {
    if (!state.order.is_none()) list_.push_back({state.order, value});
    std::move(state.rivals.begin(), state.rivals.end(), std::back_inserter(list_));
  }

  void add(const Order& order, const Bytes& value) { list_.push_back({order, value}); }

  void remove(const std::vector<Order>& replaced) {
    for (const Order& order : replaced) {
      const auto removed = std::erase_if(list_, [&](const Rival& candidate) { return candidate.order == order; });
      if (removed == 0 && !contains(state_.expected, order)) state_.expected.push_back(order);
    }
  }

  void remove_present(const std::vector<Order>& replaced) {
    std::erase_if(list_, [&](const Rival& candidate) { return contains(replaced, candidate.order); });
  }

  // True when the visible value is another one now.
  bool settle() {
    if (!sabotaged(Sabotage::ties_by_arrival)) {
      std::sort(list_.begin(), list_.end(),
                [&](const Rival& a, const Rival& b) { return rank_.before(b.order, a.order); });
    } else {
      std::rotate(list_.rbegin(), list_.rbegin() + 1, list_.rend());
    }
    if (list_.empty()) {  // all candidates are replaced by what has not come yet
      state_.order = {};
      state_.rivals.clear();
      return false;
    }
    const bool changed = value_ != list_.front().value;
    state_.order = list_.front().order;
    value_ = std::move(list_.front().value);
    state_.rivals.assign(std::make_move_iterator(list_.begin() + 1), std::make_move_iterator(list_.end()));
    return changed;
  }

 private:
  FieldState& state_;
  Bytes& value_;
  const Ranking& rank_;
  std::vector<Rival> list_;
};

// A change that comes again, after a part of a snapshot had brought it, and after the log has brought what it replaced.
void forget_replaced(FieldNumber number, FieldState& state, Bytes& value, const std::vector<Order>& replaced,
                     const Ranking& ranking, MergeOutcome& outcome) {
  if (std::none_of(replaced.begin(), replaced.end(), [&](const Order& o) { return is_candidate(state, o); })) return;
  Candidates candidates(state, value, ranking);
  candidates.remove_present(replaced);
  if (candidates.settle()) outcome.changed.push_back(number);
  outcome.states_changed = outcome.rivals_changed = true;
}

// The usual case, without lists: the change replaces the only candidate.
bool follows_directly(const FieldState& state, const std::vector<Order>& replaced) {
  return state.rivals.empty() && state.expected.empty() && replaced.size() == 1 && replaced.front() == state.order;
}

}  // namespace

std::string_view to_string(Policy policy) {
  constexpr std::array<std::string_view, 5> names = {"latest_wins", "use_local", "use_remote", "merge", "manual"};
  return names[static_cast<std::size_t>(policy)];
}

MergeOutcome merge(RowState& row, const Op& op, const Order& order, const Ranking& ranking) {
  static const std::vector<Order> kNothing;
  MergeOutcome outcome;
  for (const auto& [number, new_value] : op.fields) {
    const bool is_new = !row.values.contains(number);
    FieldState& state = row.fields[number];
    const auto named = op.replaces.find(number);
    const std::vector<Order>& replaced = named == op.replaces.end() ? kNothing : named->second;
    Bytes& value = row.values[number];
    if (is_candidate(state, order)) {
      forget_replaced(number, state, value, replaced, ranking, outcome);
      continue;
    }
    outcome.states_changed = true;
    if (follows_directly(state, replaced)) {
      state.order = order;
      if (value != new_value || is_new) outcome.changed.push_back(number);
      value = new_value;
      continue;
    }
    const std::size_t rivals_before = state.rivals.size();
    Candidates candidates(state, value, ranking);
    const bool is_dead = std::erase(state.expected, order) > 0;
    candidates.remove(replaced);
    const bool loses =
        sabotaged(Sabotage::rival_dropped) && !state.order.is_none() && ranking.before(order, state.order);
    if (!is_dead && !loses) candidates.add(order, new_value);
    if (candidates.settle() || is_new) outcome.changed.push_back(number);
    outcome.rivals_changed |= rivals_before + state.rivals.size() > 0;
  }
  return outcome;
}

MergeOutcome rank_again(RowState& row, const Ranking& ranking) {
  MergeOutcome outcome;
  for (auto& [number, state] : row.fields) {
    if (state.rivals.empty()) continue;
    const FieldState before = state;
    if (Candidates(state, row.values[number], ranking).settle()) outcome.changed.push_back(number);
    const bool is_other = before != state;  // also when only the rivals stand in another order
    outcome.states_changed |= is_other;
    outcome.rivals_changed |= is_other;
  }
  return outcome;
}

bool may_conflict(EntityNumber entity) {
  return entity != DeviceProgress::kEntity;
}

std::vector<Conflict> conflicts(EntityNumber entity, const Id& row, const RowState& state) {
  std::vector<Conflict> found;
  if (!may_conflict(entity)) return found;
  for (const auto& [number, field] : state.fields) {
    const auto value = state.values.find(number);
    if (value == state.values.end()) continue;
    for (const Rival& rival : field.rivals) {
      if (rival.value == value->second) continue;
      found.push_back({entity, row, number, value->second, rival.value, field.order, rival.order});
    }
  }
  return found;
}

std::string_view flaw(const Record& record) {
  if (record.ops.empty()) return "it changes nothing";
  if (record.stamp.packed == 0) return "it has no time";
  std::set<std::pair<EntityNumber, Id>> rows;
  for (const Op& op : record.ops) {
    if (op.row.is_nil()) return "it changes a row without identity";
    if (!rows.emplace(op.entity, op.row).second) return "it changes a row twice";
  }
  return {};
}

}  // namespace till::sync
