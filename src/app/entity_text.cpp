#include "app/entity_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "core/clock.hpp"
#include "core/decimal.hpp"
#include "core/text.hpp"
#include "domain/permissions.hpp"
#include "storage/sync_entities.hpp"
#include "storage/tables.hpp"

namespace till::app {
namespace {

using domain::Currency;
using storage::with_entity;
using sync::EntityNumber;

struct EntityName {
  EntityNumber entity;
  std::string_view key, label;
};
constexpr auto kEntities = std::to_array<EntityName>({
    {domain::Product::kEntity, "product", "Product"},
    {domain::Category::kEntity, "category", "Category"},
    {domain::Tax::kEntity, "tax", "Tax"},
    {domain::Customer::kEntity, "customer", "Customer"},
    {domain::User::kEntity, "user", "User"},
    {domain::Setting::kEntity, "setting", "Setting"},
    {domain::Device::kEntity, "device", "Terminal"},
    {domain::Supplier::kEntity, "supplier", "Supplier"},
    {domain::Price::kEntity, "price", "Price"},
    {domain::Store::kEntity, "store", "Branch"},
    {domain::Printer::kEntity, "printer", "Printer"},
    {domain::PrinterAssignment::kEntity, "printer_assignment", "Printer assignment"},
    {domain::MediaFile::kEntity, "media", "Picture"},
    {domain::DiningTable::kEntity, "table", "Table"},
    {domain::Order::kEntity, "order", "Order"},
});

// Where a field's name alone would not be good English.
constexpr auto kLabels = std::to_array<std::pair<std::string_view, std::string_view>>({
    {"sku", "SKU"},
    {"special_price", "Special price"},
    {"has_special", "Has a special price"},
    {"low_stock_milli", "Low stock below"},
    {"track_stock", "Counts stock"},
    {"minimum_age", "Minimum age"},
    {"colour_rgb", "Colour"},
    {"lifecycle", "State of the entry"},
    {"rate_micro", "Tax rate"},
    {"amount_micro", "Amount per unit"},
    {"included", "Included in the price"},
    {"adds_to_base", "Is taxed itself"},
    {"on_plain_base", "On the plain price"},
    {"letter", "Letter on the receipt"},
    {"pin_verifier", "PIN"},
    {"tax_number", "Tax number"},
    {"card_code", "Customer card"},
    {"email", "E-mail"},
    {"x_mm", "Place from the left"},
    {"y_mm", "Place from the top"},
    {"table_id", "Table"},
    {"order_id", "Order"},
});

// What an id in a field of this name points at.
constexpr auto kPointsAt = std::to_array<std::pair<std::string_view, EntityNumber>>({
    {"category", domain::Category::kEntity},
    {"parent", domain::Category::kEntity},
    {"taxes", domain::Tax::kEntity},
    {"deposit", domain::Product::kEntity},
    {"product", domain::Product::kEntity},
    {"supplier", domain::Supplier::kEntity},
    {"picture", domain::MediaFile::kEntity},
    {"store", domain::Store::kEntity},
    {"printer", domain::Printer::kEntity},
    {"user", domain::User::kEntity},
    {"table_id", domain::DiningTable::kEntity},
    {"order_id", domain::Order::kEntity},
});

template <class List>
auto found_in(const List& list, std::string_view key) {
  return std::ranges::find(list, key, [](const auto& entry) { return entry.first; });
}

const EntityName* name_of(EntityNumber entity) {
  const auto found = std::ranges::find(kEntities, entity, &EntityName::entity);
  return found == kEntities.end() ? nullptr : &*found;
}

// Visits one field of an entity's `serialize` with its name and type.
template <class Visit>
struct OneField {
  FieldNumber wanted;
  Visit visit;
  template <class... T>
  void operator()(Field<T>... f) {
    (take(f), ...);
  }
  template <class T>
  void take(Field<T>& f) {
    if (f.number == wanted) visit(f);
  }
};

template <class Visit>
void with_field(EntityNumber entity, FieldNumber field, Visit&& visit) {
  with_entity(entity, [&]<class E>() {
    E value;
    OneField<Visit&> one{field, visit};
    value.serialize(one);
  });
}

bool is_time(std::string_view name) {
  return name.ends_with("_at") || name == "at" || name.starts_with("valid_");
}

ShownValue of_enum(domain::Lifecycle v) {
  constexpr std::array<const char*, 3> words = {"active", "archived", "deleted"};
  return {words[std::min<std::size_t>(static_cast<std::size_t>(v), 2)], true};
}
ShownValue of_enum(domain::Role v) {
  return {std::string(domain::to_string(v)), true};
}
ShownValue of_enum(domain::TaxKind v) {
  constexpr std::array<const char*, 3> words = {"percent", "fixed amount", "division"};
  return {words[std::min<std::size_t>(static_cast<std::size_t>(v), 2)], true};
}
ShownValue of_enum(domain::SellUnit v) {
  constexpr std::array<const char*, 4> words = {"piece", "kg", "l", "m"};
  return {words[std::min<std::size_t>(static_cast<std::size_t>(v), 3)], true};
}
ShownValue of_enum(domain::TableState v) {
  constexpr std::array<const char*, 4> words = {"available", "occupied", "reserved", "cleaning"};
  return {words[std::min<std::size_t>(static_cast<std::size_t>(v), 3)], true};
}
ShownValue of_enum(domain::OrderState v) {
  constexpr std::array<const char*, 6> words = {"open",   "sent to the kitchen", "ready",
                                                "served", "completed",           "cancelled"};
  return {words[std::min<std::size_t>(static_cast<std::size_t>(v), 5)], true};
}
template <class T>
ShownValue of_enum(T v) {
  return {std::to_string(static_cast<int>(v)), false};
}

struct Shower {
  storage::Connection& conn;
  const Currency& currency;
  std::string_view name;

  ShownValue show(bool v) const { return {v ? "yes" : "no", true}; }
  ShownValue show(const std::string& v) const { return v.empty() ? ShownValue{"(empty)", true} : ShownValue{v, false}; }
  ShownValue show(domain::Money v) const { return {domain::display_money(v, currency) + " " + currency.code, false}; }
  ShownValue show(domain::Quantity v) const { return {domain::format_quantity(v), false}; }
  ShownValue show(const Bytes& v) const {
    return name == "pin_verifier" ? ShownValue{"(secret)", true} : ShownValue{clipped(to_hex(v), 16), false};
  }
  ShownValue show(const Id& v) const {
    if (v.is_nil()) return {"none", true};
    const auto points = found_in(kPointsAt, name);
    return {points == kPointsAt.end() ? clipped(to_string(v), 8) : row_name(conn, points->second, v), false};
  }
  template <class T>
  ShownValue show(const std::vector<T>& list) const {
    if constexpr (std::is_same_v<T, std::string> || std::is_same_v<T, Id>) {
      if (list.empty()) return {"none", true};
      std::string text;
      for (const T& item : list) text += (text.empty() ? "" : ", ") + show(item).text;
      return {text, false};
    } else {
      return {std::to_string(list.size()), false};
    }
  }
  template <class T>
  requires std::is_enum_v<T> ShownValue show(T v)
  const { return of_enum(v); }
  template <class T>
  requires std::is_integral_v<T> ShownValue show(T v)
  const {
    const auto wide = static_cast<std::int64_t>(v);
    if (is_time(name)) return wide == 0 ? ShownValue{"none", true} : ShownValue{to_local({wide}), false};
    if (name.ends_with("_milli")) return {domain::format_quantity({wide}), false};
    if (name == "rate_micro") return {format_decimal_short(wide, 6) + " %", false};
    if (name == "amount_micro") return {format_decimal_short(wide, 6) + " " + currency.code, false};
    if (name == "colour_rgb") return {fmt::format("#{:06x}", wide), false};
    return {std::to_string(wide), false};
  }
  template <class T>
  requires(!std::is_integral_v<T> && !std::is_enum_v<T>) ShownValue show(const T&)
  const { return {"(...)", false}; }
};

struct Parser {
  const Currency& currency;
  const std::string& text;
  std::string_view name;

  template <class T>
  Result<Bytes> parse() const {
    if constexpr (std::is_same_v<T, bool>) {
      if (text == "yes" || text == "no") return encode(text == "yes");
      return invalid("this field is 'yes' or 'no'");
    } else if constexpr (std::is_same_v<T, std::string>) {
      if (!is_valid_utf8(text) || text.size() > 4096) return invalid("this is not a text of at most 4096 bytes");
      return encode(mask_card_numbers(text));
    } else if constexpr (std::is_same_v<T, domain::Money>) {
      return encode(TRY(domain::parse_money(text, currency)));
    } else if constexpr (std::is_same_v<T, domain::Quantity>) {
      return encode(TRY(domain::parse_quantity(text)));
    } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
      T list;
      for (const auto& part : split(text, ','))
        if (auto item = trimmed(part); !item.empty()) list.push_back(std::move(item));
      return encode(list);
    } else if constexpr (std::is_same_v<T, std::int64_t>) {
      if (name.ends_with("_milli")) return encode(TRY(domain::parse_quantity(text)).milli);
      if (name == "rate_micro" || name == "amount_micro") return encode(TRY(parse_decimal(text, 6, "the value")));
    }
    return invalid("this field takes no typed value; choose one of the two with: --use local or --use remote");
  }
};

template <class T>
constexpr sync::FieldKind kind_of(std::string_view name) {
  using sync::FieldKind;
  if constexpr (std::is_same_v<T, domain::Money> || std::is_same_v<T, domain::Quantity>) return FieldKind::number;
  if constexpr (std::is_same_v<T, std::string>) return FieldKind::text;
  if constexpr (std::is_same_v<T, std::vector<std::string>>) return FieldKind::texts;
  if constexpr (std::is_same_v<T, std::vector<Id>>) return FieldKind::ids;
  if constexpr (std::is_integral_v<T> && std::is_signed_v<T>) {
    if (!is_time(name)) return FieldKind::number;
  }
  return FieldKind::other;
}

// Money that a wrong guess would give away waits for a person.
bool is_for_people(EntityNumber entity, std::string_view name) {
  if (entity == domain::Product::kEntity) return name == "price" || name == "special_price";
  if (entity == domain::Tax::kEntity) return name == "rate_micro" || name == "amount_micro";
  return entity == domain::Price::kEntity && name == "amount";
}

struct RuleCollector {
  EntityNumber entity;
  std::map<FieldNumber, sync::FieldRule> rules;
  template <class... T>
  void operator()(Field<T>... f) {
    (add(f), ...);
  }
  template <class T>
  void add(const Field<T>& f) {
    sync::FieldRule rule;
    rule.kind = kind_of<T>(f.name);
    const bool is_list = rule.kind == sync::FieldKind::texts || rule.kind == sync::FieldKind::ids;
    if (is_list) rule.policy = sync::Policy::merge;
    if (is_for_people(entity, f.name)) rule.policy = sync::Policy::manual;
    rules[f.number] = rule;
  }
};

}  // namespace

std::string_view entity_key(EntityNumber entity) {
  const auto* name = name_of(entity);
  return name == nullptr ? std::string_view() : name->key;
}

std::string_view entity_label(EntityNumber entity) {
  const auto* name = name_of(entity);
  return name == nullptr ? std::string_view("Entry") : name->label;
}

EntityNumber entity_with_key(std::string_view key) {
  const auto found = std::ranges::find(kEntities, key, &EntityName::key);
  return found == kEntities.end() ? EntityNumber{0} : found->entity;
}

std::string field_key(EntityNumber entity, FieldNumber field) {
  std::string name;
  with_field(entity, field, [&](const auto& f) { name = f.name; });
  return name;
}

std::string field_label(EntityNumber entity, FieldNumber field) {
  std::string label = field_key(entity, field);
  if (const auto known = found_in(kLabels, label); known != kLabels.end()) return std::string(known->second);
  std::ranges::replace(label, '_', ' ');
  if (!label.empty() && label[0] >= 'a' && label[0] <= 'z') label[0] = static_cast<char>(label[0] - 'a' + 'A');
  return label;
}

ShownValue shown_value(storage::Connection& conn, const Currency& currency, EntityNumber entity, FieldNumber field,
                       ByteView bytes) {
  ShownValue shown{"(...)", false};
  with_field(entity, field, [&]<class T>(const Field<T>& f) {
    const auto value = decode<T>(bytes);
    if (value) shown = Shower{conn, currency, f.name}.show(*value);
  });
  return shown;
}

Result<Bytes> value_from_text(const Currency& currency, EntityNumber entity, FieldNumber field,
                              const std::string& text) {
  Result<Bytes> parsed = invalid("this field is not known to this program");
  with_field(entity, field, [&]<class T>(const Field<T>& f) {
    parsed = Parser{currency, text, f.name}.template parse<T>();
  });
  return parsed;
}

std::string row_name(storage::Connection& conn, EntityNumber entity, const Id& row) {
  std::string name;
  const auto fields = storage::load_fields(conn, entity, row);
  if (fields) {
    for (const auto& [number, bytes] : *fields) {
      const std::string key = field_key(entity, number);
      if (key != "name" && key != "key" && key != "number") continue;
      if (auto text = decode<std::string>(bytes); text && !text->empty()) name = *text;
      if (key == "name" && !name.empty()) break;
    }
  }
  return name.empty() ? clipped(to_string(row), 8) : name;
}

sync::Policies default_policies() {
  sync::Policies policies;
  for (const auto& name : kEntities) {
    with_entity(name.entity, [&]<class E>() {
      E value;
      RuleCollector collect{name.entity, {}};
      value.serialize(collect);
      policies.rules[name.entity] = std::move(collect.rules);
    });
  }
  return policies;
}

}  // namespace till::app
