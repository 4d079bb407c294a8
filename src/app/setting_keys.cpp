#include "app/setting_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "app/backup_settings.hpp"
#include "app/conflict_policies.hpp"
#include "app/journal_pruning.hpp"
#include "core/decimal.hpp"
#include "core/id.hpp"
#include "core/text.hpp"

namespace till::app {
namespace {

Status one_of(const std::string& key, const std::string& value, std::initializer_list<std::string_view> values) {
  if (std::ranges::find(values, value) != values.end()) return {};
  return invalid(fmt::format("{} takes {}, not '{}'", key, fmt::join(values, " or "), value));
}

Status whole_number(const std::string& key, const std::string& value, std::int64_t least, std::int64_t most) {
  const auto number = parse_decimal(value, 0, key);
  if (number && *number >= least && *number <= most) return {};
  return invalid(fmt::format("{} takes a whole number from {} to {}, not '{}'", key, least, most, value));
}

constexpr auto kYesOrNo = [](const std::string& key, const std::string& value) {
  return one_of(key, value, {"yes", "no"});
};

constexpr std::array kKeys = {
    SettingKey{"shop.name", "on receipts and screens"},
    SettingKey{"shop.currency", "as in EUR; fixed once something was sold"},
    SettingKey{"shop.address", "on receipts; lines divided by |"},
    SettingKey{"shop.phone", "on receipts"},
    SettingKey{"shop.tax_number", "on receipts"},
    SettingKey{"receipt.footer", "on receipts; lines divided by |"},
    SettingKey{"receipt.logo", "the id of a picture; see: tillctl media",
               [](const std::string&, const std::string& value) -> Status {
                 TRY(id_from_string(value));
                 return {};
               }},
    SettingKey{"receipt.qr", "a code on receipts that says their number: yes or no", kYesOrNo},
    SettingKey{"receipt.qr_prefix", "what the code begins with, as in https://example.com/r/"},
    SettingKey{"tax_rounding", "line or document"},
    SettingKey{"cash_rounding", "what is paid in cash, as in: 0.05 nearest"},
    SettingKey{"price.list", "the price list of all stores that name none"},
    SettingKey{"barcode.rules", "what is in the shop's own barcodes, as JSON"},
    SettingKey{"department.", "a key for goods without a code: department.5 = NAME;TAX"},
    SettingKey{"theme", "colours where a till has not chosen its own: light, dark or contrast",
               [](const std::string& key, const std::string& v) {
                 return one_of(key, v, {"light", "dark", "contrast"});
               }},
    SettingKey{"language", "where a till has not chosen its own: en or de",
               [](const std::string& key, const std::string& value) {
                 return one_of(key, value, {"en", "de"});
               }},
    SettingKey{"text_size", "where a till has not chosen its own: 100, 115 or 130 per cent",
               [](const std::string& key, const std::string& v) {
                 return one_of(key, v, {"100", "115", "130"});
               }},
    SettingKey{"audit.retention_days", "how long the journal is kept; 0: for ever",
               [](const std::string&, const std::string& value) { return check_retention(value); }},
    SettingKey{"keys.rotation_days", "new keys after so many days, 30 unless set; 0: only when asked",
               [](const std::string& key, const std::string& value) { return whole_number(key, value, 0, 3650); }},
    SettingKey{"backup.warn_hours", "without a proved backup for so long the strip warns, 48 unless set",
               [](const std::string&, const std::string& value) { return check_warn_hours(value); }},
    SettingKey{"backup.drill_days", "a backup of each place is restored on trial so often, 7 unless set; 0: never",
               [](const std::string&, const std::string& value) { return check_drill_days(value); }},
    SettingKey{"sync.policy.", "what becomes of a conflict: sync.policy.product.price = manual",
               [](const std::string& key, const std::string& value) { return check_policy_setting(key, value); }},
};

bool is_named_by(std::string_view name, std::string_view key) {
  return name.ends_with('.') ? key.size() > name.size() && key.starts_with(name) : name == key;
}

// Those of the same family; all of them when none is.
std::string likely_ones(std::string_view key) {
  std::vector<std::string_view> same, all;
  const auto family = key.substr(0, key.find('.'));
  for (const auto& one : kKeys) {
    all.push_back(one.name);
    if (one.name.substr(0, one.name.find('.')) == family) same.push_back(one.name);
  }
  return fmt::format("{}", fmt::join(same.empty() ? all : same, ", "));
}

}  // namespace

std::span<const SettingKey> setting_keys() {
  return kKeys;
}

Status check_known_setting(const std::string& key, const std::string& value) {
  const auto* known = std::ranges::find_if(kKeys, [&](const SettingKey& one) { return is_named_by(one.name, key); });
  if (known == kKeys.end()) {
    return invalid(
        fmt::format("there is no setting '{}'; there is {} (see: tillctl settings known)", key, likely_ones(key)));
  }
  return known->check == nullptr || value.empty() ? Status{} : known->check(key, value);
}

}  // namespace till::app
