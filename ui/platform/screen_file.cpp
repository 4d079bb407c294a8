#include "ui/platform/screen_file.hpp"

#include <algorithm>
#include <cstdio>
#include <fstream>

namespace till::ui {
namespace {

std::string on_one_line(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
  return text;
}

std::string pixels(float value) {
  return std::to_string(static_cast<int>(value));
}

}  // namespace

std::string screen_text(const WidgetRegistry& registry, std::uint64_t frames, const ScreenStates& states) {
  std::string out = "frames\t" + std::to_string(frames) + "\n";
  for (const auto& [name, value] : states) out += "state\t" + name + "\t" + on_one_line(value) + "\n";
  for (const auto& [name, widget] : registry.all()) {
    if (!widget.is_visible()) continue;
    const WidgetRect& at = widget.visible;
    out += "widget\t" + on_one_line(name) + "\t" + pixels(at.x) + "\t" + pixels(at.y) + "\t" + pixels(at.width) + "\t" +
           pixels(at.height) + "\t" + (widget.enabled ? "enabled" : "disabled") + "\t" + on_one_line(widget.label) +
           "\n";
  }
  return out;
}

void write_screen_file(const std::string& path, const std::string& text) {
  const std::string fresh = path + ".new";
  {
    std::ofstream file(fresh, std::ios::binary | std::ios::trunc);
    if (!(file << text).flush()) return;
  }
  std::rename(fresh.c_str(), path.c_str());
}

}  // namespace till::ui
