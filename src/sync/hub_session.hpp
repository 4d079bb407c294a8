// The hub's side of one connection: takes the terminal's frames, answers, and serves what others wrote, at most
// kWindowBytes ahead of what the terminal has acknowledged. One frame in, frames out; no clock, no socket, no thread.
//
// receive() and serve() run inside a transaction (see hub_core.hpp); send what they return after it is committed. After
// a failed commit throw the session away and close the connection.
// When `stored()` of a receive is true, something new is there: call serve() for the tenant's other sessions.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/bytes.hpp"
#include "core/clock.hpp"
#include "core/result.hpp"
#include "sync/hub_core.hpp"
#include "sync/lane_scheduler.hpp"
#include "sync/messages.hpp"

namespace till::sync {

struct HubReply {
  std::vector<Bytes> frames;  // to send, in order
  bool stored = false;        // a new segment was taken
  std::vector<Feed> forks;    // incidents: these feeds forked
  std::string close_reason;   // not empty: send the frames, then close; a sentence for the log
};

class HubSession {
 public:
  // Tenant and device as the connection proved them.
  HubSession(HubCore& core, Id tenant, Id device);

  Result<HubReply> receive(ByteView frame, UtcTime now);
  // The next segments for this terminal, as far as its window is open. Empty before its WANT.
  Result<std::vector<Bytes>> serve();

  [[nodiscard]] const Id& tenant() const { return tenant_; }
  [[nodiscard]] const Id& device() const { return device_; }
  [[nodiscard]] const Cursor& acknowledged() const { return acknowledged_; }  // how far the terminal said it is
  [[nodiscard]] const std::string& program() const { return program_; }
  [[nodiscard]] std::int64_t clock_offset_ms() const { return clock_offset_ms_; }  // its clock less the hub's, at HELLO

 private:
  Status on(const Hello& hello, UtcTime now, HubReply& reply);
  Status on(const Have& have, UtcTime now, HubReply& reply);
  Status on(const Want& want, UtcTime now, HubReply& reply);
  Status on(const SegmentMessage& segment, UtcTime now, HubReply& reply);
  Status on(const Ack& ack, UtcTime now, HubReply& reply);
  Status confirm(const Cursor& cursor, UtcTime now);
  Result<std::vector<FeedHead>> heads_to_tell(const Hello& hello, const HubFloor& floor, Hello& answer);
  Status say_own_heads(std::vector<Bytes>& frames);
  Status serve_ranges(const std::vector<FeedRange>& ranges, std::vector<Bytes>& frames);
  Result<std::vector<HubSegment>> read_ahead(Lane lane);
  [[nodiscard]] bool is_of_terminals_incarnation(const Feed& feed) const;
  Result<bool> serve_lane(Lane lane, std::vector<Bytes>& frames);
  [[nodiscard]] std::size_t in_flight_bytes() const;

  struct Sent {
    std::uint64_t number;
    std::size_t bytes;
  };

  HubCore& core_;
  Id tenant_, device_;
  Incarnation incarnation_ = 0;
  std::uint64_t epoch_ = 0;
  // What the terminal wrote is not served to it: up to this number it was told the ends of its feeds and compared them,
  // behind it what came over this connection. Whatever else there is under its name came from another machine.
  std::uint64_t compared_until_ = 0;
  std::array<std::set<std::uint64_t>, kLanes> came_from_it_;
  std::array<std::uint64_t, kLanes> read_until_{};  // beyond the position lie only its own
  bool greeted_ = false, wanted_ = false;
  bool owes_end_ = false;  // a WANT has not been told yet where the end is
  std::vector<EpochAncestor> ancestors_;
  Cursor acknowledged_, position_;
  Cursor confirmed_;  // as the store has it
  std::int64_t confirmed_at_us_ = 0;
  std::array<std::vector<Sent>, kLanes> sent_;
  LaneScheduler scheduler_;
  std::int64_t now_ms_ = 0;  // during receive(); 0 otherwise
  std::string program_;
  std::int64_t clock_offset_ms_ = 0;
};

}  // namespace till::sync
