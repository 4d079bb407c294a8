#include "sync/merge.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "sync/sabotage.hpp"

namespace till::sync {

namespace {

bool contains(const std::vector<Order>& orders, const Order& order) {
  return std::find(orders.begin(), orders.end(), order) != orders.end();
}

void add_rival(FieldState& state, Rival rival) {
  const auto at = std::find_if(state.rivals.begin(), state.rivals.end(),
                               [&](const Rival& other) { return other.order < rival.order; });
  state.rivals.insert(at, std::move(rival));
}

bool is_known(const FieldState& state, const Order& order) {
  return state.order == order ||
         std::any_of(state.rivals.begin(), state.rivals.end(), [&](const Rival& r) { return r.order == order; });
}

struct FieldMerge {
  FieldState& state;
  Bytes& value;
  bool value_changed = false, rivals_changed = false;

  void win(const Order& order, const Bytes& new_value) {
    value_changed = value != new_value;
    value = new_value;
    state.order = order;
  }

  void take(const Order& order, const Bytes& new_value, const std::vector<Order>& replaces) {
    rivals_changed = std::erase_if(state.rivals, [&](const Rival& r) { return contains(replaces, r.order); }) > 0;
    if (state.order.is_none() || contains(replaces, state.order)) {
      win(order, new_value);
      return;
    }
    rivals_changed = true;
    if (order > state.order || sabotaged(Sabotage::ties_by_arrival)) {
      add_rival(state, {state.order, value});
      win(order, new_value);
    } else {
      add_rival(state, {order, new_value});
    }
  }
};

}  // namespace

std::string_view to_string(Policy policy) {
  constexpr std::array<std::string_view, 5> names = {"latest_wins", "use_local", "use_remote", "merge", "manual"};
  return names[static_cast<std::size_t>(policy)];
}

MergeOutcome merge(RowState& row, const Op& op, const Order& order) {
  static const std::vector<Order> kNothing;
  MergeOutcome outcome;
  for (const auto& [number, value] : op.fields) {
    const bool is_new = !row.values.contains(number);
    FieldState& state = row.fields[number];
    if (is_known(state, order)) continue;
    const auto replaced = op.replaces.find(number);
    FieldMerge field{state, row.values[number]};
    field.take(order, value, replaced == op.replaces.end() ? kNothing : replaced->second);
    if (field.value_changed || is_new) outcome.changed.push_back(number);
    outcome.rivals_changed |= field.rivals_changed;
    outcome.states_changed = true;
  }
  return outcome;
}

std::vector<Conflict> conflicts(EntityNumber entity, const Id& row, const RowState& state) {
  std::vector<Conflict> found;
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
    for (const auto& [number, replaced] : op.replaces) {
      for (const Order& order : replaced) {
        if (order >= record.order()) return "it replaces a later change";
      }
    }
  }
  return {};
}

}  // namespace till::sync
