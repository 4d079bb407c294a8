#include "sync/heal.hpp"

#include <algorithm>

#include "sync/digest.hpp"

namespace till::sync {

namespace {

constexpr std::size_t kMaxRemembered = 4096;  // tables times terminals

bool has_gaps(const RowState& folded) {
  return std::any_of(folded.fields.begin(), folded.fields.end(),
                     [](const auto& field) { return !field.second.expected.empty(); });
}

bool names_what_is_gone(const RowState& here, Lane lane, const Refold& log) {
  return std::any_of(here.fields.begin(), here.fields.end(), [&](const auto& entry) {
    const FieldState& field = entry.second;
    return log.is_below_floor(lane, field.order) ||
           std::any_of(field.rivals.begin(), field.rivals.end(),
                       [&](const Rival& rival) { return log.is_below_floor(lane, rival.order); });
  });
}

struct Remembered {
  EntityNumber entity = 0;
  Id device;
  std::int64_t at_ms = 0;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(entity, device, at_ms);
  }
};

}  // namespace

Remedy remedy_of_row(EntityNumber entity, const Id& row, const std::optional<RowState>& here,
                     const std::optional<RowState>& folded, Lane lane, const Refold& log) {
  const LogState state = log.state_of(lane);
  if (!folded) return here && state == LogState::whole ? Remedy::not_in_log : Remedy::none;
  if (here && row_hash(entity, row, *here) == row_hash(entity, row, *folded)) return Remedy::none;
  if (state == LogState::broken) return Remedy::history_missing;
  if (state == LogState::begins_late && (has_gaps(*folded) || (here && names_what_is_gone(*here, lane, log))))
    return Remedy::history_missing;
  return here ? Remedy::correct : Remedy::put_back;
}

Remedy remedy_of_document(const std::optional<FieldMap>& here, const std::optional<FieldMap>& folded, LogState log) {
  if (!folded) return here && log == LogState::whole ? Remedy::not_in_log : Remedy::none;
  if (!here) return Remedy::put_back;
  return *here == *folded ? Remedy::none : Remedy::correct;
}

std::vector<FieldNumber> differing_fields(const FieldMap& a, const FieldMap& b) {
  std::set<FieldNumber> fields;
  for (const auto& [number, value] : a) {
    const auto other = b.find(number);
    if (other == b.end() || other->second != value) fields.insert(number);
  }
  for (const auto& [number, value] : b) {
    if (!a.contains(number)) fields.insert(number);
  }
  return {fields.begin(), fields.end()};
}

std::vector<FieldNumber> differing_fields(const RowState& a, const RowState& b) {
  const auto values = differing_fields(a.values, b.values);
  std::set<FieldNumber> fields(values.begin(), values.end());
  for (const auto& [number, field] : b.fields) {
    const auto other = a.fields.find(number);
    if (other == a.fields.end() || !(other->second == field)) fields.insert(number);
  }
  for (const auto& [number, field] : a.fields) {
    if (!b.fields.contains(number)) fields.insert(number);
  }
  return {fields.begin(), fields.end()};
}

HealMemory HealMemory::from_bytes(ByteView bytes) {
  HealMemory memory;
  const auto list = decode<std::vector<Remembered>>(bytes);
  if (!list) return memory;
  for (const Remembered& entry : *list) memory.at_ms_[{entry.entity, entry.device}] = entry.at_ms;
  return memory;
}

Bytes HealMemory::to_bytes() const {
  std::vector<Remembered> list;
  for (const auto& [what, at_ms] : at_ms_) {
    if (list.size() < kMaxRemembered) list.push_back({what.first, what.second, at_ms});
  }
  return encode(list);
}

std::set<EntityNumber> HealMemory::due(const std::vector<Divergence>& divergences, std::int64_t now_ms) const {
  std::set<EntityNumber> tables;
  for (const Divergence& divergence : divergences) {
    for (const EntityNumber entity : divergence.entities) {
      const auto last = at_ms_.find({entity, divergence.device});
      const bool was_lately =
          last != at_ms_.end() && last->second <= now_ms && now_ms < last->second + kHealInterval_ms;
      if (!was_lately) tables.insert(entity);
    }
  }
  return tables;
}

void HealMemory::remember(const std::vector<Divergence>& divergences, std::int64_t now_ms) {
  std::erase_if(at_ms_, [&](const auto& entry) { return now_ms >= entry.second + kHealInterval_ms; });
  for (const Divergence& divergence : divergences) {
    for (const EntityNumber entity : divergence.entities) at_ms_[{entity, divergence.device}] = now_ms;
  }
}

std::string sentence_after_healing(const Divergence& divergence, const std::string& own_program,
                                   const std::string& other_program) {
  std::string text = "terminal " + to_string(divergence.device) + " and this one still differ in " +
                     std::to_string(divergence.entities.size()) +
                     (divergence.entities.size() == 1 ? " table" : " tables") +
                     " after they were folded again here; the log agrees with this terminal. ";
  text += own_program == other_program ? "Let the other one heal (tillctl sync heal), and report it"
                                       : "The other one runs " + other_program + ", this one " + own_program +
                                             ": bring both to the same program";
  return text;
}

}  // namespace till::sync
