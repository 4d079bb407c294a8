#include "ui/platform/synthetic.hpp"

#include <array>

namespace till::ui {
namespace {

constexpr Micros kTapTime{60'000};
constexpr Micros kMoveGap{16'000};
constexpr int kMoves = 10;

std::u32string code_points_of(std::string_view utf8) {
  std::u32string out;
  for (std::size_t at = 0; at < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[at]);
    const std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t code = size == 1 ? lead : lead & (0xFFU >> (size + 1));
    for (std::size_t i = 1; i < size && at + i < utf8.size(); ++i)
      code = (code << 6) | (static_cast<unsigned char>(utf8[at + i]) & 0x3FU);
    out.push_back(code);
    at += size;
  }
  return out;
}

void add_character(std::vector<InputEvent>& events, char32_t c, Micros at) {
  if (c == 0x1D) {
    events.push_back(key_event(key::kLeftControl, true, at, kModControl));
    events.push_back(key_event(key::kRightBracket, true, at, kModControl));
    events.push_back(key_event(key::kRightBracket, false, at, kModControl));
    events.push_back(key_event(key::kLeftControl, false, at));
    return;
  }
  const bool upper = c >= 'A' && c <= 'Z';
  const bool lower = c >= 'a' && c <= 'z';
  const int code = lower ? static_cast<int>(c) - 'a' + 'A' : c >= ' ' && c < 0x7F ? static_cast<int>(c) : key::kWorld2;
  if (upper) events.push_back(key_event(key::kLeftShift, true, at, kModShift));
  events.push_back(key_event(code, true, at, upper ? kModShift : 0));
  events.push_back(text_event(c, at));
  events.push_back(key_event(code, false, at));
  if (upper) events.push_back(key_event(key::kLeftShift, false, at));
}

}  // namespace

std::vector<InputEvent> key_strokes(std::string_view utf8, Micros start, Micros gap) {
  std::vector<InputEvent> events;
  Micros at = start;
  for (const char32_t c : code_points_of(utf8)) {
    add_character(events, c, at);
    at += gap;
  }
  return events;
}

std::vector<InputEvent> scanner_burst(std::string_view code, Micros start, Micros gap) {
  auto events = key_strokes(code, start, gap);
  const Micros end = (events.empty() ? start : events.back().time) + gap;
  events.push_back(key_event(key::kEnter, true, end));
  events.push_back(key_event(key::kEnter, false, end));
  return events;
}

std::vector<InputEvent> chord_strokes(KeyChord chord, Micros start) {
  constexpr std::array<std::pair<Modifier, int>, 3> kModifiers{
      {{kModControl, key::kLeftControl}, {kModShift, key::kLeftShift}, {kModAlt, key::kLeftAlt}}};
  std::vector<InputEvent> events;
  for (const auto& [modifier, code] : kModifiers)
    if (chord.modifiers & modifier) events.push_back(key_event(code, true, start, chord.modifiers));
  events.push_back(key_event(chord.code, true, start, chord.modifiers));
  const bool makes_text = is_printable_key(chord.code) && chord.code < 0x7F && chord.modifiers == 0;
  if (makes_text) {
    const bool letter = chord.code >= 'A' && chord.code <= 'Z';
    events.push_back(text_event(static_cast<char32_t>(letter ? chord.code - 'A' + 'a' : chord.code), start));
  }
  events.push_back(key_event(chord.code, false, start + kTapTime, chord.modifiers));
  for (const auto& [modifier, code] : kModifiers)
    if (chord.modifiers & modifier) events.push_back(key_event(code, false, start + kTapTime));
  return events;
}

std::vector<InputEvent> finger_tap(float x, float y, Micros start) {
  return {move_event(x, y, start), button_event(0, true, x, y, start), button_event(0, false, x, y, start + kTapTime)};
}

std::vector<InputEvent> finger_drag(float x, float y, float dx, float dy, Micros start) {
  std::vector<InputEvent> events{move_event(x, y, start), button_event(0, true, x, y, start)};
  Micros at = start;
  for (int i = 1; i <= kMoves; ++i) {
    at += kMoveGap;
    const float part = static_cast<float>(i) / kMoves;
    events.push_back(move_event(x + dx * part, y + dy * part, at));
  }
  events.push_back(button_event(0, false, x + dx, y + dy, at + kMoveGap));
  return events;
}

}  // namespace till::ui
