#include "ui/widgets/tile.hpp"

#include "ui/widgets/button.hpp"
#include "ui/widgets/tr.hpp"

namespace till::ui {

namespace {

void draw_foot(Ui& ui, Rect foot, const TileSpec& spec, Colour ink) {
  const Palette& p = ui.colours();
  std::string price(spec.price);
  if (!spec.unit.empty()) price += " /" + std::string(spec.unit);
  const float width = ui.text_width(price, Type::key);
  Rect left = foot;
  const Rect right = left.take_right(std::min(foot.w, width), ui.mm(1));
  ui.text(right, price, Type::key, spec.available ? p.accent_ink : ink, Align::right);
  if (!spec.available) {
    ui.text(left, tr("sold out"), Type::caption, ink);
  } else if (spec.special && ui.text_width(tr("offer"), Type::caption) <= left.w) {
    ui.text(left, tr("offer"), Type::caption, p.danger_ink);
  } else if (!spec.stock.empty() && spec.low_stock) {
    ui.text(left, tr("%s left", spec.stock), Type::caption, p.ink_soft);
  }
}

}  // namespace

bool tile(Ui& ui, std::string_view name, Rect rect, const TileSpec& spec) {
  const Palette& p = ui.colours();
  const std::string says = std::string(spec.name) + "  " + std::string(spec.price);
  const Touch touch = ui.touch(name, says, rect);
  const Colour ink = spec.available ? p.ink : p.ink_off;
  const Colour ground = spec.available ? p.raised : mix(p.raised, p.ground, 0.6F);
  const float strip = ui.mm(1.8F);
  const Rect face{rect.x + strip, rect.y, rect.w - strip, rect.h};
  ui.fill(face, touch.held ? mix(ground, p.ink, 0.2F) : ground, ui.radius(), 1, Corners::right);
  ui.outline(rect, p.outline, ui.radius());
  ui.fill({rect.x, rect.y, strip, rect.h}, spec.available ? spec.strip : p.ink_off, ui.radius(), 1, Corners::left);

  Rect inner = rect.inset(ui.mm(1.6F), ui.mm(1.2F));
  inner.take_left(strip);
  draw_foot(ui, inner.take_bottom(ui.line_height(Type::key), ui.mm(0.4F)), spec, ink);
  if (ui.has_icon(spec.icon) && inner.w > ui.mm(34)) {
    const float size = ui.mm(6);
    Rect column = inner.take_right(size, ui.mm(1));
    ui.icon(column.take_top(size), spec.icon, Type::icon, spec.available ? p.ink_soft : ink);
  }
  const int lines = std::max(1, static_cast<int>((inner.h + 2) / ui.line_height(Type::small)));
  ui.paragraph(inner, spec.name, Type::small, ink, Align::left, std::min(lines, 3));
  return touch.tapped;
}

}  // namespace till::ui
