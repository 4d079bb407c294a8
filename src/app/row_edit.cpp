#include "app/row_edit.hpp"

#include "domain/card_numbers.hpp"

namespace till::app {
namespace {

constexpr std::size_t kMaxTextCodePoints = 200;

}  // namespace

Status tidy_text(const char* field, std::string& text) {
  if (!is_valid_utf8(text)) return invalid("the " + std::string(field) + " is not text; type it again");
  text = trimmed(domain::is_code_field(field) ? text : mask_card_numbers(text));
  if (code_points(text) > kMaxTextCodePoints)
    return invalid("the " + std::string(field) + " is too long; at most 200 characters");
  return {};
}

}  // namespace till::app
