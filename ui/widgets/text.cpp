// The text half of Ui: measuring, cutting with an ellipsis, wrapping, centring by the height of capitals.
#include <imgui.h>

#include <cmath>

#include "ui/widgets/ui.hpp"

namespace till::ui {

namespace {

std::size_t next_code_point(std::string_view text, std::size_t at) {
  do ++at;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
  return at;
}

}  // namespace

Ui::Glyphs Ui::glyphs(Type type) const {
  ImFont* font = fonts_.fonts[static_cast<std::size_t>(type)];
  if (font == nullptr) font = ImGui::GetFont();
  const ImFontGlyph* h = font->FindGlyphNoFallback('H');
  if (h == nullptr) return {font, font->FontSize, font->FontSize * 0.15F, font->FontSize * 0.85F};
  return {font, font->FontSize, h->Y0, h->Y1};
}

float Ui::text_width(std::string_view text, Type type) const {
  const Glyphs g = glyphs(type);
  return g.font->CalcTextSizeA(g.size, 1e9F, 0, text.data(), text.data() + text.size()).x;
}

float Ui::line_height(Type type) const {
  return std::ceil(glyphs(type).size * 1.08F);
}

std::size_t Ui::fitting_prefix(std::string_view text, const Glyphs& g, float width) const {
  std::size_t at = 0;
  float used = 0;
  while (at < text.size()) {
    const std::size_t next = next_code_point(text, at);
    used += g.font->CalcTextSizeA(g.size, 1e9F, 0, text.data() + at, text.data() + next).x;
    if (used > width + 0.5F) break;
    at = next;
  }
  return at;
}

void Ui::draw_run(const Glyphs& g, float x, float centre_y, std::string_view text, Colour colour) {
  const float top = std::floor(centre_y - (g.cap_top + g.cap_bottom) / 2 + 0.5F);
  draw_->AddText(g.font, g.size, {std::floor(x + 0.5F), top}, packed(colour), text.data(), text.data() + text.size());
}

bool Ui::text(Rect rect, std::string_view text, Type type, Colour colour, Align align) {
  if (text.empty() || rect.is_empty()) return text.empty();
  const Glyphs g = glyphs(type);
  float width = g.font->CalcTextSizeA(g.size, 1e9F, 0, text.data(), text.data() + text.size()).x;
  std::string cut;
  const bool fits = width <= rect.w + 0.5F;
  if (!fits) {
    const char* dots = g.font->FindGlyphNoFallback(0x2026) != nullptr ? "\xE2\x80\xA6" : "..";
    const float dots_width = g.font->CalcTextSizeA(g.size, 1e9F, 0, dots).x;
    cut = std::string(text.substr(0, fitting_prefix(text, g, rect.w - dots_width)));
    while (!cut.empty() && cut.back() == ' ') cut.pop_back();
    cut += dots;
    text = cut;
    width = g.font->CalcTextSizeA(g.size, 1e9F, 0, cut.c_str()).x;
  }
  float x = rect.x;
  if (align == Align::centre) x += (rect.w - width) / 2;
  if (align == Align::right) x += rect.w - width;
  draw_run(g, x, rect.centre_y(), text, colour);
  return fits;
}

std::vector<std::string> Ui::wrapped(std::string_view text, Type type, float width) const {
  const Glyphs g = glyphs(type);
  std::vector<std::string> lines;
  std::size_t from = 0;
  while (from < text.size()) {
    const std::size_t line_end = std::min(text.find('\n', from), text.size());
    const std::string_view rest = text.substr(from, line_end - from);
    std::size_t fits = fitting_prefix(rest, g, width);
    if (fits < rest.size()) {
      const std::size_t space = rest.rfind(' ', fits);
      if (space != std::string_view::npos && space > 0) fits = space;
      if (fits == 0) fits = next_code_point(rest, 0);
    }
    lines.emplace_back(rest.substr(0, fits));
    from += fits;
    if (from < text.size() && (text[from] == ' ' || text[from] == '\n')) ++from;
  }
  return lines;
}

bool Ui::paragraph(Rect rect, std::string_view text, Type type, Colour colour, Align align, int max_lines) {
  std::vector<std::string> lines = wrapped(text, type, rect.w);
  const float height = line_height(type);
  const int room = std::max(1, std::min(max_lines, static_cast<int>((rect.h + 2) / height)));
  const bool fits = static_cast<int>(lines.size()) <= room;
  if (!fits) {
    for (std::size_t i = static_cast<std::size_t>(room); i < lines.size(); ++i) {
      lines[static_cast<std::size_t>(room) - 1] += " " + lines[i];
    }
    lines.resize(static_cast<std::size_t>(room));
  }
  bool whole = true;
  float y = rect.y + (rect.h - height * static_cast<float>(lines.size())) / 2;
  if (align == Align::left) y = rect.y;
  for (const auto& line : lines) {
    whole = this->text({rect.x, y, rect.w, height}, line, type, colour, align) && whole;
    y += height;
  }
  return whole && fits;
}

void Ui::fitted(Rect rect, std::string_view text, std::initializer_list<Type> types, Colour colour, Align align) {
  Type chosen = *(types.end() - 1);
  for (const Type type : types) {
    if (text_width(text, type) <= rect.w) {
      chosen = type;
      break;
    }
  }
  this->text(rect, text, chosen, colour, align);
}

bool Ui::has_icon(std::string_view name) const {
  return fonts_.icon && !name.empty() && *fonts_.icon(name) != '\0';
}

void Ui::icon(Rect rect, std::string_view name, Type type, Colour colour) {
  if (!has_icon(name)) return;
  ImFont* font = fonts_.fonts[static_cast<std::size_t>(type)];
  if (font == nullptr) return;
  const char* glyph = fonts_.icon(name);
  const ImVec2 size = font->CalcTextSizeA(font->FontSize, 1e9F, 0, glyph);
  draw_->AddText(font, font->FontSize,
                 {std::floor(rect.centre_x() - size.x / 2), std::floor(rect.centre_y() - size.y / 2)}, packed(colour),
                 glyph);
}

}  // namespace till::ui
