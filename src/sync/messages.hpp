// The five messages of the sync protocol, as binary frames over any transport. A frame is
//   'T' 'S' version(u8) kind(u8) body      (body: core/wire.hpp's encoding of the struct below)
// Foreign bytes: bounded by kMaxMessageBytes and by the input's own size, corrupt for anything malformed.
//
// Conversation of a terminal (T) with a hub (H):
//   T HELLO, H HELLO, H HAVE (the heads of T's own feeds), T WANT(cursor); then, at any time and in both directions,
//   SEGMENT and ACK. T pushes its segments, H acknowledges each once it is durable. H serves the segments of others in
//   lane priority behind the cursor; T acknowledges with its cursor once they are durable, which opens H's window
//   again. A WANT sent again rewinds H to the cursor in it: that is how lost frames are repaired.
//   Behind H's floor a WANT may only name ranges: H sends what it still has of them, and an ACK when that was all.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/bytes.hpp"
#include "core/id.hpp"
#include "core/result.hpp"
#include "sync/record.hpp"
#include "sync/segment.hpp"

namespace till::sync {

constexpr std::uint8_t kProtocolVersion = 1;
constexpr std::size_t kMaxMessageBytes = kMaxSegmentBytes + 1024;
constexpr std::size_t kWindowBytes = 1024 * 1024;  // sent and not yet acknowledged, each way
constexpr std::size_t kMaxHeadsPerMessage = 512;
constexpr std::size_t kMaxEpochAncestors = 16;

// How far a terminal has come in the hub's sequence of one tenant: everything up to that position of each lane is
// durable. Positions of another epoch (a hub restored from a backup has a new one) mean nothing; start at zero.
struct Cursor {
  std::uint64_t epoch = 0;
  std::array<std::uint64_t, kLanes> after{};

  auto operator<=>(const Cursor&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(epoch, after);
  }
};

// An earlier epoch of a hub, in which the numbers up to `until` were the same (epochs.hpp).
struct EpochAncestor {
  std::uint64_t epoch = 0, until = 0;

  auto operator<=>(const EpochAncestor&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(epoch, until);
  }
};

struct Hello {
  std::uint8_t version = kProtocolVersion;
  Id tenant;
  Id device;                    // nil from a hub
  Incarnation incarnation = 0;  // the hub does not serve back this incarnation's own segments
  Cursor cursor;                // from a hub: its epoch and newest position
  // From a terminal: not zero asks for the heads of all feeds, not only its own, should it be behind the floor. From a
  // hub that tells them: their digest (all_heads.hpp).
  RecordHash all_heads{};
  std::int64_t time_ms = 0;     // the sender's clock
  std::string program;          // name and version, for the device list
  // From a hub: positions up to here are not served any more, a snapshot stands for them.
  std::array<std::uint64_t, kLanes> floor{};
  Id floor_snapshot;                     // from a hub: who has taken this one in is past the floor; nil without one
  std::vector<EpochAncestor> ancestors;  // from a hub, the latest kMaxEpochAncestors

  template <class Archive>
  void serialize(Archive& archive) {
    archive(version, tenant, device, incarnation, cursor, all_heads, time_ms, program, floor, floor_snapshot,
            ancestors);
  }
};

struct FeedHead {
  Feed feed;
  std::uint64_t sequence = 0;
  RecordHash hash{};
  std::uint32_t branch = 0;  // 0: the first one seen; others come from a fork

  auto operator<=>(const FeedHead&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(feed, sequence, hash, branch);
  }
};

struct Have {
  std::vector<FeedHead> heads;
  bool more = false;  // another HAVE follows

  template <class Archive>
  void serialize(Archive& archive) {
    archive(heads, more);
  }
};

struct FeedRange {
  Feed feed;
  std::uint64_t first = 1;
  std::uint64_t last = 0;  // 0: as far as there is

  template <class Archive>
  void serialize(Archive& archive) {
    archive(feed, first, last);
  }
};

struct Want {
  Cursor after;                   // serve behind this, and go on serving what comes
  std::vector<FeedRange> ranges;  // and these, whatever the cursor says

  template <class Archive>
  void serialize(Archive& archive) {
    archive(after, ranges);
  }
};

struct SegmentMessage {
  std::uint64_t epoch = 0;     // of the hub; 0 from the author
  std::uint64_t sequence = 0;  // the hub's, 0 from the author
  std::uint64_t after = 0;     // there is nothing for this receiver in the lane between `after` and `sequence`
  Bytes bytes;                 // the segment

  template <class Archive>
  void serialize(Archive& archive) {
    archive(epoch, sequence, after, bytes);
  }
};

// Part of the format.
enum class Outcome : std::uint8_t {
  stored = 0,
  duplicate = 1,
  gap = 2,  // records before it are missing: `head` says how far the receiver is
  malformed = 3,
  too_large = 4,
  wrong_tenant = 5,
  unknown_device = 6,
  revoked = 7,
  bad_signature = 8,
  busy = 9,  // the receiver cannot store at the moment; try again later
};
constexpr bool is_durable(Outcome outcome) {
  return outcome == Outcome::stored || outcome == Outcome::duplicate;
}
// For a person: "the hub does not know this terminal", empty when durable.
std::string_view sentence(Outcome outcome);

struct AckItem {
  Feed feed;
  std::uint64_t first = 0, last = 0;
  RecordHash last_hash{};
  Outcome outcome = Outcome::stored;
  std::uint64_t head = 0;  // the receiver's last sequence of this feed

  template <class Archive>
  void serialize(Archive& archive) {
    archive(feed, first, last, last_hash, outcome, head);
  }
};

struct Ack {
  std::vector<AckItem> items;  // for segments received from their author; durable unless the outcome says otherwise
  // From a terminal: durable up to here. From a hub: there is nothing behind this for the terminal at the moment, once
  // in answer to each WANT; all zero otherwise.
  Cursor cursor;
  std::int64_t time_ms = 0;  // the sender's clock; 0: not said
  // From a hub, with such a cursor: between it and these positions there is nothing but the terminal's own.
  std::array<std::uint64_t, kLanes> until{};

  template <class Archive>
  void serialize(Archive& archive) {
    archive(items, cursor, time_ms, until);
  }
};

using Message = std::variant<Hello, Have, Want, SegmentMessage, Ack>;

Bytes encode_message(const Message& message);
Result<Message> decode_message(ByteView frame);

}  // namespace till::sync
