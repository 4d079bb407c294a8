#include "sync/bootstrap.hpp"

#include <algorithm>

#include "core/wire.hpp"

namespace till::sync {

namespace {
constexpr std::string_view kBeginning = "bootstrap", kPosition = "bootstrap.at", kHeads = "bootstrap.heads";

struct KeptHeads {
  std::vector<FeedHead> heads;
  std::vector<SeenRecords::Range> left_out;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(heads, left_out);
  }
};
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

Result<std::optional<TakenSnapshot>> last_taken(Store& store) {
  const auto note = TRY(store.note(kTakenSnapshotNote));
  if (!note) return std::optional<TakenSnapshot>{};
  return std::optional<TakenSnapshot>{TRY(decode<TakenSnapshot>(*note))};
}

void Bootstrap::forget() {
  *this = Bootstrap(tenant_, *keys_);
}

Status Bootstrap::begin(Store& store, ByteView manifest) {
  forget();
  manifest_ = TRY(open_manifest(manifest, tenant_, *keys_));
  for (const FeedPosition& position : TRY(store.positions())) here_.add(position.feed, position.sequence);
  for (const Parked& parked : TRY(store.parked_ranges())) here_.leave_out(parked.feed, parked.first, parked.last);
  TRY(store.set_note(kBeginning, encode(Beginning{to_bytes(manifest), described(here_)})));
  return store.set_note(kPosition, encode(at_));
}

Status Bootstrap::resume(Store& store) {
  forget();
  const auto note = TRY(store.note(kBeginning));
  if (!note) return {};
  const auto beginning = TRY(decode<Beginning>(*note));
  auto manifest = open_manifest(beginning.manifest, tenant_, *keys_);
  if (!manifest) return {};  // its maker is locked out by now: another snapshot will be offered
  here_ = seen_of(beginning.here);
  if (const auto at = TRY(store.note(kPosition))) at_ = TRY(decode<Position>(*at));
  if (const auto kept = TRY(store.note(kHeads))) {
    auto heads = TRY(decode<KeptHeads>(*kept));
    heads_ = std::move(heads.heads);
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
  return {};
}

Result<Bootstrap::Piece> Bootstrap::work(Store& store, std::size_t max_ops) {
  Piece piece;
  if (!manifest_) return piece;
  if (chunk_) {
    amendments_ = TRY(store.amendments());
    if (at_.item == 0) TRY(take_heads(store));
    const std::size_t rows = chunk_->rows.size(), all = rows + chunk_->documents.size();
    for (; at_.item < all && piece.ops < max_ops; ++at_.item, ++piece.ops) {
      const auto i = static_cast<std::size_t>(at_.item);
      TRY(i < rows ? take_row(store, chunk_->rows[i]) : take_document(store, chunk_->documents[i - rows]));
      piece.entities.insert(i < rows ? chunk_->rows[i].entity : chunk_->documents[i - rows].entity);
    }
    if (at_.item >= all) {
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

Status Bootstrap::take_heads(Store& store) {
  if (chunk_->heads.empty() && chunk_->ops.empty() && chunk_->parked.empty()) return {};
  for (const FeedHead& head : chunk_->heads) {
    heads_.push_back(head);
    there_.add(head.feed, head.sequence);
  }
  for (const Id& op : chunk_->ops) TRY(store.remember_op(op));
  for (const SnapshotParked& parked : chunk_->parked) {
    there_.leave_out(parked.feed, parked.first, parked.last);
    if (here_.has(parked.feed, parked.first) || TRY(store.is_parked(parked.feed, parked.first))) continue;
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
    TRY(store.park(mine));
  }
  return store.set_note(kHeads, encode(KeptHeads{heads_, there_.left_out()}));
}

Status Bootstrap::take_row(Store& store, const SnapshotRow& row) {
  const auto lane = store.lane_of(row.entity);
  if (!lane) return {};  // of a newer program; its records are in the log of those who can read them
  RowState here = TRY(store.load_row(row.entity, row.row));
  const MergeOutcome outcome = join(here, here_, from_snapshot(row), there_, *lane, Ranking(amendments_, *lane));
  if (!outcome.states_changed) return {};
  for (const SnapshotField& field : row.fields) TRY(store.observe(Ranking(amendments_, *lane).effective(field.order)));
  return store.save_row(row.entity, row.row, here, outcome);
}

Status Bootstrap::take_document(Store& store, const SnapshotDocument& document) {
  if (!store.knows_entity(document.entity)) return {};
  TRY(store.add_document(document.entity, document.row, document.fields));
  return {};
}

Status Bootstrap::finish(Store& store) {
  for (const FeedHead& head : heads_) TRY(store.raise_head(head));
  for (const Parked& parked : TRY(store.parked_ranges())) {
    if (there_.has(parked.feed, parked.last)) TRY(store.unpark(parked.number));
  }
  TRY(note_taken(store, {manifest_->id, manifest_->cursor}));
  return abandon(store);
}

Status Bootstrap::abandon(Store& store) {
  for (const std::string_view name : {kBeginning, kPosition, kHeads}) TRY(store.clear_note(name));
  forget();
  return {};
}

}  // namespace till::sync
