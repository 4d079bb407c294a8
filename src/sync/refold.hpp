// Folding again: from the log alone, what the tables must hold. The records go one after the other into a scratch
// store, merged by the same rules as when they came, so that a table that has gone wrong can be told from one that is
// right.
//
// Exactly what counts here is folded: a record that is parked and a change that was set aside are left out, a change
// that two branches of a fork carry counts once. The scratch store's tables are then to be equal to the real ones. When
// the log does not reach back to a feed's first record (a snapshot stands for what is missing), or is damaged, the lane
// says so, and what to do about a difference is decided with that in mind (heal.hpp).
//
// Bounded in memory by the number of feeds and of parked records, whatever the log is long. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/bytes.hpp"
#include "core/result.hpp"
#include "sync/segment_keys.hpp"
#include "sync/store.hpp"

namespace till::sync {

// A stored segment with its place in the log.
struct LogSegment {
  std::int64_t number = 0;
  Feed feed;
  std::uint64_t first = 0, last = 0;
  RecordHash previous_hash{}, last_hash{};
  std::uint32_t branch = 0;
  Bytes bytes;
};

struct UncutRecord {
  std::uint64_t sequence = 0;
  RecordHash hash{};
  Bytes body;
};

// The log as it lies on this terminal's disk; storage/refold_log implements it over any connection. It only grows, so
// that it may be read in pieces while the terminal works.
class FoldLog {
 public:
  virtual ~FoldLog() = default;
  // Own and received, in the order in which they were stored.
  virtual Result<std::vector<LogSegment>> segments_after(std::int64_t number, const std::set<Lane>& lanes,
                                                         std::size_t max) = 0;
  virtual Result<std::vector<UncutRecord>> uncut_after(const Feed& feed, std::uint64_t sequence, std::size_t max) = 0;
  virtual Result<std::vector<FeedHead>> heads() = 0;  // the end of every branch; the own ones are branch 0
  virtual Result<std::uint64_t> floor(const Feed& feed) = 0;
  virtual Result<std::vector<Parked>> parked_at(const Feed& feed, std::uint64_t sequence) = 0;  // with bytes
  virtual Result<bool> is_set_aside(EntityNumber entity, const Order& order) = 0;
  virtual Result<std::uint64_t> set_aside_mark() = 0;  // differs when anything was set aside or taken up
};

enum class LogState : std::uint8_t {
  whole,        // every record that counts here was folded
  begins_late,  // records below a floor are in the data, and not in the log
  broken,       // a segment is missing or cannot be read
};

class Refold {
 public:
  // `scratch` is empty, knows no device of its own, and outlives this. Only these entities are folded. `amendments`
  // rank the changes; where the critical lane is folded, the log has the last word on them (conclude).
  Refold(Store& scratch, const SegmentKeys& keys, std::set<EntityNumber> entities, std::vector<Amendment> amendments);

  // Folds about `max_ops` changes more; true: call again.
  Result<bool> advance(FoldLog& log, std::size_t max_ops);
  // Once advance() said that there is no more, in the same state of the log: what the fold is worth. An error of kind
  // retry: what counts here has changed meanwhile (a parked record was taken in, a feed forked); fold anew.
  Status conclude(FoldLog& log);
  // After conclude().
  [[nodiscard]] LogState state_of(Lane lane) const;
  [[nodiscard]] const std::string& why_broken() const { return why_broken_; }  // for support
  [[nodiscard]] bool is_below_floor(Lane lane, const Order& order) const;
  [[nodiscard]] std::uint64_t records() const { return records_; }

 private:
  struct End {
    std::uint64_t sequence = 0;
    RecordHash hash{};
  };
  using Branch = std::pair<Feed, std::uint32_t>;

  Status look_at_feeds(FoldLog& log);
  Status fold_segment(FoldLog& log, const LogSegment& segment);
  Result<bool> fold_uncut(FoldLog& log, std::size_t max_ops);
  // Where the branch continues; false: what is between is missing.
  Result<bool> continues(FoldLog& log, const Branch& branch, std::uint64_t first, const RecordHash* previous);
  Status fold_record(FoldLog& log, const Feed& feed, std::uint64_t sequence, ByteView body, ByteView segment);
  Result<bool> is_parked(FoldLog& log, const Feed& feed, std::uint64_t sequence, ByteView body, ByteView segment);
  Status fold_op(FoldLog& log, const Record& record, const Op& op);
  Status compare_amendments();
  void broken(Lane lane, std::string why);

  Store& scratch_;
  const SegmentKeys& keys_;
  const std::set<EntityNumber> entities_;
  const std::vector<Amendment> amendments_;
  std::set<Lane> lanes_;
  bool has_looked_ = false;
  std::int64_t after_ = 0;  // the last segment that was folded
  std::map<Branch, End> reached_;
  std::set<Feed> forked_;
  std::map<Feed, std::uint64_t> floors_;
  std::set<Lane> late_, broken_;
  std::string why_broken_;
  // Records that were parked, with their bodies where the feed forked.
  std::map<std::pair<Feed, std::uint64_t>, std::set<Bytes>> left_out_;
  std::uint64_t set_aside_mark_ = 0;
  std::uint64_t records_ = 0;
  std::size_t ops_ = 0;  // of this call
};

}  // namespace till::sync
