#include "ui/widgets/button.hpp"

#include <string>

namespace till::ui {

namespace {

constexpr float kHintInsetMm = 1.2F;
constexpr float kLowKeyMm = 13.5F;    // below it the hint stands beside the label, not above its end
constexpr float kLargeKeyMm = 30.0F;  // from here on the icon is large

bool is_low(const Ui& ui, Rect rect, const KeySpec& spec) {
  return rect.h < ui.mm(kLowKeyMm) && !spec.label.empty();
}

// The label in one line where it fits, else in two. Answers whether all of it could be shown.
bool draw_label(Ui& ui, Rect rect, std::string_view label, Type type, Colour ink) {
  if (ui.text_width(label, type) <= rect.w) return ui.text(rect, label, type, ink, Align::centre);
  if (rect.h >= 2 * ui.line_height(type)) return ui.paragraph(rect, label, type, ink, Align::centre, 2);
  const Type smaller = type == Type::key || type == Type::strong ? Type::small : Type::key;
  return ui.text(rect, label, smaller, ink, Align::centre);
}

void draw_hint(Ui& ui, Rect rect, const KeySpec& spec, Colour soft) {
  if (*spec.shortcut.hint == '\0') return;
  const float inset = ui.mm(kHintInsetMm);
  if (is_low(ui, rect, spec)) {
    ui.text(rect.inset(inset * 1.4F, 0), spec.shortcut.hint, Type::caption, soft, Align::right);
    return;
  }
  const Rect corner{rect.x + inset, rect.y + inset * 0.8F, rect.w - 2 * inset, ui.line_height(Type::caption)};
  ui.text(corner, spec.shortcut.hint, Type::caption, soft, Align::right);
}

void draw_badge(Ui& ui, Rect rect, int count) {
  const std::string text = std::to_string(count);
  const float height = ui.mm(5), width = std::max(height, ui.text_width(text, Type::small) + ui.mm(2));
  const Rect badge{rect.right() - width - ui.mm(1.4F), rect.bottom() - height - ui.mm(1.4F), width, height};
  ui.fill(badge, ui.colours().primary, height / 2);
  ui.text(badge, text, Type::small, ui.colours().on_primary, Align::centre);
}

bool draw_content(Ui& ui, Rect rect, const KeySpec& spec, const ToneColours& c) {
  Rect inner = rect.inset(ui.mm(1.2F), ui.mm(0.8F));
  if (is_low(ui, rect, spec) && *spec.shortcut.hint != '\0') {
    inner.take_right(ui.text_width(spec.shortcut.hint, Type::caption) + ui.mm(1));
  }
  const bool icon = ui.has_icon(spec.icon);
  if (icon && spec.stacked) {
    const bool large = rect.h > ui.mm(kLargeKeyMm);
    const float icon_height = ui.mm(large ? 11.0F : 6.0F),
                text_height = ui.line_height(spec.type) + (spec.sub.empty() ? 0.0F : ui.line_height(Type::strong));
    Rect block = inner.centred(inner.w, std::min(inner.h, icon_height + text_height + ui.mm(1)));
    ui.icon(block.take_top(icon_height, ui.mm(1)), spec.icon, large ? Type::icon_big : Type::icon, c.ink);
    inner = block;
  } else if (icon && !spec.label.empty()) {
    const float size = ui.mm(6), space = ui.mm(1.6F);
    const float room = inner.w - size - space;
    const float label = std::min(room, ui.text_width(spec.label, spec.type));
    Rect line = inner.centred(size + space + label, inner.h);
    ui.icon(line.take_left(size, space), spec.icon, Type::icon, c.ink);
    return draw_label(ui, {line.x, line.y, std::max(label, line.w), line.h}, spec.label, spec.type, c.ink);
  } else if (icon) {
    ui.icon(inner, spec.icon, Type::icon, c.ink);
    return true;
  }
  if (spec.sub.empty()) return draw_label(ui, inner, spec.label, spec.type, c.ink);
  const Type sub_type = spec.stacked ? Type::strong : Type::small;
  const float main = ui.line_height(spec.type), sub = ui.line_height(sub_type);
  Rect block = inner.centred(inner.w, main + sub);
  const bool whole = draw_label(ui, block.take_top(main), spec.label, spec.type, c.ink);
  return ui.text(block, spec.sub, sub_type, c.soft, Align::centre) && whole;
}

}  // namespace

ToneColours tone_colours(const Palette& p, Tone tone, bool enabled, bool held, bool selected) {
  ToneColours c{p.raised, p.ink, p.outline, p.ink_soft, true};
  switch (tone) {
    case Tone::neutral:
      break;
    case Tone::quiet:
      c.has_fill = false;
      break;
    case Tone::primary:
      c = {p.primary, p.on_primary, p.primary, p.on_primary, true};
      break;
    case Tone::positive:
      c = {p.positive, p.on_positive, p.positive, p.on_positive, true};
      break;
    case Tone::danger:
      c.ink = p.danger_ink;
      break;
    case Tone::destroy:
      c = {p.danger, p.on_danger, p.danger, p.on_danger, true};
      break;
  }
  if (!enabled) return {mix(p.raised, p.ground, 0.5F), p.ink_off, p.separator, p.ink_off, tone != Tone::quiet};
  if (selected) c.fill = p.selected, c.outline = p.accent_ink, c.ink = p.ink;
  if (held) c.fill = mix(c.has_fill ? c.fill : p.panel, c.ink, 0.22F), c.has_fill = true;
  return c;
}

bool key_button(Ui& ui, std::string_view name, Rect rect, const KeySpec& spec) {
  const Touch touch = ui.touch(name, spec.label, rect, spec.enabled);
  const ToneColours c = tone_colours(ui.colours(), spec.tone, spec.enabled, touch.held, spec.selected);
  if (c.has_fill) {
    ui.fill(rect, c.fill, ui.radius());
    ui.outline(rect, c.outline, ui.radius(), spec.selected ? ui.mm(0.6F) : 0);
  }
  const bool whole = draw_content(ui, rect, spec, c);
  if (!whole && !ui.is_blocked()) ui.note_cut();
  draw_hint(ui, rect, spec, c.soft);
  if (spec.badge > 0) draw_badge(ui, rect, spec.badge);
  return touch.tapped || (spec.enabled && ui.take(spec.shortcut));
}

}  // namespace till::ui
