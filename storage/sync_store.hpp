// sync::Store over the shop's database, within one write transaction; on a reader's connection only for what does not
// write. Cheap to make: one for each job.
//
//   database.write([&](Transaction& tx) { SyncStore store(tx); return engine.step(store, event, now); }, background)
#pragma once

#include "storage/connection.hpp"
#include "storage/sync_origins.hpp"
#include "storage/sync_wanted.hpp"
#include "sync/store.hpp"

namespace till::storage {

class SyncStore : public sync::Store {
 public:
  explicit SyncStore(Connection& conn) : tx_(conn), origins_(conn), wanted_(conn) {}

  Result<sync::SelfState> self() override;
  Status set_incarnation(sync::Incarnation incarnation) override;
  Status observe(sync::Stamp stamp) override;
  Status set_last_stamp(sync::Stamp stamp) override;
  Status set_clock_offset_ms(std::int64_t offset_ms) override;

  Result<std::vector<sync::OwnFeed>> own_feeds() override;
  Result<std::optional<sync::OwnFeed>> own_feed(const sync::Feed& feed) override;
  Result<std::vector<sync::OwnFeed>> own_feeds_at(sync::LinkNumber link) override;
  Result<std::optional<sync::OwnFeed>> own_feed_at(sync::LinkNumber link, const sync::Feed& feed) override;
  Status append_own(const sync::Record& record, const Bytes& body, const sync::RecordHash& hash) override;
  Result<std::vector<sync::RecordBytes>> uncut(const sync::Feed& feed, std::size_t max_records) override;
  Result<std::vector<Bytes>> uncut_bodies(const sync::Feed& feed) override;
  Status store_own_segment(const sync::OwnSegment& segment) override;
  Result<std::optional<sync::OwnSegment>> own_segment(const sync::Feed& feed, std::uint64_t sequence) override;
  Status set_acked(sync::LinkNumber link, const sync::Feed& feed, std::uint64_t sequence) override;
  Result<std::optional<std::int64_t>> oldest_waiting_ms() override;

  Result<std::vector<sync::FeedHead>> heads(const sync::Feed& feed) override;
  Result<bool> has_end(const sync::Feed& feed, std::uint64_t sequence, const sync::RecordHash& hash) override;
  Result<bool> has_segment(const sync::Feed& feed, std::uint64_t first, std::uint64_t last,
                           const sync::RecordHash& last_hash) override;
  Status store_received(const sync::ReceivedSegment& segment) override;
  Result<std::vector<Bytes>> segments_of(const sync::Feed& feed, std::uint64_t from) override;
  Result<std::vector<sync::SegmentInfo>> segments_after(std::int64_t number, std::size_t max) override;
  Result<std::vector<sync::SegmentInfo>> segments_behind(const sync::Feed& feed, std::uint64_t sequence,
                                                         std::size_t max) override;
  Result<std::vector<sync::SegmentInfo>> own_segments_behind(const sync::Feed& feed, std::uint64_t sequence,
                                                             std::size_t max) override;
  Result<Bytes> segment_bytes(std::int64_t number) override;
  Result<sync::Cursor> cursor(sync::LinkNumber link) override;
  Status set_cursor(sync::LinkNumber link, const sync::Cursor& cursor) override;
  Status rewind_cursors() override;

  bool knows_entity(sync::EntityNumber entity) override;
  std::optional<sync::Lane> lane_of(sync::EntityNumber entity) override;
  bool keeps_all(sync::EntityNumber entity) override;
  Result<bool> wants(sync::EntityNumber entity, const Id& author) override;
  Status set_aside(const sync::Record& record) override;
  Result<std::vector<sync::Record>> take_up(std::size_t max) override;
  Result<std::int64_t> set_aside_mark() override;
  Status forget_set_aside(const sync::FeedRange& records, std::int64_t mark) override;
  Result<sync::RowState> load_row(sync::EntityNumber entity, const Id& row) override;
  Status save_row(sync::EntityNumber entity, const Id& row, const sync::RowState& state,
                  const sync::MergeOutcome& outcome) override;
  Result<std::vector<RowName>> rows_changed_by(const sync::Feed& feed) override;
  Result<bool> add_document(sync::EntityNumber entity, const Id& row, const FieldMap& fields) override;
  Result<std::uint64_t> conflict_count() override;
  Result<std::vector<sync::Amendment>> amendments() override;
  Result<bool> remember_op(const Id& op_id) override;

  Result<std::array<std::uint64_t, sync::kLanes>> lane_hashes() override;
  Result<std::vector<sync::TableDigest>> digests() override;
  Result<std::vector<sync::FeedPosition>> positions() override;
  Result<std::vector<sync::DeviceProgress>> progress() override;

  Status raise_head(const sync::FeedHead& head) override;
  Result<std::uint64_t> floor(const sync::Feed& feed) override;
  Result<std::optional<Bytes>> note(std::string_view name) override;
  Status set_note(std::string_view name, const Bytes& value) override;
  Status clear_note(std::string_view name) override;

  Status park(const sync::Parked& parked) override;
  Status unpark(std::int64_t number) override;
  Result<std::uint64_t> parked_count() override;
  Result<std::vector<sync::Parked>> parked(sync::ParkedReason reason, std::size_t max,
                                           const sync::ParkedPlace& after) override;
  Result<std::vector<sync::Parked>> parked_ranges() override;
  Result<bool> is_parked(const sync::Feed& feed, std::uint64_t sequence) override;

  Status savepoint() override;
  Status release_savepoint() override;
  Status roll_back_to_savepoint() override;

 private:
  Result<bool> continues(const sync::FeedHead& head, const std::vector<sync::FeedHead>& known);
  Result<std::uint64_t> digest_row(sync::EntityNumber entity, const Id& row, const sync::RowState& state);

  struct LoadedRow {
    sync::EntityNumber entity = 0;
    Id row;
    std::optional<std::uint64_t> hash;  // none: it is not replicated yet
  };
  Connection& tx_;
  SyncOrigins origins_;
  SyncWanted wanted_;
  LoadedRow loaded_;
};

}  // namespace till::storage
