#include "ui/widgets/text_field.hpp"

#include <algorithm>

namespace till::ui {

namespace {

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

std::size_t step_left(const std::string& text, std::size_t at) {
  if (at == 0) return 0;
  do --at;
  while (at > 0 && is_continuation(text[at]));
  return at;
}

std::size_t step_right(const std::string& text, std::size_t at) {
  if (at >= text.size()) return text.size();
  do ++at;
  while (at < text.size() && is_continuation(text[at]));
  return at;
}

FieldEvent edit(Ui& ui, std::string& text, const FieldSpec& spec) {
  std::size_t& caret = ui.text_focus().caret;
  caret = std::min(caret, text.size());
  const std::string before = text;
  std::u32string typed = ui.take_characters();
  typed.erase(std::remove_if(typed.begin(), typed.end(), [](char32_t c) { return c < 0x20 || c == 0x7F; }),
              typed.end());
  insert_at_caret(text, caret, to_utf8(typed), spec.max_bytes);
  if (ui.take_key(Key::backspace, true)) erase_before_caret(text, caret);
  if (ui.take_key(Key::remove, true) && caret < text.size()) text.erase(caret, step_right(text, caret) - caret);
  if (ui.take_key(Key::left, true)) caret = step_left(text, caret);
  if (ui.take_key(Key::right, true)) caret = step_right(text, caret);
  if (ui.take_key(Key::home)) caret = 0;
  if (ui.take_key(Key::end)) caret = text.size();
  if (ui.take_key(Key::enter)) return FieldEvent::entered;
  return text == before ? FieldEvent::none : FieldEvent::changed;
}

void draw_text(Ui& ui, Rect inner, const std::string& text, const FieldSpec& spec, bool focused) {
  const Palette& p = ui.colours();
  if (text.empty()) ui.text(inner, spec.placeholder, Type::body, p.ink_off);
  std::string shown = text;
  std::size_t caret = focused ? std::min(ui.text_focus().caret, text.size()) : 0;
  if (spec.secret) {
    shown.clear();
    std::size_t dots = 0, before = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (is_continuation(text[i])) continue;
      ++dots;
      if (i < caret) ++before;
    }
    shown.assign(dots, '*');
    caret = before;
  }
  const float before_caret = ui.text_width(std::string_view(shown).substr(0, caret), Type::body);
  const float shift = std::max(0.0F, before_caret - inner.w + ui.mm(2));
  ui.push_clip(inner);
  if (focused) {
    ui.text({inner.x - shift, inner.y, 1e5F, inner.h}, shown, Type::body, p.ink);
    ui.fill({inner.x - shift + before_caret, inner.y + inner.h * 0.2F, std::max(2.0F, ui.mm(0.5F)), inner.h * 0.6F},
            p.accent_ink);
  } else {
    ui.text(inner, shown, Type::body, p.ink);
  }
  ui.pop_clip();
}

}  // namespace

void insert_at_caret(std::string& text, std::size_t& caret, std::string_view added, std::size_t max_bytes) {
  if (added.empty() || text.size() + added.size() > max_bytes) return;
  caret = std::min(caret, text.size());
  text.insert(caret, added);
  caret += added.size();
}

void erase_before_caret(std::string& text, std::size_t& caret) {
  caret = std::min(caret, text.size());
  const std::size_t from = step_left(text, caret);
  text.erase(from, caret - from);
  caret = from;
}

float field_height(const Ui& ui, bool with_label) {
  return ui.mm(11) + (with_label ? ui.line_height(Type::small) + ui.mm(0.8F) : 0);
}

FieldEvent text_field(Ui& ui, std::string_view name, Rect rect, std::string& text, const FieldSpec& spec) {
  const Palette& p = ui.colours();
  if (!spec.label.empty()) {
    ui.text(rect.take_top(ui.line_height(Type::small), ui.mm(0.8F)), spec.label, Type::small, p.ink_soft);
  }
  const Touch touch = ui.touch(name, text, rect, true, true);
  if (touch.tapped) ui.focus_text(std::string(name), text.size());
  const bool focused = ui.text_focus().field == name && !ui.is_blocked();
  FieldEvent event = FieldEvent::none;
  if (focused) {
    ui.text_focus().rect = rect;
    event = edit(ui, text, spec);
  }
  ui.fill(rect, p.sunken, ui.radius());
  ui.outline(rect, focused ? p.accent_ink : p.outline, ui.radius(), focused ? ui.mm(0.7F) : 0);
  Rect inner = rect.inset(ui.mm(2.4F), 0);
  if (ui.has_icon(spec.icon)) ui.icon(inner.take_left(ui.mm(6), ui.mm(1.5F)), spec.icon, Type::icon, p.ink_soft);
  draw_text(ui, inner, text, spec, focused);
  return event;
}

}  // namespace till::ui
