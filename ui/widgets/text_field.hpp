// One line of text to write into. Touching it gives it the focus and brings the on-screen keyboard; typing from a real
// keyboard goes there too. Characters of a scan never arrive here. The text is UTF-8; `max_bytes` bounds it.
#pragma once

#include <string>
#include <string_view>

#include "ui/widgets/ui.hpp"

namespace till::ui {

struct FieldSpec {
  std::string_view label{};        // above the field; may be empty
  std::string_view placeholder{};  // shown while it is empty
  std::string_view icon{};
  bool secret = false;  // shows dots
  std::size_t max_bytes = 200;
};

enum class FieldEvent : std::uint8_t { none, changed, entered };

// The height that a field with a label takes.
float field_height(const Ui& ui, bool with_label = true);
FieldEvent text_field(Ui& ui, std::string_view name, Rect rect, std::string& text, const FieldSpec& spec);

// Edits at the caret, which always stands between code points.
void insert_at_caret(std::string& text, std::size_t& caret, std::string_view added, std::size_t max_bytes);
void erase_before_caret(std::string& text, std::size_t& caret);

}  // namespace till::ui
