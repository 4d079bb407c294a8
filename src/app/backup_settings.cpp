#include "app/backup_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "app/shop_state.hpp"

namespace till::app {
namespace {

std::optional<std::int64_t> number_in(const std::string& text, std::int64_t least, std::int64_t most) {
  std::int64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || rest != end || number < least || number > most) return std::nullopt;
  return number;
}

// Another program's value that makes no sense counts as none.
std::int64_t number_set(Shop& shop, const char* key, std::int64_t least, std::int64_t most, std::int64_t otherwise) {
  const auto settings = shop.state().settings();
  const auto found = std::ranges::find(settings->raw, key, &std::pair<std::string, std::string>::first);
  return found == settings->raw.end() ? otherwise : number_in(found->second, least, most).value_or(otherwise);
}

}  // namespace

std::int64_t backup_warn_hours(Shop& shop) {
  return number_set(shop, kWarnHoursSetting, 1, kWarnHoursMax, kWarnHours);
}

Status check_warn_hours(const std::string& value) {
  if (value.empty() || number_in(value, 1, kWarnHoursMax)) return {};
  return invalid(
      fmt::format("give the hours after which the strip warns of an old backup, from 1 to {}", kWarnHoursMax));
}

std::int64_t backup_drill_days(Shop& shop) {
  return number_set(shop, kDrillDaysSetting, 0, kDrillDaysMax, kDrillDays);
}

Status check_drill_days(const std::string& value) {
  if (value.empty() || number_in(value, 0, kDrillDaysMax)) return {};
  return invalid(fmt::format("give the days after which a backup is restored on trial, from 1 to {}, or 0 for never",
                             kDrillDaysMax));
}

}  // namespace till::app
