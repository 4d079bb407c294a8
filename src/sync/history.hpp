// Looking back into the log: the record that made a change, so that one can say what it replaced. Compaction may have
// taken it, and segments of an epoch whose key is not here cannot be opened: then there is no answer, which is no
// error. Pure but for the reader; the reader's thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/bytes.hpp"
#include "core/result.hpp"
#include "sync/record.hpp"
#include "sync/segment_keys.hpp"

namespace till::sync {

// The log as it lies on this terminal's disk; storage/log_reader implements it over any connection.
class LogReader {
 public:
  virtual ~LogReader() = default;
  // A record of an own feed that is in no segment yet.
  virtual Result<std::optional<Bytes>> uncut_body(const Feed& feed, std::uint64_t sequence) = 0;
  // The segments that contain it, own or received, one for each branch; at most a few.
  virtual Result<std::vector<Bytes>> segments_with(const Feed& feed, std::uint64_t sequence) = 0;
};

// The record of exactly this order: in a feed that forked, of the branch with its stamp.
Result<std::optional<Record>> find_record(LogReader& log, const SegmentKeys& keys, Lane lane, const Order& order);

// One change of one field and what it replaced.
struct FieldChange {
  Bytes value;
  std::vector<Order> replaces;
};
Result<std::optional<FieldChange>> find_change(LogReader& log, const SegmentKeys& keys, Lane lane, const Order& order,
                                               EntityNumber entity, const Id& row, FieldNumber field);

// What concurrent changes of a field started from.
struct Ancestor {
  bool is_known = false;
  std::optional<Bytes> value;  // empty although known: the field had never been set
};
// The last change that all of these came after. Follows each back through what it replaced, at most 32 changes far.
Result<Ancestor> common_ancestor(LogReader& log, const SegmentKeys& keys, Lane lane, EntityNumber entity, const Id& row,
                                 FieldNumber field, const std::vector<Order>& changes);

// Those of the changes that none of the others came after, as far as the log tells.
Result<std::vector<Order>> latest_of(LogReader& log, const SegmentKeys& keys, Lane lane, EntityNumber entity,
                                     const Id& row, FieldNumber field, std::vector<Order> changes);

}  // namespace till::sync
