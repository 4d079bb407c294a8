#include "app/row_edit.hpp"

#include <string_view>

namespace till::app {
namespace {

constexpr std::size_t kMaxTextCodePoints = 200;

// Codes are digits by nature and are not masked.
bool is_free_text(std::string_view field) {
  return field == "name" || field == "note" || field == "contact" || field == "reserved_for" || field == "room";
}

}  // namespace

Status tidy_text(const char* field, std::string& text) {
  if (!is_valid_utf8(text)) return invalid("the " + std::string(field) + " is not text; type it again");
  text = trimmed(is_free_text(field) ? mask_card_numbers(text) : text);
  if (code_points(text) > kMaxTextCodePoints)
    return invalid("the " + std::string(field) + " is too long; at most 200 characters");
  return {};
}

}  // namespace till::app
