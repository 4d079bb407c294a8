// sync::Store in memory, for the simulator and for tests of the engine: rows and documents as fields, stock as the sum
// of the moves. Transactions are an undo list. Copying one copies the disk.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "sync/store.hpp"

namespace till::sim {

using sync::Feed;

// The entities that simulated terminals know.
constexpr sync::EntityNumber kProduct = 1, kSale = 20, kMove = 21;

using RowKey = std::pair<sync::EntityNumber, Id>;

struct HeldSegment {
  std::uint64_t first = 0, last = 0;
  sync::RecordHash previous_hash{}, last_hash{};
  Bytes bytes;
};

struct DiskState {
  sync::SelfState self;
  std::vector<sync::OwnFeed> own;
  std::map<Feed, std::vector<std::pair<sync::RecordBytes, std::int64_t>>> uncut;  // with the time of each
  std::map<Feed, std::vector<HeldSegment>> own_segments, received;
  std::map<Feed, std::vector<sync::FeedHead>> heads;  // of received ones
  sync::Cursor cursor;
  std::map<RowKey, sync::RowState> rows;
  std::map<RowKey, FieldMap> documents;
  std::map<Id, std::int64_t> stock_milli;
  std::map<std::int64_t, sync::Parked> parked;
  std::int64_t next_parked = 1;
  std::set<Id> ops;
};

class MemoryStore final : public sync::Store {
 public:
  MemoryStore(const Id& device, sync::Incarnation incarnation);

  void begin();
  void commit();
  void roll_back();
  const DiskState& disk() const { return disk_; }
  void replace_disk(DiskState disk) { disk_ = std::move(disk); }

  Result<sync::SelfState> self() override { return disk_.self; }
  Status set_incarnation(sync::Incarnation incarnation) override;
  Status observe(sync::Stamp stamp) override;
  Status set_clock_offset_ms(std::int64_t offset_ms) override;
  Result<std::vector<sync::OwnFeed>> own_feeds() override { return disk_.own; }
  Result<std::optional<sync::OwnFeed>> own_feed(const Feed& feed) override;
  Status append_own(const sync::Record& record, const Bytes& body, const sync::RecordHash& hash) override;
  Result<std::vector<sync::RecordBytes>> uncut(const Feed& feed) override;
  Result<std::vector<Bytes>> uncut_bodies(const Feed& feed) override;
  Status store_own_segment(const sync::OwnSegment& segment) override;
  Result<std::optional<sync::OwnSegment>> own_segment(const Feed& feed, std::uint64_t sequence) override;
  Status set_acked(const Feed& feed, std::uint64_t sequence) override;
  Result<std::optional<std::int64_t>> oldest_waiting_ms() override;
  Result<std::vector<sync::FeedHead>> heads(const Feed& feed) override;
  Result<bool> has_end(const Feed& feed, std::uint64_t sequence, const sync::RecordHash& hash) override;
  Result<bool> has_segment(const Feed& feed, std::uint64_t first, std::uint64_t last,
                           const sync::RecordHash& last_hash) override;
  Status store_received(const sync::ReceivedSegment& segment) override;
  Result<std::vector<Bytes>> segments_of(const Feed& feed, std::uint64_t from) override;
  Result<sync::Cursor> cursor() override { return disk_.cursor; }
  Status set_cursor(const sync::Cursor& cursor) override;
  bool knows_entity(sync::EntityNumber entity) override;
  Result<sync::RowState> load_row(sync::EntityNumber entity, const Id& row) override;
  Status save_row(sync::EntityNumber entity, const Id& row, const sync::RowState& state,
                  const sync::MergeOutcome& outcome) override;
  Result<bool> add_document(sync::EntityNumber entity, const Id& row, const FieldMap& fields) override;
  Result<std::uint64_t> conflict_count() override;
  Result<bool> remember_op(const Id& op_id) override;
  Status park(const sync::Parked& parked) override;
  Status unpark(std::int64_t number) override;
  Result<std::uint64_t> parked_count() override { return disk_.parked.size(); }
  Result<std::vector<sync::Parked>> parked(sync::ParkedReason reason, std::size_t max) override;
  Result<bool> is_parked(const Feed& feed, std::uint64_t sequence) override;
  Status savepoint() override;
  Status release_savepoint() override { return {}; }
  Status roll_back_to_savepoint() override;

 private:
  template <class T>
  void remember(T& place);  // for the undo list
  template <class Map>
  typename Map::mapped_type& slot(Map& map, const typename Map::key_type& key);
  sync::OwnFeed* find_own(const Feed& feed);

  DiskState disk_;
  std::vector<std::function<void()>> undo_;
  std::size_t savepoint_ = 0;
  bool open_ = false;
};

}  // namespace till::sim
