#include "app/row_edit.hpp"

#include <algorithm>

#include "domain/card_numbers.hpp"

namespace till::app {
namespace {

constexpr std::size_t kMaxTextCodePoints = 200;

// A text may have several lines.
bool is_control(char c) {
  return c != '\n' && (static_cast<unsigned char>(c) < 0x20 || c == 0x7f);
}

}  // namespace

Status tidy_text(const char* field, std::string& text) {
  if (!is_valid_utf8(text)) return invalid("the " + std::string(field) + " is not text; type it again");
  // A scanner's, a terminal's or a printer's control code does harm where the text is shown.
  std::erase(text, '\r');
  std::ranges::replace_if(text, is_control, ' ');
  text = trimmed(domain::is_code_field(field) ? text : mask_card_numbers(text));
  if (code_points(text) > kMaxTextCodePoints)
    return invalid("the " + std::string(field) + " is too long; at most 200 characters");
  return {};
}

}  // namespace till::app
