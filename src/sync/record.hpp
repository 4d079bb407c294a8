// What is replicated: records. A record is what one local transaction changed in one lane; it is applied whole or not
// at all. A feed is the append-only chain of the records of one device's incarnation in one lane, numbered from 1.
//
// The bytes of a record's body are docs/SYNC.md, "Record"; the chain is
//   hash(n) = SHA-256("till record 1" || feed || n || hash(n-1) || body)      hash(0) is 32 zero bytes
//
// Decoders take foreign bytes: bounded, and an Error of kind corrupt for anything malformed. Pure; any thread.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"
#include "core/fields.hpp"
#include "core/id.hpp"
#include "core/result.hpp"
#include "sync/stamp.hpp"

namespace till::sync {

// Part of the formats; the smaller number goes first.
enum class Lane : std::uint8_t { critical = 0, high = 1, normal = 2, low = 3 };
constexpr std::size_t kLanes = 4;
constexpr std::array<Lane, kLanes> kAllLanes = {Lane::critical, Lane::high, Lane::normal, Lane::low};
constexpr std::size_t index(Lane lane) {
  return static_cast<std::size_t>(lane);
}
std::string_view to_string(Lane lane);

// A device starts a new incarnation (a random number) whenever it cannot prove that it continues its own past.
using Incarnation = std::uint64_t;

struct Feed {
  Id device;
  Incarnation incarnation = 0;
  Lane lane = Lane::critical;

  auto operator<=>(const Feed&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(device, incarnation, lane);
  }
};

using RecordHash = std::array<std::uint8_t, 32>;

// A record that must have been applied before another one.
struct Dependency {
  Feed feed;
  std::uint64_t sequence = 0;
  auto operator<=>(const Dependency&) const = default;
};

using EntityNumber = std::uint16_t;

enum class OpKind : std::uint8_t {
  set = 0,  // fields of a row; the last writer of each field wins
  add = 1,  // an immutable document; the same id again is the same document
};

struct Op {
  OpKind kind = OpKind::set;
  EntityNumber entity = 0;
  Id row;
  FieldMap fields;
  // set: for each field the changes that this one replaces: the one its author saw, all candidates when it settles a
  // conflict, none when the field had never been set.
  std::map<FieldNumber, std::vector<Order>> replaces;

  bool operator==(const Op&) const = default;
};

constexpr std::uint32_t kSchema = 1;  // of what this program writes
constexpr std::size_t kMaxOpsPerRecord = 256;
constexpr std::size_t kMaxRecordBytes = 512 * 1024;
constexpr std::size_t kMaxFieldsPerOp = 256;
constexpr std::size_t kMaxDependencies = 16;

struct Record {
  // Where it stands; not in the body, since the segment says it.
  Feed feed;
  std::uint64_t sequence = 0;
  // The body.
  Stamp stamp;
  Id op_id;
  std::uint32_t schema = kSchema;
  std::uint32_t min_reader = 1;  // a program of a lower schema keeps and forwards the record but does not apply it
  std::vector<Dependency>
      needs;            // in other feeds; an earlier record of the same feed, or one it replaces, needs no mention
  std::vector<Op> ops;  // at most one for each row

  [[nodiscard]] Order order() const { return {stamp, feed.device, feed.incarnation, sequence}; }
  bool operator==(const Record&) const = default;
};

// Invalid when a bound is broken.
Result<Bytes> encode_body(const Record& record);
// Of a record that asks for a newer reader than kSchema only what stands before the dependencies is read.
Result<Record> decode_body(const Feed& feed, std::uint64_t sequence, ByteView body);
RecordHash chain_hash(const Feed& feed, std::uint64_t sequence, const RecordHash& previous, ByteView body);

}  // namespace till::sync
