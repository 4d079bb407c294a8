// The widgets that were drawn in the last frame, by name, for scripts and tests: "tender.exact" -> where it is, whether
// it can be pressed, what it says. Widgets add themselves while they draw; a name that is not added is not on the
// screen. The window's thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace till::ui {

struct WidgetRect {
  float x = 0, y = 0, width = 0, height = 0;
};

struct WidgetInfo {
  WidgetRect rect{};     // as laid out
  WidgetRect visible{};  // the part inside the clip rectangle; empty when scrolled away
  bool enabled = true;
  bool selected = false;
  std::string label{};  // what it says, or the text it holds

  [[nodiscard]] bool is_visible() const { return visible.width > 0 && visible.height > 0; }
};

enum WidgetFlags : std::uint8_t { kWidgetNone = 0, kWidgetDisabled = 1, kWidgetSelected = 2 };

class WidgetRegistry {
 public:
  void begin_frame();  // forgets the frame before
  // The visible part is taken from ImGui's current window and clip rectangle.
  void add(std::string_view name, WidgetRect rect, std::uint8_t flags = kWidgetNone, std::string_view label = {});
  // For code without a current ImGui window.
  void add(std::string_view name, WidgetInfo info);

  [[nodiscard]] const WidgetInfo* find(std::string_view name) const;
  [[nodiscard]] const std::map<std::string, WidgetInfo, std::less<>>& all() const { return widgets_; }
  // "login.1, login.2 (disabled), ticket.total "12.30"": what a failed script step shows.
  [[nodiscard]] std::string summary(std::size_t max_length = 2'000) const;

 private:
  std::map<std::string, WidgetInfo, std::less<>> widgets_;
};

}  // namespace till::ui
