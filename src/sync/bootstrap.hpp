// Takes a snapshot in: chunk after chunk, in bounded pieces, each in the transaction of an engine step; after a stop it
// goes on where it was. What is here already stays: rows are joined (join.hpp), documents are a set, and the own log is
// untouched, so that a terminal that was away for a year keeps what it sold and gains what it missed. While it runs no
// segments of others are taken. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>

#include "sync/join.hpp"
#include "sync/snapshot.hpp"
#include "sync/store.hpp"

namespace till::sync {

// What the snapshot that was last taken in, or made here, stands for: all of the hub up to its cursor is in the data.
struct TakenSnapshot {
  Id id;
  Cursor cursor;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(id, cursor);
  }
};
Status note_taken(Store& store, const TakenSnapshot& taken);
// Who has made one has what it stands for, unless another incarnation than `made_under` was begun meanwhile: that asks
// for all of it again.
Status note_made(Store& store, const SnapshotManifest& made, Incarnation made_under);
Result<std::optional<TakenSnapshot>> last_taken(Store& store);

class Bootstrap {
 public:
  Bootstrap(Id tenant, const SegmentKeys& keys, std::uint32_t reader = kSchema)
      : tenant_(tenant), keys_(&keys), reader_(reader) {}

  // After a start: goes on with what was begun before.
  Status resume(Store& store);
  // Denied or invalid when the manifest cannot be trusted or read; nothing has changed then.
  Status begin(Store& store, ByteView manifest);
  [[nodiscard]] bool is_running() const { return manifest_.has_value(); }
  // The chunk that is needed next; empty while one is being taken in.
  [[nodiscard]] std::optional<std::uint32_t> wanted() const;
  [[nodiscard]] const SnapshotManifest* manifest() const { return manifest_ ? &*manifest_ : nullptr; }
  // Corrupt when it is not the one that was signed: it must be fetched again.
  Status take(std::uint32_t number, ByteView chunk);
  [[nodiscard]] bool has_work() const { return chunk_.has_value(); }
  [[nodiscard]] std::size_t chunk_bytes() const {
    return chunk_ ? chunk_bytes_ : 0;
  }  // sealed, of the one that is here
  // What is left of it cannot be had. What was taken in stays: another snapshot or the log adds the rest.
  Status abandon(Store& store);

  struct Piece {
    std::size_t ops = 0;
    std::set<EntityNumber> entities;
    bool finished = false;  // of the whole snapshot
  };
  // Takes in at most `max_ops` rows and documents of the chunk that is here.
  Result<Piece> work(Store& store, std::size_t max_ops);

 private:
  struct Position {
    std::uint32_t chunk = 0;
    std::uint64_t item = 0;
    template <class Archive>
    void serialize(Archive& archive) {
      archive(chunk, item);
    }
  };
  struct Seen {
    std::vector<FeedPosition> positions;
    std::vector<SeenRecords::Range> left_out;
    template <class Archive>
    void serialize(Archive& archive) {
      archive(positions, left_out);
    }
  };
  struct Beginning {
    Bytes manifest;
    std::int64_t made_at_ms = 0, aside_mark = 0;
    Seen here;
    template <class Archive>
    void serialize(Archive& archive) {
      archive(manifest, made_at_ms, aside_mark, here);
    }
  };

  static Seen described(const SeenRecords& seen);
  static SeenRecords seen_of(const Seen& described);
  Status look_what_is_parked(Store& store);
  Status take_heads(Store& store);
  Status raise_heads(Store& store);
  Status take_parked(Store& store, const SnapshotParked& parked);
  Status take_documents(Store& store, const SnapshotParked& parked);
  Status take_documents(Store& store, const SnapshotParked& parked, const Record& record);
  std::optional<std::vector<Bytes>> bodies_of(const SnapshotParked& parked) const;
  Status park(Store& store, const SnapshotParked& parked);
  Status take_back_parked(Store& store) const;
  static Status check_entities(Store& store, const SnapshotManifest& manifest);
  Status clear(Store& store);
  Status take_row(Store& store, const SnapshotRow& row);
  bool keeps_all(Store& store, EntityNumber entity);
  Status join_row(Store& store, const SnapshotRow& row, Lane lane);
  Status take_document(Store& store, const SnapshotDocument& document);
  Status finish(Store& store);
  void forget();

  Id tenant_;
  const SegmentKeys* keys_;
  std::uint32_t reader_;
  std::optional<SnapshotManifest> manifest_;
  std::optional<SnapshotChunk> chunk_;
  std::size_t chunk_bytes_ = 0;
  Position at_;
  SeenRecords here_, there_;
  std::int64_t aside_mark_ = 0;
  std::map<EntityNumber, bool> keeps_all_;  // as long as a piece is worked on
  std::vector<FeedHead> heads_;
  std::vector<Id> ops_;                  // of feeds that forked
  std::vector<SnapshotParked> covered_;  // by what is parked here
  std::vector<Amendment> amendments_;
};

}  // namespace till::sync
