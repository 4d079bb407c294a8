#include "backup/object_store.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace till::backup {
namespace {

constexpr std::size_t kMaxParts = 4;
constexpr std::size_t kMaxPart = 64;

bool is_part(std::string_view part) {
  if (part.empty() || part.size() > kMaxPart || part.front() == '.' || part.ends_with(kUnfinishedSuffix)) return false;
  return std::all_of(part.begin(), part.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  });
}

}  // namespace

bool is_object_name(std::string_view name) {
  const auto parts = split(name, '/');
  return parts.size() <= kMaxParts &&
         std::all_of(parts.begin(), parts.end(), [](const std::string& p) { return is_part(p); });
}

Status check_object_name(std::string_view name) {
  if (!is_object_name(name)) return invalid("\"" + std::string(name) + "\" is not a name that a store can keep");
  return {};
}

Status check_object_prefix(std::string_view prefix) {
  if (prefix.empty()) return {};
  if (prefix.back() != '/') return invalid("the beginning of stored names must end with a slash");
  return check_object_name(prefix.substr(0, prefix.size() - 1));
}

}  // namespace till::backup
