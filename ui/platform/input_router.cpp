#include "ui/platform/input_router.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace till::ui {
namespace {

constexpr char32_t kGroupSeparator = 0x1D;
// Callbacks of one poll run closer together than this; so do keys of a scanner that leaves no gaps.
constexpr Micros kAtOnce{2'000};

bool is_group_separator(const InputEvent& event) {
  return event.kind == EventKind::key && event.code == key::kRightBracket && (event.modifiers & kModControl) != 0;
}

bool is_shortcut(const InputEvent& event) {
  return (event.modifiers & (kModControl | kModAlt | kModSuper)) != 0 && !is_group_separator(event);
}

char32_t character_of(const InputEvent& event) {
  return event.kind == EventKind::key ? kGroupSeparator : static_cast<char32_t>(event.code);
}

bool is_digit(const InputEvent& event) {
  const char32_t c = character_of(event);
  return c >= '0' && c <= '9';
}

void append_utf8(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += {static_cast<char>(0xC0 | (c >> 6)), static_cast<char>(0x80 | (c & 0x3F))};
  } else if (c < 0x10000) {
    out += {static_cast<char>(0xE0 | (c >> 12)), static_cast<char>(0x80 | ((c >> 6) & 0x3F)),
            static_cast<char>(0x80 | (c & 0x3F))};
  } else {
    out += {static_cast<char>(0xF0 | (c >> 18)), static_cast<char>(0x80 | ((c >> 12) & 0x3F)),
            static_cast<char>(0x80 | ((c >> 6) & 0x3F)), static_cast<char>(0x80 | (c & 0x3F))};
  }
}

}  // namespace

void InputRouter::push(InputEvent event) {
  if (!enabled_) {
    sink_(std::move(event));
    return;
  }
  if (event.kind == EventKind::text) {
    push_text(std::move(event));
  } else if (event.kind == EventKind::key) {
    push_key(std::move(event));
  } else if (held_.empty()) {
    ended_scan_.reset();
    sink_(std::move(event));
  } else {
    held_.push_back(std::move(event));
  }
}

void InputRouter::settle(Micros complete_until) {
  const auto due = deadline();
  if (due && complete_until > *due) end_by_pause();
}

std::optional<Micros> InputRouter::deadline() const {
  if (held_.empty()) return std::nullopt;
  const InputEvent& last = chars_.empty() ? held_.front() : held_[chars_.back()];
  return last.time + longest_pause();
}

Micros InputRouter::longest_pause() const {
  constexpr std::size_t kClearlyABurst = 3;
  return chars_.size() >= kClearlyABurst ? config_.stutter : config_.max_gap;
}

void InputRouter::set_enabled(bool enabled) {
  release();
  enabled_ = enabled;
}

void InputRouter::push_text(InputEvent event) {
  if (std::exchange(text_of_repeat_follows_, false) || overflows(event)) {
    sink_(std::move(event));
    return;
  }
  if (is_broken_by(event)) end_by_pause();
  ended_scan_.reset();
  chars_.push_back(held_.size());
  held_.push_back(std::move(event));
  if (chars_.size() > config_.max_length) {
    overflowing_ = held_.back().time;
    release();
  }
}

void InputRouter::push_key(InputEvent event) {
  if (event.code < 0 || event.code >= key::kCount) return;
  const auto code = static_cast<std::size_t>(event.code);
  text_of_repeat_follows_ = false;
  if (swallowed_down_[code] && (!event.down || event.repeat)) {
    if (!event.down) swallowed_down_[code] = false;
    return;
  }
  if (event.down) {
    swallowed_down_[code] = false;
    push_press(std::move(event));
  } else if (held_.empty()) {
    sink_(std::move(event));
  } else {
    held_.push_back(std::move(event));
  }
}

void InputRouter::push_press(InputEvent event) {
  const bool ends = is_enter_key(event.code) || event.code == key::kTab;
  if (ends && event.modifiers == 0 && !event.repeat) {
    push_terminator(std::move(event));
    return;
  }
  const bool part_of_burst = (is_printable_key(event.code) && !is_shortcut(event)) || is_modifier_key(event.code);
  if (!part_of_burst || event.repeat) {
    end_by_pause();
    text_of_repeat_follows_ = event.repeat;
    ended_scan_.reset();
    sink_(std::move(event));
    return;
  }
  if (is_broken_by(event)) end_by_pause();
  if (is_group_separator(event)) chars_.push_back(held_.size());
  held_.push_back(std::move(event));
}

void InputRouter::push_terminator(InputEvent event) {
  if (is_broken_by(event)) end_by_pause();
  const std::size_t first = typed_prefix();
  const std::size_t length = chars_.size() - first;
  const bool long_enough = length >= config_.min_length && length > 0;
  if (long_enough &&
      (is_too_quick_to_type(first, event, length) || batch_length(first, event) >= config_.min_length_batch)) {
    swallowed_down_.set(static_cast<std::size_t>(event.code));
    accept(first, event);
    return;
  }
  release();
  if (is_second_terminator(event)) {
    swallowed_down_.set(static_cast<std::size_t>(event.code));
    return;
  }
  ended_scan_.reset();
  sink_(std::move(event));
}

void InputRouter::end_by_pause() {
  const std::size_t first = typed_prefix();
  if (is_bare_scan(first)) {
    accept(first, InputEvent(character(chars_.size() - 1)));
  } else {
    release();
  }
}

bool InputRouter::is_broken_by(const InputEvent& next) const {
  if (chars_.empty()) return false;
  const Micros surely_after_last = next.earliest - character(chars_.size() - 1).time;
  const Micros surely_after_first = next.earliest - character(0).time;
  return surely_after_last > longest_pause() ||
         surely_after_first >= config_.human_gap * static_cast<Micros::rep>(chars_.size());
}

bool InputRouter::is_too_quick_to_type(std::size_t first, const InputEvent& last, std::size_t intervals) const {
  return last.time - character(first).earliest < config_.human_gap * static_cast<Micros::rep>(intervals);
}

std::size_t InputRouter::batch_length(std::size_t first, const InputEvent& last) const {
  std::size_t length = 0;
  Micros after = last.time;
  for (std::size_t i = chars_.size(); i > first && after - character(i - 1).time <= kAtOnce; --i) {
    after = character(i - 1).time;
    ++length;
  }
  return length;
}

std::size_t InputRouter::typed_prefix() const {
  for (std::size_t i = chars_.size(); i > 0; --i)
    if (character_of(character(i - 1)) == '*') return i;
  return 0;
}

bool InputRouter::is_bare_scan(std::size_t first) const {
  const std::size_t length = chars_.size() - first;
  if (length < config_.min_length_bare || length == 0) return false;
  for (std::size_t i = first; i < chars_.size(); ++i)
    if (!is_digit(character(i))) return false;
  const InputEvent& last = character(chars_.size() - 1);
  return is_too_quick_to_type(first, last, length - 1) || batch_length(first, last) >= config_.min_length_bare;
}

bool InputRouter::is_second_terminator(const InputEvent& event) const {
  return ended_scan_ &&
         (event.time - ended_scan_->earliest <= config_.terminator_grace || event.time - ended_scan_->time <= kAtOnce);
}

void InputRouter::accept(std::size_t first, const InputEvent& last) {
  InputEvent scan;
  scan.kind = EventKind::scan;
  scan.time = last.time;
  scan.earliest = character(first).earliest;
  for (std::size_t i = first; i < chars_.size(); ++i) append_utf8(scan.scan, character_of(character(i)));
  const std::size_t boundary = first == 0 ? 0 : chars_[first - 1] + 1;
  const std::vector<InputEvent> held = std::exchange(held_, {});
  chars_.clear();
  ended_scan_ = last;

  for (std::size_t i = 0; i < boundary; ++i) sink_(held[i]);
  sink_(std::move(scan));
  for (std::size_t i = boundary; i < held.size(); ++i) {
    const InputEvent& event = held[i];
    if (event.kind == EventKind::text) continue;
    if (event.kind == EventKind::key) {
      const auto code = static_cast<std::size_t>(event.code);
      const bool swallow = event.down || swallowed_down_[code];
      swallowed_down_[code] = event.down;
      if (swallow) continue;
    }
    sink_(event);
  }
}

void InputRouter::release() {
  chars_.clear();
  for (InputEvent& event : std::exchange(held_, {})) sink_(std::move(event));
}

bool InputRouter::overflows(const InputEvent& event) {
  if (!overflowing_) return false;
  if (event.earliest - *overflowing_ > config_.max_gap) {
    overflowing_.reset();
    return false;
  }
  overflowing_ = event.time;
  return true;
}

}  // namespace till::ui
