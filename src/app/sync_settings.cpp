#include "app/sync_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "app/catalogue.hpp"
#include "app/conflict_policies.hpp"
#include "app/entity_text.hpp"
#include "app/journal.hpp"
#include "app/shop_state.hpp"
#include "core/text.hpp"
#include "storage/meta.hpp"

namespace till::app {
namespace {

constexpr std::string_view kPolicyKey = "policy.";
constexpr std::string_view kAutoSync = "auto_sync";

struct Number {
  std::string_view key, label, unit;
  std::int64_t least, most;
  std::int64_t (*read)(const sync::EngineSettings&);
  void (*write)(sync::EngineSettings&, std::int64_t);
  std::array<std::int64_t, 8> ladder;  // what the keys on the panel step through
};

using Settings = sync::EngineSettings;

constexpr auto kNumbers = std::to_array<Number>({
    {"interval",
     "Look for news every",
     "s",
     5,
     3600,
     [](const Settings& s) { return s.poll_interval_ms / 1000; },
     [](Settings& s, std::int64_t v) { s.poll_interval_ms = v * 1000; },
     {5, 10, 15, 30, 60, 300, 900, 3600}},
    {"attempts",
     "Failed attempts before it says so",
     "",
     1,
     1000,
     [](const Settings& s) { return static_cast<std::int64_t>(s.attempts_before_asking); },
     [](Settings& s, std::int64_t v) { s.attempts_before_asking = static_cast<std::uint32_t>(v); },
     {1, 3, 5, 10, 20, 50, 100, 1000}},
    {"batch",
     "Records in one message, at most",
     "",
     1,
     256,
     [](const Settings& s) { return static_cast<std::int64_t>(s.batch_records); },
     [](Settings& s, std::int64_t v) { s.batch_records = static_cast<std::size_t>(v); },
     {1, 10, 25, 50, 100, 150, 200, 256}},
    {"timeout",
     "Give a silent line up after",
     "s",
     5,
     300,
     [](const Settings& s) { return s.ack_timeout_ms / 1000; },
     [](Settings& s, std::int64_t v) { s.ack_timeout_ms = v * 1000; },
     {5, 10, 15, 30, 60, 120, 180, 300}},
    {"retry_cap",
     "Longest pause between attempts",
     "s",
     5,
     3600,
     [](const Settings& s) { return s.retry_cap_ms / 1000; },
     [](Settings& s, std::int64_t v) { s.retry_cap_ms = v * 1000; },
     {5, 30, 60, 120, 300, 600, 1800, 3600}},
    {"lapse_days",
     "Wait for absent tills, days",
     "",
     7,
     365,
     [](const Settings& s) { return s.lapse_days; },
     [](Settings& s, std::int64_t v) { s.lapse_days = v; },
     {7, 14, 30, 45, 60, 90, 180, 365}},
    {"history_days",
     "Keep the log here, days",
     "",
     7,
     3650,
     [](const Settings& s) { return s.history_days; },
     [](Settings& s, std::int64_t v) { s.history_days = v; },
     {7, 30, 60, 90, 180, 365, 730, 3650}},
});

std::string meta_key(std::string_view key) {
  return "sync." + std::string(key);
}

std::string shown_number(const Number& number, std::int64_t value) {
  if (number.unit != "s") return std::to_string(value);
  if (value < 60 || value % 60 != 0) return fmt::format("{} s", value);
  if (value < 3600 || value % 3600 != 0) return fmt::format("{} min", value / 60);
  return fmt::format("{} h", value / 3600);
}

Result<std::int64_t> parse_number(const Number& number, const std::string& text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (whole && value >= number.least && value <= number.most) return value;
  return invalid(fmt::format("{} takes a whole number from {} to {}{}, not '{}'", number.key, number.least, number.most,
                             number.unit == "s" ? " (seconds)" : "", text));
}

Result<bool> parse_switch(const std::string& text) {
  if (text == "on" || text == "yes") return true;
  if (text == "off" || text == "no") return false;
  return invalid("auto_sync is 'on' or 'off', not '" + text + "'");
}

std::string known_keys() {
  std::string keys(kAutoSync);
  for (const auto& number : kNumbers) keys += ", " + std::string(number.key);
  return keys + " and policy.ENTITY[.FIELD]";
}

Status check(const std::string& key, const std::string& value) {
  if (key == kAutoSync) {
    TRY(parse_switch(value));
    return {};
  }
  const auto number = std::ranges::find(kNumbers, key, &Number::key);
  if (number == kNumbers.end()) return invalid("there is no sync setting '" + key + "'; there are " + known_keys());
  TRY(parse_number(*number, value));
  return {};
}

Result<Settings> settings_in(storage::Connection& conn) {
  Settings settings;
  if (const auto value = TRY(storage::meta_text(conn, meta_key(kAutoSync)))) settings.auto_sync = *value != "off";
  for (const auto& number : kNumbers) {
    const auto text = TRY(storage::meta_text(conn, meta_key(number.key)));
    if (!text) continue;
    if (const auto value = parse_number(number, *text)) number.write(settings, *value);
  }
  return settings;
}

std::string policy_words(sync::Policy policy) {
  constexpr std::array<const char*, 5> words = {"the latest wins", "keep one's own", "take the other's",
                                                "put both together", "a person decides"};
  return words[static_cast<std::size_t>(policy)];
}

SyncSettingRow policy_row(const std::string& key, const std::string& label, sync::Policy policy) {
  SyncSettingRow row;
  row.key = std::string(kPolicyKey) + key;
  row.label = label;
  row.value = std::string(sync::to_string(policy));
  row.shown = policy_words(policy);
  row.choices = {"latest_wins", "use_local", "use_remote", "merge", "manual"};
  return row;
}

// The policy that most fields have stands for the whole.
sync::Policy common_policy(const std::map<FieldNumber, sync::FieldRule>& rules) {
  std::array<int, 5> counts{};
  for (const auto& [field, rule] : rules) ++counts[static_cast<std::size_t>(rule.policy)];
  return static_cast<sync::Policy>(std::ranges::max_element(counts) - counts.begin());
}

}  // namespace

Result<Settings> engine_settings(Shop& shop) {
  return shop.state().db->read([](storage::Connection& conn) { return settings_in(conn); });
}

Status set_sync(Shop& shop, const Actor& actor, const std::string& given, const std::string& value) {
  TRY(require_right(shop, actor, domain::Right::settings_edit, given));
  const std::string key = given.starts_with("sync.") ? given.substr(5) : given;
  if (key.starts_with(kPolicyKey)) {
    TRY(check_policy_setting("sync." + key, value));
    return change_setting(shop, actor, "sync." + key, value);
  }
  TRY(check(key, value));
  auto& state = shop.state();
  return change(state, [&](storage::Transaction& tx) -> Status {
    const bool off = key == kAutoSync && (value == "off" || value == "no");
    TRY(storage::set_meta_text(tx, meta_key(key), key == kAutoSync ? (off ? "off" : "on") : value));
    return write_journal(state, tx, actor, {"setting.change", "sync." + key, value});
  });
}

Result<std::vector<SyncSettingRow>> sync_setting_rows(Shop& shop) {
  const auto settings = TRY(engine_settings(shop));
  std::vector<SyncSettingRow> rows;
  SyncSettingRow automatic;
  automatic.key = kAutoSync;
  automatic.label = "Exchange by itself";
  automatic.value = automatic.shown = settings.auto_sync ? "on" : "off";
  automatic.choices = {"on", "off"};
  rows.push_back(std::move(automatic));
  for (const auto& number : kNumbers) {
    const auto value = number.read(settings);
    SyncSettingRow row;
    row.key = number.key;
    row.label = number.label;
    row.value = std::to_string(value);
    row.shown = shown_number(number, value);
    const auto above = std::ranges::upper_bound(number.ladder, value);
    const auto from = std::ranges::lower_bound(number.ladder, value);
    if (above != number.ladder.end()) row.larger = std::to_string(*above);
    if (from != number.ladder.begin()) row.smaller = std::to_string(*std::prev(from));
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<SyncSettingRow> sync_policy_rows(Shop& shop) {
  std::vector<SyncSettingRow> rows;
  const auto policies = policies_from(shop.state().settings()->raw);
  for (const auto& [entity, rules] : policies.rules) {
    const auto common = common_policy(rules);
    const std::string key(entity_key(entity)), label(entity_label(entity));
    rows.push_back(policy_row(key, label, common));
    for (const auto& [field, rule] : rules) {
      if (rule.policy == common) continue;
      rows.push_back(
          policy_row(key + "." + field_key(entity, field), label + ": " + field_label(entity, field), rule.policy));
    }
  }
  return rows;
}

}  // namespace till::app
