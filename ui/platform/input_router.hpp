// Tells a scanner's burst from typing before any widget sees it: whatever has the focus, a scan arrives whole, as one
// EventKind::scan, in its place in the stream, and none of its keys or characters reach the window's widgets.
// Everything else passes in its order, typed characters held for at most `max_gap` until it is clear that they are
// typed.
//
// What is a scan:
//  1. A burst of characters with gaps of at most `max_gap`, `min_length` or more of them, ended by Enter or Tab within
//     `max_gap`, as a whole quicker than a person's `human_gap` per key. Code 128 and GS1 letters and signs belong to
//     it; GS (0x1D), which keyboards have not, is sent by scanners as Ctrl+].
//     Once three characters have come that fast, one gap may be as long as `stutter`: a busy X server or sender.
//  2. Without an ending key: `min_length_bare` or more digits at that speed, and then nothing for `stutter`.
//  3. After a stall of the window's thread, events come in one batch with nothing known about the gaps inside it (GLFW
//  does
//     not show the X server's time stamps). The bounds `earliest` and `time` decide where they can: a batch gathered
//     while the thread was away for S can be typed only if it has at most S / human_gap keys. Where they cannot, count
//     decides: `min_length_batch` characters and an ending key in one batch, or `min_length_bare` digits, are a scan.
//     The safe side: digits taken for a scan are refused as an unknown code, digits taken for a quantity are sold.
//  4. Never: characters of a key that repeats because it is held, and anything with `human_gap` between its keys.
//  5. The part up to the last '*' of a burst ("3*" typed at once before the scan) is typing: no code contains it.
// A second ending key (scanners that send CR and LF, or pause before it) is swallowed within `terminator_grace`. A tap
// made while a burst arrives comes after the scan: the trigger was pulled before it.
//
// Pure and deterministic: time comes in with the events and with settle(). The window's thread.
#pragma once

#include <bitset>
#include <functional>
#include <optional>
#include <vector>

#include "ui/platform/events.hpp"

namespace till::ui {

struct RouterConfig {
  Micros max_gap{40'000};
  Micros stutter{80'000};
  Micros human_gap{50'000};
  std::size_t min_length = 4;
  std::size_t min_length_batch = 6;
  std::size_t min_length_bare = 8;
  std::size_t max_length = 8'000;  // a QR code holds 7089 digits; longer is passed on as typing
  Micros terminator_grace{150'000};
};

class InputRouter {
 public:
  using Sink = std::function<void(InputEvent)>;

  explicit InputRouter(Sink sink, RouterConfig config = {}) : sink_(std::move(sink)), config_(config) {}

  void push(InputEvent event);
  // Every event that happened before `complete_until` has been pushed: decides what a pause ends.
  void settle(Micros complete_until);
  // When settle() has something to decide; empty when nothing is held.
  [[nodiscard]] std::optional<Micros> deadline() const;
  [[nodiscard]] bool holding() const { return !held_.empty(); }
  // Off: everything passes as typing (a screen on which a person calibrates a scanner).
  void set_enabled(bool enabled);

 private:
  void push_text(InputEvent event);
  void push_key(InputEvent event);
  void push_press(InputEvent event);
  void push_terminator(InputEvent event);
  void end_by_pause();
  // The longest pause inside the burst that is held.
  [[nodiscard]] Micros longest_pause() const;
  [[nodiscard]] bool is_broken_by(const InputEvent& next) const;
  // `last` is the burst's last event, `intervals` how many keys lie between the character `first` and it.
  [[nodiscard]] bool is_too_quick_to_type(std::size_t first, const InputEvent& last, std::size_t intervals) const;
  // How many characters, from `last` backwards, arrived at once.
  [[nodiscard]] std::size_t batch_length(std::size_t first, const InputEvent& last) const;
  [[nodiscard]] const InputEvent& character(std::size_t i) const { return held_[chars_[i]]; }
  [[nodiscard]] std::size_t typed_prefix() const;
  [[nodiscard]] bool is_bare_scan(std::size_t first) const;
  [[nodiscard]] bool is_second_terminator(const InputEvent& event) const;
  void accept(std::size_t first, const InputEvent& last);
  void release();
  bool overflows(const InputEvent& event);

  Sink sink_;
  RouterConfig config_;
  bool enabled_ = true;
  std::vector<InputEvent> held_;
  std::vector<std::size_t> chars_;  // places of the characters in held_
  std::bitset<key::kCount> swallowed_down_;
  bool text_of_repeat_follows_ = false;
  std::optional<Micros> overflowing_;     // when the last character of a burst that is too long came
  std::optional<InputEvent> ended_scan_;  // the scan's last event, until anything else happens
};

}  // namespace till::ui
