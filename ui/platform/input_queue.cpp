#include "ui/platform/input_queue.hpp"

#include <imgui.h>

#include <algorithm>
#include <cfloat>
#include <cmath>

namespace till::ui {

// What this frame has replayed so far.
struct InputQueue::Seen {
  std::bitset<key::kCount> keys;
  std::bitset<5> buttons;
  bool input = false;  // anything but where the pointer is
  bool text = false, editing_key = false, wheel = false, focus = false;
};

void InputQueue::push(InputEvent event) {
  const bool merges = event.kind == EventKind::move && !events_.empty() && events_.back().kind == EventKind::move;
  if (merges) {
    events_.back() = std::move(event);
    return;
  }
  if (events_.size() >= kCapacity) {
    const auto move =
        std::find_if(events_.begin(), events_.end(), [](const InputEvent& e) { return e.kind == EventKind::move; });
    if (move == events_.end()) {
      ++dropped_;
      return;
    }
    events_.erase(move);
  }
  const bool finger_lifted = touch_ && event.kind == EventKind::button && event.code == 0 && !event.down;
  events_.push_back(std::move(event));
  if (finger_lifted) {
    InputEvent leave = events_.back();
    leave.kind = EventKind::leave;
    events_.push_back(std::move(leave));
  }
}

void InputQueue::replay(ImGuiIO& io, const std::function<void(const std::string&)>& on_scan) {
  keys_ = {};
  drag_.delta_x = drag_.delta_y = 0;
  if (drag_.released) drag_.released = drag_.dragging = false;
  Seen seen;
  while (!events_.empty() && fits(events_.front(), seen)) {
    const InputEvent event = std::move(events_.front());
    events_.pop_front();
    if (event.kind == EventKind::scan) {
      if (on_scan) on_scan(event.scan);
    } else {
      apply(event, io, seen);
    }
  }
}

bool InputQueue::fits(const InputEvent& event, const Seen& seen) const {
  switch (event.kind) {
    case EventKind::scan:
      return !seen.input;
    case EventKind::key:
      return !seen.keys[static_cast<std::size_t>(event.code)] && seen.buttons.none();
    case EventKind::text:
      return !seen.editing_key && seen.buttons.none();
    case EventKind::button:
      return !seen.buttons[static_cast<std::size_t>(event.code)] && !seen.text && seen.keys.none() && !seen.wheel;
    case EventKind::move:
    case EventKind::leave:
    case EventKind::wheel:
      return seen.buttons.none() && (event.kind == EventKind::wheel || !seen.wheel);
    case EventKind::focus:
      return !seen.focus && !seen.input;
  }
  return true;
}

void InputQueue::apply(const InputEvent& event, ImGuiIO& io, Seen& seen) {
  if (event.kind != EventKind::move && event.kind != EventKind::leave) seen.input = true;
  switch (event.kind) {
    case EventKind::key:
      apply_key(event, io, seen);
      break;
    case EventKind::text:
      seen.text = true;
      keys_.text.push_back(static_cast<char32_t>(event.code));
      io.AddInputCharacter(static_cast<unsigned>(event.code));
      break;
    case EventKind::button:
      apply_button(event, io, seen);
      break;
    case EventKind::move:
      io.MousePos = {event.x, event.y};
      drag_to(event);
      break;
    case EventKind::leave:
      if (buttons_down_.none()) io.MousePos = {-FLT_MAX, -FLT_MAX};
      break;
    case EventKind::wheel:
      seen.wheel = true;
      io.MouseWheelH += event.x;
      io.MouseWheel += event.y;
      break;
    case EventKind::focus:
      seen.focus = true;
      io.AddFocusEvent(event.down);
      if (!event.down) keys_down_.reset();
      break;
    case EventKind::scan:
      break;
  }
}

void InputQueue::apply_key(const InputEvent& event, ImGuiIO& io, Seen& seen) {
  if (event.code < 0 || event.code >= key::kCount) return;
  const auto code = static_cast<std::size_t>(event.code);
  const bool transition = keys_down_[code] != event.down;
  if (event.down) keys_.pressed.push_back({event.code, event.modifiers});
  if (!transition) return;
  keys_down_[code] = event.down;
  io.KeysDown[code] = event.down;
  seen.keys[code] = true;
  if (event.down && !is_printable_key(event.code) && !is_modifier_key(event.code)) seen.editing_key = true;
  io.KeyCtrl = keys_down_[key::kLeftControl] || keys_down_[key::kRightControl];
  io.KeyShift = keys_down_[key::kLeftShift] || keys_down_[key::kRightShift];
  io.KeyAlt = keys_down_[key::kLeftAlt] || keys_down_[key::kRightAlt];
  io.KeySuper = keys_down_[key::kLeftSuper] || keys_down_[key::kRightSuper];
}

void InputQueue::apply_button(const InputEvent& event, ImGuiIO& io, Seen& seen) {
  if (event.code < 0 || event.code >= 5) return;
  const auto button = static_cast<std::size_t>(event.code);
  io.MousePos = {event.x, event.y};
  if (buttons_down_[button] == event.down) return;
  buttons_down_[button] = event.down;
  io.MouseDown[button] = event.down;
  seen.buttons[button] = true;
  if (event.code != 0) return;
  if (event.down) {
    drag_ = {};
    drag_.pressed = true;
    drag_.start_x = drag_.x = event.x;
    drag_.start_y = drag_.y = event.y;
    drag_time_ = event.time;
  } else {
    drag_to(event);
    drag_.pressed = false;
    drag_.released = true;
  }
}

void InputQueue::drag_to(const InputEvent& event) {
  if (!drag_.pressed) return;
  const float dx = event.x - drag_.x;
  const float dy = event.y - drag_.y;
  const float seconds = static_cast<float>((event.time - drag_time_).count()) / 1e6F;
  if (seconds > 0.001F) {
    constexpr float kSmoothing = 0.6F;
    drag_.speed_y += (dy / seconds - drag_.speed_y) * kSmoothing;
    drag_time_ = event.time;
  }
  drag_.x = event.x;
  drag_.y = event.y;
  drag_.delta_x += dx;
  drag_.delta_y += dy;
  if (std::hypot(drag_.x - drag_.start_x, drag_.y - drag_.start_y) > drag_slack_) drag_.dragging = true;
}

}  // namespace till::ui
