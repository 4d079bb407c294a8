#include "ui/platform/widget_registry.hpp"

#include <imgui.h>
#include <imgui_internal.h>

#include <algorithm>

namespace till::ui {

void WidgetRegistry::begin_frame() {
  widgets_.clear();
}

void WidgetRegistry::add(std::string_view name, WidgetRect rect, std::uint8_t flags, std::string_view label) {
  WidgetInfo info;
  info.rect = info.visible = rect;
  info.enabled = (flags & kWidgetDisabled) == 0;
  info.selected = (flags & kWidgetSelected) != 0;
  info.label = label;
  if (const ImGuiWindow* window = ImGui::GetCurrentWindowRead()) {
    const ImRect& clip = window->ClipRect;
    const float x0 = std::max(rect.x, clip.Min.x);
    const float y0 = std::max(rect.y, clip.Min.y);
    const float x1 = std::min(rect.x + rect.width, clip.Max.x);
    const float y1 = std::min(rect.y + rect.height, clip.Max.y);
    info.visible = {x0, y0, std::max(0.0F, x1 - x0), std::max(0.0F, y1 - y0)};
  }
  add(name, std::move(info));
}

void WidgetRegistry::add(std::string_view name, WidgetInfo info) {
  widgets_.insert_or_assign(std::string(name), std::move(info));
}

const WidgetInfo* WidgetRegistry::find(std::string_view name) const {
  const auto it = widgets_.find(name);
  return it == widgets_.end() ? nullptr : &it->second;
}

std::string WidgetRegistry::summary(std::size_t max_length) const {
  std::string out;
  for (const auto& [name, widget] : widgets_) {
    std::string item = name;
    if (!widget.enabled) item += " (disabled)";
    if (!widget.is_visible()) item += " (hidden)";
    if (!widget.label.empty()) item += " \"" + widget.label + "\"";
    if (out.size() + item.size() + 2 > max_length) return out + ", ...";
    out += (out.empty() ? "" : ", ") + item;
  }
  return out.empty() ? "nothing with a name" : out;
}

}  // namespace till::ui
