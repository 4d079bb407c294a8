#include "app/shop_settings.hpp"

#include <algorithm>
#include <map>

#include "app/setting_keys.hpp"
#include "core/text.hpp"
#include "domain/settlement.hpp"
#include "security/hash.hpp"

namespace till::app {
namespace {

// "tillstick setting"; part of the record format.
constexpr Id kSettingsNamespace{
    {0x74, 0x69, 0x6c, 0x6c, 0x73, 0x74, 0x69, 0x63, 0x6b, 0x20, 0x73, 0x65, 0x74, 0x74, 0x69, 0x6e}};

using Values = std::map<std::string, std::string>;

std::string value_or(const Values& values, const std::string& key, std::string fallback = {}) {
  const auto it = values.find(key);
  return it == values.end() || it->second.empty() ? std::move(fallback) : it->second;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  if (text.empty()) return lines;
  std::string unified = text;
  for (std::size_t at; (at = unified.find("\\n")) != std::string::npos;) unified.replace(at, 2, "\n");
  std::ranges::replace(unified, '|', '\n');
  for (const auto& line : split(unified, '\n')) lines.push_back(trimmed(line));
  return lines;
}

Result<domain::BasketRules> rules_from(const Values& values) {
  domain::BasketRules rules;
  rules.currency = TRY(domain::currency_of(value_or(values, "shop.currency", "EUR")));
  const auto rounding = value_or(values, "tax_rounding", "line");
  if (rounding != "line" && rounding != "document")
    return invalid("tax_rounding must be 'line' or 'document', not '" + rounding + "'");
  rules.tax_rounding = rounding == "line" ? domain::TaxRounding::line : domain::TaxRounding::document;
  rules.cash_rounding = TRY(domain::parse_cash_rounding(value_or(values, "cash_rounding"), rules.currency));
  return rules;
}

domain::ReceiptSettings receipt_from(const Values& values) {
  domain::ReceiptSettings receipt;
  receipt.shop_name = value_or(values, "shop.name", "My shop");
  receipt.address = lines_of(value_or(values, "shop.address"));
  receipt.tax_number = value_or(values, "shop.tax_number");
  receipt.phone = value_or(values, "shop.phone");
  receipt.footer = lines_of(value_or(values, "receipt.footer"));
  receipt.qr = value_or(values, "receipt.qr", "yes") == "yes";
  receipt.qr_prefix = value_or(values, "receipt.qr_prefix");
  return receipt;
}

Result<std::vector<domain::Department>> departments_from(const Values& values, const std::vector<domain::Tax>& taxes) {
  std::vector<domain::Department> departments;
  for (const auto& [key, value] : values) {
    if (!key.starts_with("department.")) continue;
    const auto parts = split(value, ';');  // name;tax code
    domain::Department department;
    department.number = key.substr(std::string_view("department.").size());
    department.name = trimmed(parts[0]);
    if (parts.size() > 1) {
      const auto code = trimmed(parts[1]);
      const auto tax = std::ranges::find(taxes, code, &domain::Tax::code);
      if (tax == taxes.end()) return invalid("the setting " + key + " names the unknown tax '" + code + "'");
      department.taxes.push_back(*tax);
    }
    departments.push_back(std::move(department));
  }
  return departments;
}

}  // namespace

Id setting_id(std::string_view key) {
  return security::id_from_name(kSettingsNamespace, key);
}

domain::Setting make_setting(std::string key, std::string value) {
  domain::Setting setting;
  setting.id = setting_id(key);
  setting.key = std::move(key);
  setting.value = std::move(value);
  return setting;
}

Result<ShopSettings> settings_from(const std::vector<domain::Setting>& rows, const std::vector<domain::Tax>& taxes) {
  Values values;
  for (const auto& row : rows) values[row.key] = row.value;
  ShopSettings settings;
  settings.rules = TRY(rules_from(values));
  settings.receipt = receipt_from(values);
  // An id that is none (of another version, say) is no logo: it must not keep a shop from opening.
  if (const auto logo = id_from_string(value_or(values, "receipt.logo"))) settings.receipt_logo = *logo;
  settings.receipt.logo = !settings.receipt_logo.is_nil();
  settings.shop_name = settings.receipt.shop_name;
  const auto rules = value_or(values, "barcode.rules");
  if (!rules.empty()) settings.barcode_rules = TRY(domain::parse_rules_file(rules)).rules;
  settings.departments = TRY(departments_from(values, taxes));
  settings.raw.assign(values.begin(), values.end());
  return settings;
}

Status check_setting(const std::string& key, const std::string& value) {
  if (key.empty() || key.size() > 64 || value.size() > 4096) return invalid("the setting or its value is too long");
  if (!is_valid_utf8(value)) return invalid("the value of " + key + " is not text");
  TRY(check_known_setting(key, value));
  if (key.starts_with("department.")) return {};  // its tax is not at hand here
  TRY(settings_from({make_setting(key, value)}, {}));
  return {};
}

}  // namespace till::app
