// When the window's loop draws, waits and sleeps, apart from any window: the rules of the frame loop as a small state
// machine. Every event and wake makes kFramesPerWake frames due (Dear ImGui needs a second frame to settle sizes, and a
// third for what that changes); frames come at most every kFrameGap; with none due the loop sleeps until the next
// deadline, or for good. Pure; the window's thread.
#pragma once

#include <algorithm>
#include <optional>

#include "ui/platform/events.hpp"

namespace till::ui {

class LoopTiming {
 public:
  static constexpr int kFramesPerWake = 3;
  static constexpr Micros kFrameGap{8'000};

  void wake() { pending_ = kFramesPerWake; }
  void wake_for_one() { pending_ = std::max(pending_, 1); }

  // Is a frame due now? `backlog`: input waits that the last frame had no room for.
  [[nodiscard]] bool frame_due(Micros now, bool backlog) const {
    return (pending_ > 0 || backlog) && now >= last_frame_ + kFrameGap;
  }
  void frame_drawn(Micros began, bool one_more) {
    last_frame_ = began;
    pending_ = std::max(pending_ - 1, one_more ? 1 : 0);
  }

  // How long to wait for events: zero is not at all, nothing is until one comes. `deadline`: the earliest thing that
  // happens by itself.
  [[nodiscard]] std::optional<Micros> wait(Micros now, bool backlog, std::optional<Micros> deadline) const {
    if (pending_ > 0 || backlog) {
      const Micros next_frame = last_frame_ + kFrameGap;
      deadline = deadline ? std::min(*deadline, next_frame) : next_frame;
    }
    if (!deadline) return std::nullopt;
    return std::max(*deadline - now, Micros{0});
  }

 private:
  int pending_ = kFramesPerWake;
  Micros last_frame_{-kFrameGap};
};

}  // namespace till::ui
