// Segments of a hub's stream that came before what is to come first: a transport lost one or let others overtake it.
// They wait here, a window of them, until it has come; what does not fit is asked for again. Values.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "sync/messages.hpp"

namespace till::sync {

class EarlyFrames {
 public:
  void keep(Lane lane, const SegmentMessage& segment) {
    Bytes frame = encode_message(segment);
    if (bytes_ + frame.size() > kWindowBytes) return;
    const std::size_t size = frame.size();
    if (lanes_[index(lane)].try_emplace(segment.sequence, Early{segment.after, std::move(frame)}).second) {
      bytes_ += size;
      ++items_;
    }
  }

  // The next one of the lane once it has come so far; what is not behind that any more is dropped.
  std::optional<Bytes> next(Lane lane, std::uint64_t here) {
    auto& waiting = lanes_[index(lane)];
    while (!waiting.empty() && waiting.begin()->first <= here) take_out(waiting);
    if (waiting.empty() || waiting.begin()->second.after > here) return std::nullopt;
    return take_out(waiting);
  }

  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] std::size_t items() const { return items_; }

 private:
  struct Early {
    std::uint64_t after;  // it is the next one from here on
    Bytes frame;
  };
  using Waiting = std::map<std::uint64_t, Early>;  // by the hub's number

  Bytes take_out(Waiting& waiting) {
    Bytes frame = std::move(waiting.begin()->second.frame);
    waiting.erase(waiting.begin());
    bytes_ -= frame.size();
    --items_;
    return frame;
  }

  std::array<Waiting, kLanes> lanes_;
  std::size_t bytes_ = 0, items_ = 0;
};

}  // namespace till::sync
