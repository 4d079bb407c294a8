// Every setting of a shop that there is: what it does and which values it takes. A key that is not here is refused
// when somebody sets it, since a misspelt one would be kept on every terminal and do nothing. Rows that a newer
// program's terminal wrote are stored and carried on all the same. Pure; any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace till::app {

struct SettingKey {
  std::string_view name;  // one that ends in a dot: every key that begins so
  std::string_view meaning;
  // Of a value that is not empty; empty is the default. None: settings_from (shop_settings.hpp) says whether it is
  // right, or every text is.
  Status (*check)(const std::string& key, const std::string& value) = nullptr;
};

std::span<const SettingKey> setting_keys();

// Invalid when there is no such setting, naming the likely ones, or when it does not take the value.
Status check_known_setting(const std::string& key, const std::string& value);

}  // namespace till::app
