// Two states of a row, each with what its side had seen, become the state that has seen both: a candidate stays if both
// have it, or if the other side never saw it; one that the other side saw and does not have any more was replaced
// there. Joining is what merging one change after the other would have given; it is commutative, associative and
// idempotent. Pure; any thread.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "sync/merge.hpp"
#include "sync/progress.hpp"

namespace till::sync {

// What one side has applied: the records of each feed up to a position, less what is parked.
class SeenRecords {
 public:
  void add(const Feed& feed, std::uint64_t sequence);
  void leave_out(const Feed& feed, std::uint64_t first, std::uint64_t last);
  [[nodiscard]] bool has(const Feed& feed, std::uint64_t sequence) const;
  [[nodiscard]] bool has(Lane lane, const Order& order) const {
    return has({order.device, order.incarnation, lane}, order.sequence);
  }

  struct Range {
    Feed feed;
    std::uint64_t first = 0, last = 0;
    template <class Archive>
    void serialize(Archive& archive) {
      archive(feed, first, last);
    }
  };
  [[nodiscard]] std::vector<FeedPosition> positions() const;
  [[nodiscard]] const std::vector<Range>& left_out() const { return left_out_; }
  // Of what was left out only the part that is among these still is: the rest was applied since.
  void left_out_is_now(const std::vector<Range>& parked);

 private:
  std::map<Feed, std::uint64_t> last_;
  std::vector<Range> left_out_;
};

// `here` becomes the join; the outcome says what changed in it.
MergeOutcome join(RowState& here, const SeenRecords& seen_here, const RowState& there, const SeenRecords& seen_there,
                  Lane lane, const Ranking& ranking);

}  // namespace till::sync
