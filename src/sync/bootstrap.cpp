#include "sync/bootstrap.hpp"

#include <algorithm>

#include "core/wire.hpp"
#include "sync/amend.hpp"
#include "sync/half_snapshot.hpp"
#include "sync/parking.hpp"
#include "sync/sabotage.hpp"
#include "sync/snapshot_aside.hpp"

namespace till::sync {

namespace {
constexpr std::string_view kBeginning = "bootstrap", kPosition = "bootstrap.at", kHeads = "bootstrap.heads";

struct KeptHeads {
  std::vector<FeedHead> heads;
  std::vector<Id> ops;
  std::vector<SeenRecords::Range> left_out;
  std::vector<SnapshotParked> covered;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(heads, ops, left_out, covered);
  }
};

bool covers(const Parked& parked, const SnapshotParked& other) {
  return parked.feed == other.feed && parked.first <= other.first && other.last <= parked.last;
}
}  // namespace

Bootstrap::Seen Bootstrap::described(const SeenRecords& seen) {
  return {seen.positions(), seen.left_out()};
}

SeenRecords Bootstrap::seen_of(const Seen& described) {
  SeenRecords seen;
  for (const FeedPosition& position : described.positions) seen.add(position.feed, position.sequence);
  for (const auto& range : described.left_out) seen.leave_out(range.feed, range.first, range.last);
  return seen;
}

Status note_taken(Store& store, const TakenSnapshot& taken) {
  return store.set_note(kTakenSnapshotNote, encode(taken));
}

Status note_made(Store& store, const SnapshotManifest& made, Incarnation made_under) {
  if (TRY(store.self()).incarnation != made_under) return {};
  return note_taken(store, {made.id, made.cursor});
}

Result<std::optional<TakenSnapshot>> last_taken(Store& store) {
  const auto note = TRY(store.note(kTakenSnapshotNote));
  if (!note) return std::optional<TakenSnapshot>{};
  return std::optional<TakenSnapshot>{TRY(decode<TakenSnapshot>(*note))};
}

void Bootstrap::forget() {
  *this = Bootstrap(tenant_, *keys_, reader_);
}

Status Bootstrap::begin(Store& store, ByteView manifest) {
  auto opened = TRY(open_manifest(manifest, tenant_, *keys_, reader_));
  TRY(check_entities(store, opened));
  TRY(abandon(store));
  manifest_ = std::move(opened);
  for (const FeedPosition& position : TRY(store.positions())) here_.add(position.feed, position.sequence);
  for (const Parked& parked : TRY(store.parked_ranges())) here_.leave_out(parked.feed, parked.first, parked.last);
  aside_mark_ = TRY(store.set_aside_mark());
  TRY(note_half_taken(store, manifest_->positions));
  const Beginning beginning{to_bytes(manifest), manifest_->made_at_ms, aside_mark_, described(here_)};
  TRY(store.set_note(kBeginning, encode(beginning)));
  return store.set_note(kPosition, encode(at_));
}

// Its tables say what is in it: what is unknown here could not be kept, and would never come again.
Status Bootstrap::check_entities(Store& store, const SnapshotManifest& manifest) {
  for (const TableDigest& table : manifest.digests) {
    if (table.rows > 0 && !store.knows_entity(table.entity)) {
      return invalid("this snapshot holds what only a newer program knows; bring this one up to date");
    }
  }
  return {};
}

// Of one that was given up: its records come again, and are parked then if they must.
Status Bootstrap::take_back_parked(Store& store) const {
  const auto note = TRY(store.note(kBeginning));
  if (!note) return {};
  const auto before = TRY(decode<Beginning>(*note));
  const SeenRecords held = seen_of(before.here);
  const auto was_parked = [&](const Parked& parked) {
    return std::any_of(before.here.left_out.begin(), before.here.left_out.end(), [&](const SeenRecords::Range& range) {
      return range.feed == parked.feed && range.first <= parked.first && parked.first <= range.last;
    });
  };
  for (const Parked& parked : TRY(store.parked_ranges())) {
    const bool is_its = parked.since_ms == before.made_at_ms && !held.has(parked.feed, parked.first);
    if (is_its && !was_parked(parked)) TRY(store.unpark(parked.number));
  }
  return {};
}

Status Bootstrap::resume(Store& store) {
  forget();
  const auto note = TRY(store.note(kBeginning));
  if (!note) return {};
  const auto beginning = TRY(decode<Beginning>(*note));
  auto manifest = open_manifest(beginning.manifest, tenant_, *keys_, reader_);
  if (!manifest) return {};  // its maker is locked out by now: another snapshot will be offered
  here_ = seen_of(beginning.here);
  aside_mark_ = beginning.aside_mark;
  if (const auto at = TRY(store.note(kPosition))) at_ = TRY(decode<Position>(*at));
  if (const auto kept = TRY(store.note(kHeads))) {
    auto heads = TRY(decode<KeptHeads>(*kept));
    heads_ = std::move(heads.heads);
    ops_ = std::move(heads.ops);
    covered_ = std::move(heads.covered);
    for (const FeedHead& head : heads_) there_.add(head.feed, head.sequence);
    for (const auto& range : heads.left_out) there_.leave_out(range.feed, range.first, range.last);
  }
  manifest_ = std::move(*manifest);
  return {};
}

std::optional<std::uint32_t> Bootstrap::wanted() const {
  if (!manifest_ || chunk_ || at_.chunk >= manifest_->chunks.size()) return std::nullopt;
  return at_.chunk;
}

Status Bootstrap::take(std::uint32_t number, ByteView chunk) {
  if (wanted() != number) return {};
  chunk_ = TRY(open_chunk(*manifest_, number, chunk, *keys_));
  chunk_bytes_ = chunk.size();
  return {};
}

Result<Bootstrap::Piece> Bootstrap::work(Store& store, std::size_t max_ops) {
  Piece piece;
  if (!manifest_) return piece;
  if (chunk_) {
    amendments_ = TRY(store.amendments());
    keeps_all_.clear();  // the choice may have changed
    TRY(look_what_is_parked(store));
    if (at_.item == 0) TRY(take_heads(store));
    if (sabotaged(Sabotage::heads_raised_early)) TRY(raise_heads(store));
    const std::size_t rows = chunk_->rows.size(), all = rows + chunk_->documents.size();
    for (; at_.item < all && piece.ops < max_ops; ++at_.item, ++piece.ops) {
      const auto i = static_cast<std::size_t>(at_.item);
      TRY(i < rows ? take_row(store, chunk_->rows[i]) : take_document(store, chunk_->documents[i - rows]));
      piece.entities.insert(i < rows ? chunk_->rows[i].entity : chunk_->documents[i - rows].entity);
    }
    if (at_.item >= all || sabotaged(Sabotage::piece_passed_over)) {
      chunk_.reset();
      at_ = {at_.chunk + 1, 0};
    }
    TRY(store.set_note(kPosition, encode(at_)));
  }
  if (chunk_ || at_.chunk < manifest_->chunks.size()) return piece;
  TRY(finish(store));
  piece.finished = true;
  return piece;
}

// What was parked when the snapshot was begun may have been applied since, by an upgrade or when its time came.
Status Bootstrap::look_what_is_parked(Store& store) {
  if (here_.left_out().empty()) return {};
  std::vector<SeenRecords::Range> parked;
  for (const Parked& one : TRY(store.parked_ranges())) parked.push_back({one.feed, one.first, one.last});
  here_.left_out_is_now(parked);
  return {};
}

Status Bootstrap::take_heads(Store& store) {
  if (chunk_->heads.empty() && chunk_->ops.empty() && chunk_->parked.empty()) return {};
  for (const FeedHead& head : chunk_->heads) {
    heads_.push_back(head);
    there_.add(head.feed, head.sequence);
  }
  ops_.insert(ops_.end(), chunk_->ops.begin(), chunk_->ops.end());
  for (const SnapshotParked& parked : chunk_->parked) {
    there_.leave_out(parked.feed, parked.first, parked.last);
    if (!sabotaged(Sabotage::snapshot_parks_nothing)) TRY(take_parked(store, parked));
  }
  return store.set_note(kHeads, encode(KeptHeads{heads_, ops_, there_.left_out(), covered_}));
}

Status Bootstrap::take_parked(Store& store, const SnapshotParked& parked) {
  if (here_.has(parked.feed, parked.first)) return take_documents(store, parked);
  if (TRY(store.is_parked(parked.feed, parked.first))) {
    covered_.push_back(parked);
    return {};
  }
  return park(store, parked);
}

// Records of that number are here, and of a feed that forked these may be another branch's: a sale counts whoever could
// not read it. What is the same is here already, and changes nothing.
Status Bootstrap::take_documents(Store& store, const SnapshotParked& parked) {
  const auto bodies = bodies_of(parked);
  if (!bodies) return park(store, parked);  // the same one would be parked here too
  std::uint64_t sequence = parked.first;
  for (const Bytes& body : *bodies) {
    const auto record = decode_body(parked.feed, sequence++, body);
    if (!record) continue;
    const bool is_known = std::all_of(record->ops.begin(), record->ops.end(),
                                      [&](const Op& op) { return store.knows_entity(op.entity); });
    if (record->min_reader > reader_ || !is_known) {
      Parked mine = parked_record(*record, ParkedReason::newer_program, {});
      mine.since_ms = manifest_->made_at_ms;
      TRY(park_documents(store, *record, std::move(mine), body));
    } else if (flaw(*record).empty()) {
      TRY(take_documents(store, parked, *record));
    }
  }
  return {};
}

Status Bootstrap::take_documents(Store& store, const SnapshotParked& parked, const Record& record) {
  TRY(store.savepoint());
  Status taken;
  for (const Op& op : record.ops) {
    if (taken && op.kind == OpKind::add)
      taken = take_document(store, {op.entity, op.row, parked.feed.device, op.fields});
  }
  TRY(taken ? store.release_savepoint() : store.roll_back_to_savepoint());
  return taken || is_the_records_fault(taken.error()) ? Status{} : taken;
}

// Nothing where this terminal's keys do not open them.
std::optional<std::vector<Bytes>> Bootstrap::bodies_of(const SnapshotParked& parked) const {
  if (!parked.whole_segment) return std::vector<Bytes>{parked.bytes};
  const auto envelope = parse_envelope(parked.bytes);
  if (!envelope || !keys_->has_epoch(envelope->key_epoch)) return std::nullopt;
  auto opened = open_segment(parked.bytes, *envelope, *keys_);
  if (!opened) return std::nullopt;
  return std::move(opened->bodies);
}

Status Bootstrap::park(Store& store, const SnapshotParked& parked) {
  Parked mine;
  mine.feed = parked.feed;
  mine.first = parked.first;
  mine.last = parked.last;
  mine.reason = parked.reason;
  mine.due_ms = parked.due_ms;
  mine.key_epoch = parked.key_epoch;
  mine.whole_segment = parked.whole_segment;
  mine.bytes = parked.bytes;
  mine.since_ms = manifest_->made_at_ms;
  return store.park(mine);
}

Status Bootstrap::take_row(Store& store, const SnapshotRow& row) {
  const auto lane = store.lane_of(row.entity);
  if (!lane) return {};  // of a newer program; its records are in the log of those who can read them
  if (keeps_all(store, row.entity)) return join_row(store, row, *lane);
  const SplitRow split = TRY(split_by_choice(store, row, *lane));
  for (const Record& record : split.left_out) TRY(store.set_aside(record));
  return split.wanted.fields.empty() ? Status{} : join_row(store, split.wanted, *lane);
}

bool Bootstrap::keeps_all(Store& store, EntityNumber entity) {
  const auto [at, is_new] = keeps_all_.try_emplace(entity, false);
  if (is_new) at->second = store.keeps_all(entity);
  return at->second;
}

Status Bootstrap::join_row(Store& store, const SnapshotRow& row, Lane lane) {
  RowState here = TRY(store.load_row(row.entity, row.row));
  if (sabotaged(Sabotage::snapshot_replaces)) here = {};
  const MergeOutcome outcome = join(here, here_, from_snapshot(row), there_, lane, Ranking(amendments_, lane));
  if (!outcome.states_changed) return {};
  for (const SnapshotField& field : row.fields) TRY(store.observe(Ranking(amendments_, lane).effective(field.order)));
  return store.save_row(row.entity, row.row, here, outcome);
}

Status Bootstrap::take_document(Store& store, const SnapshotDocument& document) {
  const auto lane = store.lane_of(document.entity);
  if (!lane) return {};
  if (!keeps_all(store, document.entity)) {
    const auto aside = TRY(left_out(store, document, *lane));
    if (aside) return store.set_aside(*aside);
  }
  const bool is_new = TRY(store.add_document(document.entity, document.row, document.fields));
  if (!is_new || document.entity != Amendment::kEntity) return {};
  Amendment amendment;
  TRY(apply_fields(document.fields, amendment));
  amendments_ = TRY(store.amendments());
  return rank_after(store, *keys_, amendment, amendments_);
}

Status Bootstrap::raise_heads(Store& store) {
  // Of a feed that forked the furthest first: the others are branches of their own then.
  std::stable_sort(heads_.begin(), heads_.end(),
                   [](const FeedHead& a, const FeedHead& b) { return a.sequence > b.sequence; });
  for (const FeedHead& head : heads_) TRY(store.raise_head(head));
  return note_taken(store, {manifest_->id, manifest_->cursor});
}

Status Bootstrap::finish(Store& store) {
  // Not before: a change of a feed that forked is told by its op id, and must still be taken if this is given up.
  for (const Id& op : ops_) TRY(store.remember_op(op));
  TRY(raise_heads(store));
  TRY(clear_half_taken(store));
  if (sabotaged(Sabotage::unsent_forgotten)) {
    for (const OwnFeed& own : TRY(store.own_feeds())) TRY(store.set_acked(kHubLink, own.feed, own.head));
  }
  for (const Parked& parked : TRY(store.parked_ranges())) {
    if (!there_.has(parked.feed, parked.last)) continue;
    TRY(store.unpark(parked.number));
    // Its maker could read that segment, and parked a record of it.
    for (const SnapshotParked& part : covered_) {
      if (covers(parked, part)) TRY(park(store, part));
    }
  }
  TRY(forget_set_aside(store, there_, aside_mark_));
  return clear(store);
}

Status Bootstrap::abandon(Store& store) {
  TRY(take_back_parked(store));
  return clear(store);
}

Status Bootstrap::clear(Store& store) {
  for (const std::string_view name : {kBeginning, kPosition, kHeads}) TRY(store.clear_note(name));
  forget();
  return {};
}

}  // namespace till::sync
