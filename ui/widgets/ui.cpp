#include "ui/widgets/ui.hpp"

#include <imgui.h>
#include <imgui_internal.h>

#include <algorithm>
#include <cmath>

namespace till::ui {

namespace {

ImVec2 corner(Rect r) {
  return {r.x, r.y};
}
ImVec2 far_corner(Rect r) {
  return {r.right(), r.bottom()};
}

constexpr float kDragStartMm = 3.0F;

}  // namespace

unsigned int packed(Colour c, float alpha) {
  return IM_COL32((c >> 16) & 0xFF, (c >> 8) & 0xFF, c & 0xFF, static_cast<int>(alpha * 255.0F + 0.5F));
}

std::string to_utf8(std::u32string_view text) {
  std::string out;
  for (const char32_t c : text) {
    if (c < 0x80) {
      out += static_cast<char>(c);
    } else if (c < 0x800) {
      out += static_cast<char>(0xC0 | (c >> 6));
      out += static_cast<char>(0x80 | (c & 0x3F));
    } else {
      out += static_cast<char>(0xE0 | ((c >> 12) & 0x0F));
      out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
      out += static_cast<char>(0x80 | (c & 0x3F));
    }
  }
  return out;
}

void Ui::begin_frame(const Theme& theme, const FontSet& fonts, Rect screen) {
  theme_ = theme;
  fonts_ = fonts;
  screen_ = screen;
  ++frame_;
  before_ = std::move(notes_);
  notes_.clear();
  taken_keys_.clear();
  characters_.clear();
  blocked_ = false;
  for (const ImWchar c : ImGui::GetIO().InputQueueCharacters) characters_ += static_cast<char32_t>(c);
  characters_ += injected_characters_;
  injected_characters_.clear();
  injected_now_ = std::move(injected_keys_);
  injected_keys_.clear();
  wants_frame_ = false;
  if (ImGui::IsMouseClicked(0)) ring_.clear();
  if (!ImGui::IsMouseDown(0)) dragging_ = false;
  if (flash_frames_ > 0 && --flash_frames_ == 0) flash_.clear();

  ImGui::SetNextWindowPos(corner(screen));
  ImGui::SetNextWindowSize({screen.w, screen.h});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 0);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
  ImGui::Begin("till", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                   ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoNav | ImGuiWindowFlags_NoScrollWithMouse);
  draw_ = ImGui::GetWindowDrawList();
  clips_.assign(1, screen);
}

void Ui::end_frame() {
  move_ring();
  ImGui::End();
  ImGui::PopStyleVar(3);
  draw_ = nullptr;
}

void Ui::fill(Rect r, Colour colour, float radius_px, float alpha, Corners corners) {
  static constexpr std::array<ImDrawFlags, 5> kFlags = {ImDrawFlags_RoundCornersAll, ImDrawFlags_RoundCornersLeft,
                                                        ImDrawFlags_RoundCornersRight, ImDrawFlags_RoundCornersTop,
                                                        ImDrawFlags_RoundCornersBottom};
  if (r.is_empty()) return;
  draw_->AddRectFilled(corner(r), far_corner(r), packed(colour, alpha), radius_px,
                       kFlags[static_cast<std::size_t>(corners)]);
}

void Ui::outline(Rect r, Colour colour, float radius_px, float thickness_px) {
  if (r.is_empty()) return;
  const float wanted = thickness_px > 0 ? thickness_px : colours().outline_mm * theme_.scale.px_per_mm;
  const float t = std::max(1.0F, std::floor(wanted + 0.5F));
  draw_->AddRect({r.x + t / 2, r.y + t / 2}, {r.right() - t / 2, r.bottom() - t / 2}, packed(colour), radius_px, 0, t);
}

void Ui::line(float x0, float y0, float x1, float y1, Colour colour, float thickness_px) {
  if (y0 == y1) return fill({x0, std::floor(y0), x1 - x0, std::max(1.0F, thickness_px)}, colour);
  if (x0 == x1) return fill({std::floor(x0), y0, std::max(1.0F, thickness_px), y1 - y0}, colour);
  draw_->AddLine({x0, y0}, {x1, y1}, packed(colour), thickness_px);
}

void Ui::dot(float x, float y, float radius_px, Colour colour) {
  draw_->AddCircleFilled({x, y}, radius_px, packed(colour), 20);
}

void Ui::ring(float x, float y, float radius_px, Colour colour, float thickness_px) {
  draw_->AddCircle({x, y}, radius_px, packed(colour), 20, thickness_px);
}

void Ui::triangle(float x0, float y0, float x1, float y1, float x2, float y2, Colour colour) {
  draw_->AddTriangleFilled({x0, y0}, {x1, y1}, {x2, y2}, packed(colour));
}

void Ui::push_clip(Rect r) {
  const Rect cut = r.cut_to(clips_.back());
  clips_.push_back(cut);
  ImGui::PushClipRect(corner(cut), far_corner(cut), false);
}

void Ui::pop_clip() {
  clips_.pop_back();
  ImGui::PopClipRect();
}

Touch Ui::touch(std::string_view name, std::string_view label, Rect rect, bool enabled, bool is_field) {
  const Rect seen = rect.cut_to(clips_.back());
  if (blocked_ || seen.is_empty()) return {};
  notes_.push_back({std::string(name), std::string(label), rect, seen, enabled, false, is_field, false});
  if (!enabled) return {};
  const ImRect box(corner(seen), far_corner(seen));
  const ImGuiID id = ImGui::GetID(notes_.back().name.c_str());
  if (!ImGui::ItemAdd(box, id)) return {};
  bool hovered = false, held = false;
  Touch touch;
  touch.tapped = ImGui::ButtonBehavior(box, id, &hovered, &held, 0);
  touch.held = (held && hovered) || (flash_frames_ > 0 && flash_ == name);
  if (ring_takes_enter(notes_.back().name, rect)) touch.tapped = touch.held = true;
  return touch;
}

void Ui::show_text(std::string_view name, std::string_view text, Rect rect) {
  if (!blocked_) notes_.push_back({std::string(name), std::string(text), rect, rect, false, false, false, true});
}

void Ui::note_cut() {
  if (!notes_.empty()) notes_.back().cut = true;
}

bool Ui::take_key(Key key, bool repeats) {
  const int code = static_cast<int>(key);
  if (blocked_ || key == Key::none || taken_keys_.count(code) != 0) return false;
  if (injected_now_.erase(code) != 0) return true;
  if (!ImGui::IsKeyPressed(code, repeats)) {
    return key == Key::enter && take_key(Key::pad_enter, repeats);
  }
  taken_keys_.insert(code);
  return true;
}

bool Ui::take(const Shortcut& s) {
  if (blocked_) return false;
  if (s.key != Key::none && ImGui::GetIO().KeyAlt == s.alt && take_key(s.key)) {
    return true;
  }
  if (s.character == 0 || is_writing()) return false;
  const auto at = characters_.find(s.character);
  if (at == std::u32string::npos) return false;
  characters_.erase(at, 1);
  return true;
}

std::u32string Ui::take_characters() {
  if (blocked_) return {};
  std::u32string taken;
  std::swap(taken, characters_);
  return taken;
}

std::u32string Ui::take_digits() {
  std::u32string digits, others;
  if (blocked_ || is_writing()) return digits;
  for (const char32_t c : characters_) (c >= U'0' && c <= U'9' ? digits : others) += c;
  characters_ = others;
  return digits;
}

void Ui::inject(Key key) {
  injected_keys_.insert(static_cast<int>(key));
  wants_frame_ = true;
}

void Ui::inject(char32_t character) {
  injected_characters_ += character;
  wants_frame_ = true;
}

float Ui::take_drag(Rect rect) {
  const ImGuiIO& io = ImGui::GetIO();
  if (blocked_) return 0;
  if (rect.contains(io.MousePos.x, io.MousePos.y) && io.MouseWheel != 0) return io.MouseWheel * mm(14);
  if (!ImGui::IsMouseDown(0) || !rect.contains(io.MouseClickedPos[0].x, io.MouseClickedPos[0].y)) return 0;
  if (!dragging_ && std::fabs(io.MousePos.y - io.MouseClickedPos[0].y) > mm(kDragStartMm)) {
    dragging_ = true;
    drag_from_y_ = io.MouseClickedPos[0].y;
    ImGui::ClearActiveID();
  }
  if (!dragging_) return 0;
  const float moved = io.MousePos.y - drag_from_y_;
  drag_from_y_ = io.MousePos.y;
  return moved;
}

bool Ui::pressed_outside(Rect rect) const {
  const ImVec2 at = ImGui::GetIO().MousePos;
  return !blocked_ && ImGui::IsMouseClicked(0) && !rect.contains(at.x, at.y);
}

void Ui::focus_text(std::string field, std::size_t caret) {
  focus_.field = std::move(field);
  focus_.caret = caret;
  focus_.wanted = true;
}

bool Ui::ring_takes_enter(const std::string& name, Rect rect) {
  if (ring_ != name) return false;
  const Rect around = rect.inset(-mm(0.6F));
  outline(around, colours().accent_ink, radius() + mm(0.6F), mm(0.9F));
  return take_key(Key::enter) || (!is_writing() && take_key(Key::space));
}

// Tab walks over everything that can be touched, in the order it was drawn.
void Ui::move_ring() {
  const bool was_blocked = blocked_;
  blocked_ = false;
  if (take_key(Key::tab, true)) {
    std::vector<const WidgetNote*> stops;
    for (const auto& note : notes_) {
      if (note.enabled) stops.push_back(&note);
    }
    if (!stops.empty()) {
      const auto now = std::find_if(stops.begin(), stops.end(), [&](auto* note) { return note->name == ring_; });
      const auto count = static_cast<std::ptrdiff_t>(stops.size());
      const std::ptrdiff_t step = ImGui::GetIO().KeyShift ? count - 1 : 1;
      const std::ptrdiff_t at = now == stops.end() ? 0 : (now - stops.begin() + step) % count;
      ring_ = stops[static_cast<std::size_t>(at)]->name;
    }
  }
  blocked_ = was_blocked;
}

}  // namespace till::ui
