// The blind hub's rules, without sockets, files, clocks or threads: which segments it takes, what number they get, what
// it serves to whom. It needs no content keys.
//
// HubStore is the hub's durable log (storage/hub_store over SQLite; MemoryHubStore for tests). Every HubStore and
// HubCore call that may write runs inside a transaction which the caller begins and commits (HubDirectory's begin and
// commit); several calls may share one. Nothing that a call returned may be told to anybody before that commit has
// succeeded. Numbers are assigned by one thread, in commit order, so a reader never skips one.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/bytes.hpp"
#include "core/id.hpp"
#include "core/result.hpp"
#include "sync/messages.hpp"
#include "sync/record.hpp"
#include "sync/segment.hpp"

namespace till::sync {

struct HubSigner {
  Bytes public_key;  // Ed25519, 32 bytes
  bool revoked = false;
};

// One segment to be stored.
struct HubAppend {
  Id tenant;
  Feed feed;
  std::uint64_t first_sequence = 0, last_sequence = 0;
  RecordHash previous_hash{}, last_hash{};
  std::uint32_t branch = 0;
  bool fork = false;  // the first segment of a branch: an incident
  std::int64_t last_stamp_ms = 0;
  UtcTime stored_at;  // the hub's clock
  ByteView bytes;
};

struct HubSegment {
  std::uint64_t sequence = 0;  // the tenant's, from 1
  Feed feed;
  std::uint64_t first_sequence = 0, last_sequence = 0;
  Bytes bytes;
};

// Up to these positions of each lane the segments are not served any more: a snapshot stands for them.
struct HubFloor {
  std::array<std::uint64_t, kLanes> after{};
  Id snapshot;  // that it rests on; nil while nothing was dropped

  bool operator==(const HubFloor&) const = default;
};

// How far one device of a tenant said that it is.
struct HubConfirmation {
  Id device;
  bool revoked = false;
  UtcTime heard_at;  // when it last said so; when it was enrolled, if it never did
  Cursor cursor;     // of whatever epoch the hub had then
};

class HubStore {
 public:
  virtual ~HubStore() = default;
  // Random, made with the tenant, and made anew when the hub's data was restored from a copy. Never 0.
  virtual Result<std::uint64_t> epoch(const Id& tenant) = 0;
  // The highest number assigned so far; 0 when there is none.
  virtual Result<std::uint64_t> last_number(const Id& tenant) = 0;
  // Earlier epochs of the same log, the latest first, at most kMaxEpochAncestors.
  virtual Result<std::vector<EpochAncestor>> ancestors(const Id& tenant) = 0;
  // Empty when the device is not this tenant's.
  virtual Result<std::optional<HubSigner>> signer(const Id& tenant, const Id& device) = 0;
  // The end of every branch of a feed; empty when nothing of it is known. Ordered by branch.
  virtual Result<std::vector<FeedHead>> heads(const Id& tenant, const Feed& feed) = 0;
  // The heads of all feeds of one device.
  virtual Result<std::vector<FeedHead>> heads_of(const Id& tenant, const Id& device) = 0;
  // The heads of all feeds, at most `max` of them.
  virtual Result<std::vector<FeedHead>> all_heads(const Id& tenant, std::size_t max) = 0;
  // Is there a segment that ends with exactly this record?
  virtual Result<bool> has_end(const Id& tenant, const Feed& feed, std::uint64_t last_sequence,
                               const RecordHash& last_hash) = 0;
  // Is there a segment with exactly these first and last records?
  virtual Result<bool> has_segment(const Id& tenant, const Feed& feed, std::uint64_t first_sequence,
                                   std::uint64_t last_sequence, const RecordHash& last_hash) = 0;
  // Stores it, moves the head of its branch, returns the tenant's next number.
  virtual Result<std::uint64_t> append(const HubAppend& segment) = 0;
  // The segments of a lane with a number above `after`, in order, but not those of (skip_device, skip_incarnation); at
  // least one if there is one, then as many as fit in `max_bytes`.
  virtual Result<std::vector<HubSegment>> after(const Id& tenant, Lane lane, std::uint64_t after, const Id& skip_device,
                                                Incarnation skip_incarnation, std::size_t max_bytes) = 0;
  // The segments of a feed that overlap [first, last], in order, bounded alike.
  virtual Result<std::vector<HubSegment>> of_feed(const Id& tenant, const FeedRange& range, std::size_t max_bytes) = 0;

  // What is not served any more (hub_drop.hpp). A segment whose content was forgotten is passed over by after() and
  // of_feed(), and still known to has_end() and has_segment(): only hashes tell a copy that comes again from another
  // branch.
  virtual Result<HubFloor> floor(const Id& tenant) = 0;
  virtual Status set_floor(const Id& tenant, const HubFloor& floor) = 0;
  // Forgets the content of at most `max` segments below the floor; false: there are no more, true: there may be.
  virtual Result<bool> sweep(const Id& tenant, std::size_t max) = 0;
  // The lowest number of a lane that was stored at `since` or later; 0 when there is none.
  virtual Result<std::uint64_t> first_since(const Id& tenant, Lane lane, UtcTime since) = 0;
  // A snapshot stands for a feed up to this record, though the segments before it never came: the next one follows it.
  virtual Status raise_head(const Id& tenant, const FeedHead& head) = 0;
  // From here on numbers mean something else: the present epoch becomes an earlier one, good up to the last number. The
  // next number goes to no segment; returns that number.
  virtual Result<std::uint64_t> begin_epoch(const Id& tenant) = 0;
  // Gives the segments of a lane with numbers in (after, before) the tenant's next numbers, in their order.
  virtual Status renumber(const Id& tenant, Lane lane, std::uint64_t after, std::uint64_t before) = 0;

  virtual Status confirm(const Id& tenant, const Id& device, const Cursor& cursor, UtcTime now) = 0;
  virtual Result<std::vector<HubConfirmation>> confirmations(const Id& tenant) = 0;
};

struct Verdict {
  Outcome outcome = Outcome::malformed;
  std::uint64_t number = 0;  // when stored
  bool fork = false;         // stored, and it starts another branch of its feed: an incident that names the device
  bool future = false;       // stored, and its stamp is beyond the threshold: the device's clock is wrong
  AckItem ack;
};

class HubCore {
 public:
  using Verify = Status (*)(ByteView segment, const Envelope& envelope, ByteView public_key);
  explicit HubCore(HubStore& store, Verify verify = verify_envelope) : store_(store), verify_(verify) {}

  // Takes a segment from anybody who is connected for `tenant`; who wrote it is in its envelope. An Error means that
  // the store failed; everything that is wrong with the segment is a Verdict.
  Result<Verdict> accept(const Id& tenant, ByteView segment, UtcTime now);

  [[nodiscard]] HubStore& store() { return store_; }

 private:
  Result<Verdict> append(const Id& tenant, const Envelope& envelope, ByteView segment, UtcTime now);
  HubStore& store_;
  Verify verify_;
};

}  // namespace till::sync
