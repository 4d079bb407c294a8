// Small things that tell a state: a chip with a dot and a word, a progress bar with its step, a notice that goes by
// itself, a label with its value. None of them speaks by colour alone.
#pragma once

#include <cstdint>
#include <string_view>

#include "ui/widgets/ui.hpp"

namespace till::ui {

enum class Light : std::uint8_t { good, busy, bad, idle };

// A dot whose shape differs too: filled, ring with core, triangle, ring.
void status_light(Ui& ui, float x, float y, float radius, Light light);

struct ChipSpec {
  std::string_view text;
  Light light = Light::idle;
  bool has_light = true;
  std::string_view icon{};
};
float chip_width(const Ui& ui, const ChipSpec& spec);
// On the status strip; true when tapped.
bool status_chip(Ui& ui, std::string_view name, Rect rect, const ChipSpec& spec);

void progress_bar(Ui& ui, Rect rect, std::uint64_t done, std::uint64_t total);

enum class Mood : std::uint8_t { good, info, warning, error };
// A band with an icon and a text; for notices and for what stands on a screen as a warning.
void notice_band(Ui& ui, Rect rect, Mood mood, std::string_view text);
// "Label ......... value" on one line.
void labelled(Ui& ui, Rect rect, std::string_view label, std::string_view value, bool strong = false);
// What a list says when there is nothing in it.
void empty_state(Ui& ui, Rect rect, std::string_view icon, std::string_view title, std::string_view what_to_do);

}  // namespace till::ui
