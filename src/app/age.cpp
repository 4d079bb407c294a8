#include "app/age.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace till::app {

std::string span_text(std::int64_t seconds) {
  if (seconds < 60) return fmt::format("{} s", seconds);
  if (seconds < 3600) return fmt::format("{} min", seconds / 60);
  if (seconds < 2 * 86400) return fmt::format("{} h", seconds / 3600);
  return fmt::format("{} days", seconds / 86400);
}

std::string age_text(UtcTime now, std::int64_t then_ms) {
  return span_text(std::max<std::int64_t>(0, now.us / 1'000'000 - then_ms / 1000));
}

std::string ago(UtcTime now, std::int64_t then_ms) {
  return age_text(now, then_ms) + " ago";
}

std::string bytes_text(std::uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} B", bytes);
  if (bytes < 1'000'000) return fmt::format("{} KB", bytes / 1000);
  if (bytes < 10'000'000'000) return fmt::format("{}.{} MB", bytes / 1'000'000, bytes / 100'000 % 10);
  return fmt::format("{}.{} GB", bytes / 1'000'000'000, bytes / 100'000'000 % 10);
}

}  // namespace till::app
