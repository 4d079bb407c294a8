// The window's own queue of input, because Dear ImGui 1.86 only sees states: a key that goes down and up between two
// frames is lost to it. Each frame replays events into ImGuiIO and stops before one that the frame could not tell apart
// from an earlier one: a second transition of the same key or button, a move after a press, a character after an
// editing key, a scan after anything else. What is left makes the next frame due at once. Nothing is lost.
//
// Bounded: of a backlog past kCapacity only pointer moves are dropped first; anything else past it is counted in
// dropped(). Pure apart from ImGuiIO; the window's thread.
#pragma once

#include <bitset>
#include <cstddef>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "ui/platform/events.hpp"

struct ImGuiIO;

namespace till::ui {

// One finger or button held down and moved; for lists that scroll by drag.
struct DragState {
  bool pressed = false;   // the left button is down
  bool dragging = false;  // moved further than the slack since it went down; stays until the frame after the release
  bool released = false;  // went up in this frame
  float start_x = 0, start_y = 0;
  float x = 0, y = 0;
  float delta_x = 0, delta_y = 0;  // since the last frame
  float speed_y = 0;               // pixels a second, smoothed, at the release: for a list that runs on
};

// What the keyboard did in this frame, for screens that listen with no text field in focus.
struct FrameKeys {
  std::u32string text;            // characters typed, in order
  std::vector<KeyChord> pressed;  // keys that went down or repeated, in order
};

class InputQueue {
 public:
  static constexpr std::size_t kCapacity = 16'384;

  void push(InputEvent event);
  // Replays one frame's worth; scans go to `on_scan` in their place.
  void replay(ImGuiIO& io, const std::function<void(const std::string&)>& on_scan);

  [[nodiscard]] bool empty() const { return events_.empty(); }
  [[nodiscard]] std::size_t size() const { return events_.size(); }
  [[nodiscard]] std::size_t dropped() const { return dropped_; }
  [[nodiscard]] const DragState& drag() const { return drag_; }
  [[nodiscard]] const FrameKeys& keys() const { return keys_; }

  // Touch arrives as mouse: after a release the pointer is taken away, so that nothing stays hovered. On by default;
  // a real mouse shows hovering again as soon as it moves.
  void set_touch(bool touch) { touch_ = touch; }
  void set_drag_slack(float pixels) { drag_slack_ = pixels; }

 private:
  struct Seen;

  [[nodiscard]] bool fits(const InputEvent& event, const Seen& seen) const;
  void apply(const InputEvent& event, ImGuiIO& io, Seen& seen);
  void apply_key(const InputEvent& event, ImGuiIO& io, Seen& seen);
  void apply_button(const InputEvent& event, ImGuiIO& io, Seen& seen);
  void drag_to(const InputEvent& event);

  std::deque<InputEvent> events_;
  std::size_t dropped_ = 0;
  std::bitset<key::kCount> keys_down_;
  std::bitset<5> buttons_down_;
  bool touch_ = true;
  float drag_slack_ = 12;
  Micros drag_time_{0};
  DragState drag_;
  FrameKeys keys_;
};

}  // namespace till::ui
