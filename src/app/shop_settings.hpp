// What a shop has set, read once from its settings and shared as an immutable value; a change (here or on another
// terminal) publishes a new one. Keys as in assets/demo/shop.csv; what is missing has the default written here.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "domain/barcode_rules.hpp"
#include "domain/basket.hpp"
#include "domain/catalogue_item.hpp"
#include "domain/entities/people.hpp"
#include "domain/receipt.hpp"

namespace till::app {

struct PrinterSetting {
  std::string name = "Receipt printer";
  std::string address;  // "tcp://192.168.1.50:9100", "file:printed/receipts/"; empty: no printer
  int columns = 48;
};

struct ShopSettings {
  std::string shop_name;
  domain::BasketRules rules;
  domain::ReceiptSettings receipt;
  Id receipt_logo;  // a media file; nil: none
  domain::BarcodeRules barcode_rules;
  std::vector<domain::Department> departments;
  std::vector<std::pair<std::string, std::string>> raw;  // every key and value, by key
};

// Ids of settings derive from their keys, so that two terminals that set the same key set the same row.
Id setting_id(std::string_view key);
domain::Setting make_setting(std::string key, std::string value);

// Invalid when a value makes no sense, naming its key.
Result<ShopSettings> settings_from(const std::vector<domain::Setting>& rows, const std::vector<domain::Tax>& taxes);
// Checks one new value by itself, as settings_from would; there must be such a setting (setting_keys.hpp).
Status check_setting(const std::string& key, const std::string& value);

}  // namespace till::app
