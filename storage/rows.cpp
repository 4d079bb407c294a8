#include "storage/rows.hpp"

namespace till::storage {

namespace {

template <class Part>
std::string joined(std::size_t count, Part&& part) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) {
    if (i > 0) out += ", ";
    out += part(i);
  }
  return out;
}

}  // namespace

std::string comma_list(const std::vector<std::string>& names) {
  return joined(names.size(), [&](std::size_t i) { return names[i]; });
}

std::string parameters(int first, std::size_t count) {
  return joined(count, [&](std::size_t i) { return "?" + std::to_string(first + static_cast<int>(i)); });
}

std::string excluded_list(const std::vector<std::string>& names) {
  return joined(names.size(), [&](std::size_t i) { return names[i] + " = excluded." + names[i]; });
}

}  // namespace till::storage
