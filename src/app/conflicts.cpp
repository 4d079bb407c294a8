#include "app/conflicts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "app/catalogue_rows.hpp"
#include "app/conflict_policies.hpp"
#include "app/entity_text.hpp"
#include "app/journal.hpp"
#include "app/log_keys.hpp"
#include "app/shop_state.hpp"
#include "core/log.hpp"
#include "core/text.hpp"
#include "security/hash.hpp"
#include "storage/conflicts.hpp"
#include "storage/log_reader.hpp"
#include "storage/sync_store.hpp"
#include "storage/tables.hpp"

namespace till::app {
namespace {

using sync::ConflictPlace;
using sync::Rival;

constexpr std::size_t kMaxListed = 200;
constexpr std::size_t kMaxSettledListed = 50;
constexpr std::int64_t kSameMoment_us = 3'000'000;

// Six letters and digits that cannot be mistaken for each other.
std::string short_id(ByteView bytes) {
  constexpr std::string_view kLetters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const auto hash = security::sha256(bytes);
  std::string id;
  for (std::size_t i = 0; i < 6; ++i) id += kLetters[hash[i] % kLetters.size()];
  return id;
}

std::string id_of(const ConflictPlace& place) {
  ByteWriter out;
  out.u16(place.entity);
  out.raw(place.row.view());
  out.u16(place.field);
  return short_id(out.bytes());
}

std::string id_of(const domain::Resolution& resolution) {
  return short_id(resolution.id.view());
}

std::string key_of(const Rival& candidate) {
  ByteWriter out;
  out.raw(candidate.order.device.view());
  out.u64(candidate.order.incarnation);
  out.u64(candidate.order.sequence);
  return short_id(out.bytes());
}

ConflictPlace place_of(const domain::Resolution& resolution) {
  return {resolution.entity, resolution.row, resolution.field_number};
}

// Reads the list for one connection: looks names, people and bases up.
class Reader {
 public:
  Reader(ShopState& state, storage::Connection& conn)
      : state_(state), conn_(conn), keys_(state), log_(conn), currency_(state.settings()->rules.currency) {}

  Result<ConflictList> list();
  Result<sync::Ancestor> base_of(const ConflictPlace& place, const std::vector<Rival>& candidates);
  std::optional<Bytes> merged(const ConflictPlace& place, const sync::Ancestor& base,
                              const std::vector<Rival>& candidates) const;
  ShownValue shown(const ConflictPlace& place, ByteView value) {
    return shown_value(conn_, currency_, place.entity, place.field, value);
  }

 private:
  Result<ConflictRow> row_of(const storage::ConflictRow& conflict);
  Result<ConflictRow> row_of(const domain::Resolution& resolution);
  ConflictRow named(const ConflictPlace& place);
  Result<ConflictSide> side_of(const ConflictPlace& place, const Rival& candidate, bool visible);
  Result<std::string> user_behind(const ConflictPlace& place, const sync::Order& change);
  Result<bool> still_holds(const domain::Resolution& resolution);
  std::string terminal_name(const Id& device);

  ShopState& state_;
  storage::Connection& conn_;
  LogKeys keys_;
  storage::SyncLogReader log_;
  domain::Currency currency_;
  sync::Policies policies_ = policies_from(state_.settings()->raw);
};

std::string Reader::terminal_name(const Id& device) {
  const auto row = storage::load<domain::Device>(conn_, device);
  if (row && *row && !(*row)->name.empty()) return (*row)->name;
  return device == state_.device() ? state_.terminal : clipped(to_string(device), 8);
}

// The journal says who worked there: the entry that the same terminal made with the change.
Result<std::string> Reader::user_behind(const ConflictPlace& place, const sync::Order& change) {
  const std::string kind(entity_key(place.entity));
  const std::string of_prices = place.entity == domain::Product::kEntity ? "price.%" : kind + ".%";
  const std::int64_t at_us = change.stamp.ms() * 1000;
  auto q = TRY(conn_.query(
      "SELECT user_name FROM audit_entry WHERE device = ?1 AND at BETWEEN ?2 AND ?3 AND (action LIKE ?4 OR action LIKE "
      "?5 OR action = 'import' OR action LIKE 'conflict.%') ORDER BY abs(at - ?6) LIMIT 1",
      change.device, at_us - kSameMoment_us, at_us + kSameMoment_us, kind + ".%", of_prices, at_us));
  return TRY(q.next()) ? q.text(0) : std::string();
}

Result<ConflictSide> Reader::side_of(const ConflictPlace& place, const Rival& candidate, bool visible) {
  const auto value = shown(place, candidate.value);
  ConflictSide side;
  side.key = key_of(candidate);
  side.value = value.text;
  side.is_word = value.is_word;
  side.terminal = terminal_name(candidate.order.device);
  side.user = TRY(user_behind(place, candidate.order));
  side.at = to_local({candidate.order.stamp.ms() * 1000}, "%d.%m.%Y %H:%M");
  side.here = candidate.order.device == state_.device();
  side.visible = visible;
  return side;
}

ConflictRow Reader::named(const ConflictPlace& place) {
  ConflictRow row;
  row.kind = std::string(entity_label(place.entity));
  row.name = row_name(conn_, place.entity, place.row);
  row.field = field_label(place.entity, place.field);
  return row;
}

Result<sync::Ancestor> Reader::base_of(const ConflictPlace& place, const std::vector<Rival>& candidates) {
  std::vector<sync::Order> orders;
  for (const Rival& candidate : candidates) orders.push_back(candidate.order);
  const auto lane = storage::lane_of(place.entity).value_or(sync::Lane::normal);
  return sync::common_ancestor(log_, keys_.keys, lane, place.entity, place.row, place.field, orders);
}

std::optional<Bytes> Reader::merged(const ConflictPlace& place, const sync::Ancestor& base,
                                    const std::vector<Rival>& candidates) const {
  if (!base.is_known) return std::nullopt;
  std::vector<Bytes> values;
  for (const Rival& candidate : candidates) values.push_back(candidate.value);
  return sync::merge_values(policies_.of(place.entity, place.field).kind, base.value, values);
}

Result<ConflictRow> Reader::row_of(const storage::ConflictRow& conflict) {
  const ConflictPlace& place = conflict.place;
  ConflictRow row = named(place);
  row.id = row.place = id_of(place);
  row.edited_after_deletion = conflict.edited_after_deletion;
  row.policy = std::string(sync::to_string(policies_.of(place.entity, place.field).policy));
  using State = ConflictRow::State;
  row.state = conflict.verdict == sync::Judgement::by_rule ? State::by_rule
              : conflict.verdict == sync::Judgement::waits ? State::waits
                                                           : State::open;
  row.can_undo = row.state == State::by_rule;
  for (const Rival& candidate : conflict.candidates)
    row.sides.push_back(TRY(side_of(place, candidate, row.sides.empty())));
  if (conflict.edited_after_deletion) return row;
  const auto base = TRY(base_of(place, conflict.candidates));
  row.base_known = base.is_known && base.value;
  if (row.base_known) {
    const auto value = shown(place, *base.value);
    row.base = value.text;
    row.base_is_word = value.is_word;
  }
  if (const auto both = merged(place, base, conflict.candidates)) row.merged = shown(place, *both).text;
  return row;
}

Result<bool> Reader::still_holds(const domain::Resolution& resolution) {
  const auto state = TRY(storage::row_state(conn_, resolution.entity, resolution.row));
  const auto field = state.fields.find(resolution.field_number);
  return field != state.fields.end() && field->second.order == storage::rival_of(resolution.chosen).order;
}

Result<ConflictRow> Reader::row_of(const domain::Resolution& resolution) {
  const ConflictPlace place = place_of(resolution);
  ConflictRow row = named(place);
  row.id = id_of(resolution);
  row.place = id_of(place);
  row.state = ConflictRow::State::settled;
  row.policy = std::string(sync::to_string(static_cast<sync::Policy>(std::min<int>(resolution.policy, 4))));
  row.sides.push_back(TRY(side_of(place, storage::rival_of(resolution.chosen), true)));
  row.sides.front().user = resolution.user_name;
  for (const auto& candidate : resolution.candidates) {
    if (candidate.value != resolution.chosen.value)
      row.sides.push_back(TRY(side_of(place, storage::rival_of(candidate), false)));
  }
  row.base_known = resolution.base_known;
  if (row.base_known) {
    const auto value = shown(place, resolution.base);
    row.base = value.text;
    row.base_is_word = value.is_word;
  }
  row.settled_by = resolution.user_name;
  row.settled_at = to_local(resolution.at, "%d.%m.%Y %H:%M");
  row.settled_on = resolution.terminal;
  row.can_undo = row.sides.size() > 1 && TRY(still_holds(resolution));
  return row;
}

Result<ConflictList> Reader::list() {
  ConflictList list;
  for (const auto& conflict : TRY(storage::conflict_rows(conn_, kMaxListed))) {
    list.rows.push_back(TRY(row_of(conflict)));
    if (list.rows.back().state == ConflictRow::State::open) ++list.open;
  }
  for (const auto& resolution : TRY(storage::last_resolutions(conn_, kMaxSettledListed)))
    list.rows.push_back(TRY(row_of(resolution)));
  return list;
}

bool same_id(const std::string& given, const std::string& id) {
  return lowered(trimmed(given)) == lowered(id);
}

Result<std::optional<storage::ConflictRow>> find_conflict(storage::Connection& conn, const std::string& id) {
  for (auto& conflict : TRY(storage::conflict_rows(conn, kMaxListed))) {
    if (same_id(id, id_of(conflict.place))) return std::optional<storage::ConflictRow>{std::move(conflict)};
  }
  return std::optional<storage::ConflictRow>{};
}

const Rival& other_than(const std::vector<Rival>& candidates, const Rival& one) {
  const auto other =
      std::ranges::find_if(candidates, [&](const Rival& candidate) { return candidate.value != one.value; });
  return other == candidates.end() ? one : *other;
}

// Of three values "the other" would be any of two.
Result<Bytes> the_other(const std::vector<Rival>& candidates, const Rival& local) {
  const Rival& other = other_than(candidates, local);
  const bool is_one_of_several = std::ranges::any_of(candidates, [&](const Rival& candidate) {
    return candidate.value != local.value && candidate.value != other.value;
  });
  if (is_one_of_several)
    return invalid(
        "more than two values stand against each other; say which one, as tillctl sync conflicts names it: "
        "--use side:KEY");
  return other.value;
}

Result<Bytes> side_with(const std::vector<Rival>& candidates, const std::string& key) {
  const auto side = std::ranges::find_if(candidates, [&](const Rival& one) { return same_id(key, key_of(one)); });
  if (side == candidates.end()) return invalid("these are not the values any more; look at the conflict again");
  return side->value;
}

// A value that nobody had chosen yet is checked as if it were given to the product by hand.
Status check_typed(storage::Connection& conn, const ConflictPlace& place, const Bytes& value) {
  if (place.entity != domain::Product::kEntity) return {};
  auto product = TRY(storage::load<domain::Product>(conn, place.row));
  if (!product) return {};
  TRY(apply_fields({{place.field, value}}, *product));
  return check_product(conn, *product);
}

Result<Bytes> chosen_value(ShopState& state, Reader& reader, const storage::ConflictRow& conflict,
                           const sync::Ancestor& base, const ConflictChoice& choice) {
  const auto& candidates = conflict.candidates;
  const auto own = std::ranges::find_if(
      candidates, [&](const Rival& candidate) { return candidate.order.device == state.device(); });
  const Rival& local = own == candidates.end() || conflict.edited_after_deletion ? candidates.front() : *own;
  switch (choice.use) {
    case ConflictChoice::Use::local:
      return local.value;
    case ConflictChoice::Use::remote:
      return the_other(candidates, local);
    case ConflictChoice::Use::side:
      return side_with(candidates, choice.value);
    case ConflictChoice::Use::value:
      return value_from_text(state.settings()->rules.currency, conflict.place.entity, conflict.place.field,
                             choice.value);
    case ConflictChoice::Use::merge:
      break;
  }
  if (auto both = reader.merged(conflict.place, base, candidates)) return std::move(*both);
  return invalid("these values cannot be put together; choose one of them, or give a value");
}

struct Decision {
  sync::Settlement settlement;
  std::string journal;  // "Product Green tea, Price: 2.50 EUR"
  Id cites;
};

Status write_decision(ShopState& state, storage::Transaction& tx, const Actor& actor, const char* action,
                      Decision decision) {
  storage::SyncStore store(tx);
  storage::SyncConflicts book(tx, state.clock, state.random,
                              {actor.name, state.terminal, state.device(), decision.cites});
  TRY(sync::write_settlement(store, book, state.replica->log(), decision.settlement));
  return write_journal(state, tx, actor, {action, decision.journal, {}});
}

std::string journal_text(Reader& reader, storage::Connection& conn, const ConflictPlace& place, ByteView value) {
  return fmt::format("{} {}, {}: {}", entity_label(place.entity), row_name(conn, place.entity, place.row),
                     field_label(place.entity, place.field), reader.shown(place, value).text);
}

Status reload_after(ShopState& state, sync::EntityNumber entity) {
  if (entity != domain::Setting::kEntity && entity != domain::Tax::kEntity) return {};
  return state.reload_settings();
}

}  // namespace

Result<ConflictList> list_conflicts(Shop& shop) {
  auto& state = shop.state();
  return state.db->read([&](storage::Connection& conn) { return Reader(state, conn).list(); });
}

ConflictChoice choice_from(const std::string& text) {
  using Use = ConflictChoice::Use;
  if (text == "local") return {Use::local, {}};
  if (text == "remote") return {Use::remote, {}};
  if (text == "merge") return {Use::merge, {}};
  constexpr std::string_view side = "side:";
  if (text.starts_with(side)) return {Use::side, text.substr(side.size())};
  return {Use::value, text};
}

Status settle_conflict(Shop& shop, const Actor& actor, const std::string& id, const ConflictChoice& choice) {
  TRY(require_right(shop, actor, domain::Right::resolve_conflicts, id));
  auto& state = shop.state();
  sync::EntityNumber entity = 0;
  TRY(change(state, [&](storage::Transaction& tx) -> Status {
    const auto conflict = TRY(find_conflict(tx, id));
    if (!conflict) return invalid("there is no conflict " + id + " any more; see: tillctl sync conflicts");
    entity = conflict->place.entity;
    Reader reader(state, tx);
    Decision decision;
    decision.settlement.place = conflict->place;
    decision.settlement.candidates = conflict->candidates;
    if (!conflict->edited_after_deletion)
      decision.settlement.base = TRY(reader.base_of(conflict->place, conflict->candidates));
    decision.settlement.value = TRY(chosen_value(state, reader, *conflict, decision.settlement.base, choice));
    if (choice.use == ConflictChoice::Use::value) TRY(check_typed(tx, conflict->place, decision.settlement.value));
    decision.journal = journal_text(reader, tx, conflict->place, decision.settlement.value);
    return write_decision(state, tx, actor, "conflict.settle", std::move(decision));
  }));
  return reload_after(state, entity);
}

Status undo_settlement(Shop& shop, const Actor& actor, const std::string& id) {
  auto& state = shop.state();
  const auto by_rule = TRY(state.db->read([&](storage::Connection& conn) { return find_conflict(conn, id); }));
  if (by_rule && by_rule->verdict != sync::Judgement::by_rule)
    return invalid("this conflict is not settled yet; settle it with: tillctl sync resolve " + id + " --use ...");
  if (by_rule) return settle_conflict(shop, actor, id, {ConflictChoice::Use::remote, {}});
  TRY(require_right(shop, actor, domain::Right::resolve_conflicts, id));
  sync::EntityNumber entity = 0;
  TRY(change(state, [&](storage::Transaction& tx) -> Status {
    for (const auto& resolution : TRY(storage::last_resolutions(tx, kMaxSettledListed))) {
      if (!same_id(id, id_of(resolution))) continue;
      entity = resolution.entity;
      const auto row = TRY(storage::row_state(tx, resolution.entity, resolution.row));
      const auto field = row.fields.find(resolution.field_number);
      const Rival chosen = storage::rival_of(resolution.chosen);
      if (field == row.fields.end() || field->second.order != chosen.order)
        return invalid("this was changed again since; change it by hand if it is not right");
      Decision decision;
      decision.settlement.place = place_of(resolution);
      decision.settlement.candidates = {chosen};
      decision.cites = resolution.id;
      std::vector<Rival> before;
      for (const auto& candidate : resolution.candidates) before.push_back(storage::rival_of(candidate));
      if (before.empty()) return invalid("there is nothing to go back to");
      decision.settlement.value =
          before.front().value == chosen.value ? other_than(before, chosen).value : before.front().value;
      Reader reader(state, tx);
      decision.journal = journal_text(reader, tx, decision.settlement.place, decision.settlement.value);
      return write_decision(state, tx, actor, "conflict.undo", std::move(decision));
    }
    return invalid("there is no settled conflict " + id + "; see: tillctl sync conflicts");
  }));
  return reload_after(state, entity);
}

void settle_by_rule(ShopState& state, const sync::SegmentKeys& keys) {
  const auto policies = policies_from(state.settings()->raw);
  const auto waiting =
      state.db->read([&](storage::Connection& conn) { return storage::has_unjudged(conn, policies.fingerprint()); });
  if (waiting && !*waiting) return;
  for (std::size_t settled = sync::kMaxSettledPerCall; settled == sync::kMaxSettledPerCall;) {
    const auto done = change(
        state,
        [&](storage::Transaction& tx) -> Result<std::size_t> {
          storage::SyncStore store(tx);
          storage::SyncConflicts book(tx, state.clock, state.random, {{}, state.terminal, state.device(), {}});
          storage::SyncLogReader history(tx);
          const auto before = TRY(storage::count<domain::Resolution>(tx));
          const auto looked_at =
              TRY(sync::settle_by_policy(store, book, history, state.replica->log(), keys, policies));
          const auto settled_now = TRY(storage::count<domain::Resolution>(tx)) - before;
          if (settled_now > 0)
            TRY(write_journal(state, tx, Actor{}, {"conflict.rule", {}, fmt::format("{} settled", settled_now)}));
          return looked_at;
        },
        storage::Priority::background);
    if (!done) log::warning("conflicts were not settled: {} ({})", done.error().message, done.error().cause);
    settled = done ? *done : 0;
  }
}

}  // namespace till::app
