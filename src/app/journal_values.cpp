#include "app/journal_values.hpp"

#include <algorithm>
#include <array>

#include "core/text.hpp"
#include "security/journal_sabotage.hpp"
#include "storage/tables.hpp"

namespace till::app {
namespace {

constexpr std::size_t kMaxChanges = 24;
constexpr std::size_t kMaxValue_bytes = 256;

// What names or reaches a person who does not work here, and what opens something.
bool is_personal_or_secret(sync::EntityNumber entity, std::string_view field) {
  constexpr auto kAbout =
      std::to_array<std::string_view>({"contact", "phone", "email", "reserved_for", "pin_verifier"});
  if (security::sabotaged(security::JournalSabotage::personal_values_kept)) return false;
  if (entity == domain::Customer::kEntity) return field != "lifecycle";
  return std::ranges::find(kAbout, field) != kAbout.end();
}

// Bytes cannot be masked as a text can; what holds a card number is not kept.
bool has_card_number(const Bytes& value) {
  const auto text = as_text(value);
  return mask_card_numbers(text) != text;
}

template <class E>
const FieldMap& defaults() {
  static const FieldMap fields = to_fields(E{});
  return fields;
}

bool is_default(const storage::FieldChange& change) {
  bool same = false;
  storage::with_entity(change.entity, [&]<class E>() {
    const auto found = defaults<E>().find(change.field);
    same = found != defaults<E>().end() && found->second == change.after;
  });
  return same;
}

}  // namespace

std::vector<domain::AuditChange> kept_changes(storage::Changes changes) {
  std::vector<domain::AuditChange> kept;
  for (auto& change : changes.fields) {
    if (kept.size() == kMaxChanges) break;
    if (change.before.empty() && is_default(change)) continue;
    domain::AuditChange one{change.entity, change.row, change.field, true, {}, {}};
    one.has_values = !is_personal_or_secret(change.entity, field_key(change.entity, change.field)) &&
                     change.before.size() <= kMaxValue_bytes && change.after.size() <= kMaxValue_bytes &&
                     !has_card_number(change.before) && !has_card_number(change.after);
    if (one.has_values) {
      one.before = std::move(change.before);
      one.after = std::move(change.after);
    }
    kept.push_back(std::move(one));
  }
  return kept;
}

ShownChange shown_change(storage::Connection& conn, const domain::Currency& currency,
                         const domain::AuditChange& change) {
  ShownChange shown;
  shown.kind = entity_label(change.entity);
  shown.name = row_name(conn, change.entity, change.row);
  shown.field = field_label(change.entity, change.field);
  shown.has_values = change.has_values;
  shown.is_new = change.has_values && change.before.empty();
  if (!change.has_values) return shown;
  if (!shown.is_new) shown.before = shown_value(conn, currency, change.entity, change.field, change.before);
  shown.after = shown_value(conn, currency, change.entity, change.field, change.after);
  return shown;
}

}  // namespace till::app
