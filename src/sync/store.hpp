// The durable state of one terminal's log, as the engine sees it, within one open transaction: cursor and data move
// together or not at all. The transaction belongs to the caller of Engine::step. storage/sync_store implements it over
// SQLite, MemoryStore (tests/sim) in memory. One thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"
#include "core/clock.hpp"
#include "core/id.hpp"
#include "core/result.hpp"
#include "sync/link.hpp"
#include "sync/merge.hpp"
#include "sync/messages.hpp"
#include "sync/progress.hpp"
#include "sync/record.hpp"
#include "sync/segment.hpp"

namespace till::sync {

struct SelfState {
  Id device;
  Incarnation incarnation = 0;
  Stamp last_stamp;                  // the largest own or merged one
  std::int64_t clock_offset_ms = 0;  // trusted time less this machine's clock, as the hub last showed
};

// One of this device's own feeds. waiting = head - acked.
struct OwnFeed {
  Feed feed;
  std::uint64_t head = 0;  // last record
  RecordHash head_hash{};
  std::uint64_t cut = 0;  // last record that is in a segment
  RecordHash cut_hash{};
  std::uint64_t acked = 0;  // last record that another party holds durably; of own_feeds_at: that this peer holds
};

struct OwnSegment {
  Feed feed;
  std::uint64_t first = 0, last = 0;
  RecordHash previous_hash{}, last_hash{};
  Bytes bytes;
};

// A segment that is held, own or another's.
struct SegmentInfo {
  std::int64_t number = 0;  // grows in the order in which they were stored here
  Feed feed;
  std::uint64_t first = 0, last = 0;
  RecordHash last_hash{};
  bool own = false;
};

struct ReceivedSegment {
  Feed feed;
  std::uint64_t first = 0, last = 0;
  RecordHash previous_hash{}, last_hash{};
  std::uint32_t branch = 0;
  std::int64_t first_ms = 0;  // of its first stamp
  ByteView bytes;
};

// Part of the stored format.
enum class ParkedReason : std::uint8_t {
  missing_dependency = 1,
  future_stamp = 2,
  unknown_key = 3,     // a whole segment
  unknown_device = 4,  // a whole segment
  newer_program = 5,
  invalid = 6,  // for good
  failed = 7,   // the data could not take it
};
std::string_view sentence(ParkedReason reason);

struct Parked {
  std::int64_t number = 0;  // given by the store
  Feed feed;
  std::uint64_t first = 0, last = 0;
  ParkedReason reason = ParkedReason::invalid;
  std::string cause;            // for support
  std::int64_t due_ms = 0;      // future_stamp: when it may be merged
  std::uint32_t key_epoch = 0;  // unknown_key
  bool whole_segment = false;   // bytes are a segment, otherwise a record's body
  Bytes bytes;
  std::int64_t since_ms = 0;
};

// A place among what is parked for one reason: by due time, then in the order of arrival. The first one is before all.
struct ParkedPlace {
  std::int64_t due_ms = INT64_MIN;
  std::int64_t number = 0;
};

// The note of the last snapshot that was taken in or made here (bootstrap.hpp).
constexpr std::string_view kTakenSnapshotNote = "snapshot.taken";
// The note of how far the hub's cursor was before it was rewound: all of that is in the data, but for what was lost of
// the own feeds.
constexpr std::string_view kRewoundNote = "cursor.rewound";

class Store {
 public:
  virtual ~Store() = default;

  virtual Result<SelfState> self() = 0;
  virtual Status set_incarnation(Incarnation incarnation) = 0;
  virtual Status observe(Stamp stamp) = 0;  // raises last_stamp
  // After an amendment of the own log, and only with a new incarnation: a feed's stamps never fall.
  virtual Status set_last_stamp(Stamp stamp) = 0;
  virtual Status set_clock_offset_ms(std::int64_t offset_ms) = 0;

  // The own log: the feeds of every incarnation that was written here, oldest first.
  virtual Result<std::vector<OwnFeed>> own_feeds() = 0;
  virtual Result<std::optional<OwnFeed>> own_feed(const Feed& feed) = 0;
  virtual Result<std::vector<OwnFeed>> own_feeds_at(LinkNumber link) = 0;
  virtual Result<std::optional<OwnFeed>> own_feed_at(LinkNumber link, const Feed& feed) = 0;
  virtual Status append_own(const Record& record, const Bytes& body, const RecordHash& hash) = 0;
  // From the first uncut one on, as many as fit the bounds of a segment and `max_records`; at least one if there is
  // one.
  virtual Result<std::vector<RecordBytes>> uncut(const Feed& feed, std::size_t max_records) = 0;
  virtual Result<std::vector<Bytes>> uncut_bodies(const Feed& feed) = 0;  // of all of them
  virtual Status store_own_segment(const OwnSegment& segment) = 0;
  // The segment that contains this record; empty when it is not cut.
  virtual Result<std::optional<OwnSegment>> own_segment(const Feed& feed, std::uint64_t sequence) = 0;
  // What the peer on this link holds: up or, when it has lost what it had, down. The feed's own `acked` is the most
  // that any party but the carriers holds.
  virtual Status set_acked(LinkNumber link, const Feed& feed, std::uint64_t sequence) = 0;
  // When the oldest record that waits was made.
  virtual Result<std::optional<std::int64_t>> oldest_waiting_ms() = 0;

  // The log of everybody, own segments included. `has_end`: is a record with this hash the end of a segment, or, in an
  // own feed, its present head?
  virtual Result<std::vector<FeedHead>> heads(const Feed& feed) = 0;
  virtual Result<bool> has_end(const Feed& feed, std::uint64_t sequence, const RecordHash& hash) = 0;
  virtual Result<bool> has_segment(const Feed& feed, std::uint64_t first, std::uint64_t last,
                                   const RecordHash& last_hash) = 0;
  virtual Status store_received(const ReceivedSegment& segment) = 0;
  virtual Result<std::vector<Bytes>> segments_of(const Feed& feed, std::uint64_t from) = 0;
  // At most `max`: of all, by number; of one feed those that end behind `sequence`, by last, of all its branches or
  // only the own ones.
  virtual Result<std::vector<SegmentInfo>> segments_after(std::int64_t number, std::size_t max) = 0;
  virtual Result<std::vector<SegmentInfo>> segments_behind(const Feed& feed, std::uint64_t sequence,
                                                           std::size_t max) = 0;
  virtual Result<std::vector<SegmentInfo>> own_segments_behind(const Feed& feed, std::uint64_t sequence,
                                                               std::size_t max) = 0;
  virtual Result<Bytes> segment_bytes(std::int64_t number) = 0;
  virtual Result<Cursor> cursor(LinkNumber link) = 0;
  virtual Status set_cursor(LinkNumber link, const Cursor& cursor) = 0;
  // What the hubs took for our own until now may be another's: everything is asked for again, whatever snapshot was
  // taken in (kTakenSnapshotNote is cleared, kRewoundNote is set).
  virtual Status rewind_cursors() = 0;

  // The data.
  virtual bool knows_entity(EntityNumber entity) = 0;
  virtual std::optional<Lane> lane_of(EntityNumber entity) = 0;  // empty for an unknown one
  // False where a part is left out by choice (selective sync).
  virtual bool keeps_all(EntityNumber entity) = 0;
  // Selective sync: is a change of this entity by that device folded here? What is not is set aside, and given back, in
  // the order of stamps, when it is wanted after all.
  virtual Result<bool> wants(EntityNumber entity, const Id& author) = 0;
  virtual Status set_aside(const Record& record) = 0;
  virtual Result<std::vector<Record>> take_up(std::size_t max) = 0;
  // The number of the last one that was set aside; what follows gets higher ones.
  virtual Result<std::int64_t> set_aside_mark() = 0;
  // Of records whose outcome a snapshot has brought; up to `mark`.
  virtual Status forget_set_aside(const FeedRange& records, std::int64_t mark) = 0;
  virtual Result<RowState> load_row(EntityNumber entity, const Id& row) = 0;
  virtual Status save_row(EntityNumber entity, const Id& row, const RowState& state, const MergeOutcome& outcome) = 0;
  // The rows of which a candidate comes from this feed. Reads all rows of its lane: for what the log does not say.
  struct RowName {
    EntityNumber entity = 0;
    Id row;
  };
  virtual Result<std::vector<RowName>> rows_changed_by(const Feed& feed) = 0;
  // False when it was there already.
  virtual Result<bool> add_document(EntityNumber entity, const Id& row, const FieldMap& fields) = 0;
  virtual Result<std::uint64_t> conflict_count() = 0;
  virtual Result<std::vector<Amendment>> amendments() = 0;

  // Only used for feeds that forked: a change that both branches carry counts once.
  virtual Result<bool> remember_op(const Id& op_id) = 0;  // false when it was known

  // What all of this adds up to (digest.hpp, progress.hpp).
  virtual Result<std::array<std::uint64_t, kLanes>> lane_hashes() = 0;
  virtual Result<std::vector<TableDigest>> digests() = 0;
  virtual Result<std::vector<FeedPosition>> positions() = 0;
  virtual Result<std::vector<DeviceProgress>> progress() = 0;

  // A snapshot says that everything up to this record is in the data, though its segments are not in the log: they
  // count as held when they come (`floor`). A head that is further here stays.
  virtual Status raise_head(const FeedHead& head) = 0;
  virtual Result<std::uint64_t> floor(const Feed& feed) = 0;

  // Small durable things of the engine's own, by name.
  virtual Result<std::optional<Bytes>> note(std::string_view name) = 0;
  virtual Status set_note(std::string_view name, const Bytes& value) = 0;
  virtual Status clear_note(std::string_view name) = 0;

  virtual Status park(const Parked& parked) = 0;
  virtual Status unpark(std::int64_t number) = 0;
  virtual Result<std::uint64_t> parked_count() = 0;
  // Those behind `after`, in order.
  virtual Result<std::vector<Parked>> parked(ParkedReason reason, std::size_t max, const ParkedPlace& after = {}) = 0;
  virtual Result<std::vector<Parked>> parked_ranges() = 0;  // all of them, without bytes
  virtual Result<bool> is_parked(const Feed& feed, std::uint64_t sequence) = 0;

  // Undoes what was done since, without ending the transaction: a record that fails half-way leaves nothing behind.
  virtual Status savepoint() = 0;
  virtual Status release_savepoint() = 0;
  virtual Status roll_back_to_savepoint() = 0;
};

}  // namespace till::sync
