// Several sync messages in one HTTP body (application/vnd.tillstick.frames): each one a varint size and its bytes.
// Pure.
#pragma once

#include <vector>

#include "core/bytes.hpp"
#include "core/result.hpp"

namespace till::net {

constexpr std::size_t kMaxFramesPerBody = 4096;

inline Bytes join_frames(const std::vector<Bytes>& frames) {
  ByteWriter out;
  for (const auto& frame : frames) out.sized(frame);
  return out.take();
}

inline Result<std::vector<Bytes>> split_frames(ByteView body, std::size_t max_frame_bytes) {
  std::vector<Bytes> frames;
  ByteReader in(body);
  while (!in.empty()) {
    if (frames.size() == kMaxFramesPerBody) return corrupt("there are more messages in one exchange than may be");
    frames.push_back(to_bytes(TRY(in.sized(max_frame_bytes))));
  }
  return frames;
}

}  // namespace till::net
