#include "ui/platform/events.hpp"

#include <array>
#include <utility>

#include "core/text.hpp"

namespace till::ui {
namespace {

constexpr std::array<std::pair<std::string_view, int>, 20> kNamedKeys{{
    {"space", key::kSpace},   {"escape", key::kEscape},   {"esc", key::kEscape},          {"enter", key::kEnter},
    {"return", key::kEnter},  {"tab", key::kTab},         {"backspace", key::kBackspace}, {"insert", key::kInsert},
    {"delete", key::kDelete}, {"right", key::kRight},     {"left", key::kLeft},           {"down", key::kDown},
    {"up", key::kUp},         {"pageup", key::kPageUp},   {"pagedown", key::kPageDown},   {"home", key::kHome},
    {"end", key::kEnd},       {"kpenter", key::kKpEnter}, {"shift", key::kLeftShift},     {"ctrl", key::kLeftControl},
}};

std::uint8_t modifier_from(std::string_view name) {
  if (name == "ctrl") return kModControl;
  if (name == "shift") return kModShift;
  if (name == "alt") return kModAlt;
  return 0;
}

std::optional<int> code_from(std::string_view name) {
  for (const auto& [known, code] : kNamedKeys)
    if (known == name) return code;
  if (name.size() == 1 && name[0] > ' ' && name[0] < 127)
    return name[0] >= 'a' && name[0] <= 'z' ? name[0] - 'a' + 'A' : name[0];
  if (name.size() >= 2 && name.size() <= 3 && name[0] == 'f') {
    int number = 0;
    for (const char c : name.substr(1)) {
      if (c < '0' || c > '9') return std::nullopt;
      number = number * 10 + (c - '0');
    }
    if (number >= 1 && number <= 25) return key::kF1 + number - 1;
  }
  return std::nullopt;
}

}  // namespace

InputEvent key_event(int code, bool down, Micros time, std::uint8_t modifiers) {
  InputEvent event;
  event.kind = EventKind::key;
  event.code = code;
  event.down = down;
  event.modifiers = modifiers;
  event.time = event.earliest = time;
  return event;
}

InputEvent text_event(char32_t character, Micros time) {
  InputEvent event;
  event.kind = EventKind::text;
  event.code = static_cast<int>(character);
  event.time = event.earliest = time;
  return event;
}

InputEvent button_event(int button, bool down, float x, float y, Micros time) {
  InputEvent event;
  event.kind = EventKind::button;
  event.code = button;
  event.down = down;
  event.x = x;
  event.y = y;
  event.time = event.earliest = time;
  return event;
}

InputEvent move_event(float x, float y, Micros time) {
  InputEvent event;
  event.kind = EventKind::move;
  event.x = x;
  event.y = y;
  event.time = event.earliest = time;
  return event;
}

bool is_printable_key(int code) {
  return (code >= key::kSpace && code <= key::kWorld2) ||
         (code >= key::kKp0 && code <= key::kKpEqual && code != key::kKpEnter);
}

bool is_modifier_key(int code) {
  return code >= key::kLeftShift && code <= key::kRightSuper;
}

bool is_enter_key(int code) {
  return code == key::kEnter || code == key::kKpEnter;
}

std::optional<KeyChord> key_from_name(std::string_view name) {
  const std::string low = lowered(name);
  std::string_view rest = low;
  KeyChord chord;
  for (auto plus = rest.find('+'); plus != std::string_view::npos && plus + 1 < rest.size(); plus = rest.find('+')) {
    const std::uint8_t modifier = modifier_from(rest.substr(0, plus));
    if (modifier == 0) return std::nullopt;
    chord.modifiers |= modifier;
    rest = rest.substr(plus + 1);
  }
  const auto code = code_from(rest);
  if (!code) return std::nullopt;
  chord.code = *code;
  return chord;
}

}  // namespace till::ui
