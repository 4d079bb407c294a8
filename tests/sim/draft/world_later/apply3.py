def sub(path, pairs):
    s=open(path).read()
    for a,b in pairs:
        assert a in s, (path,a)
        s=s.replace(a,b,1)
    open(path,'w').write(s)
# sabotage
sub('src/sync/sabotage.hpp',[
("  // Policies.\n",
 "  // Snapshots and compaction.\n"
 "  snapshot_replaces,       // rows of a snapshot take the place of what is here\n"
 "  heads_raised_early,      // what a snapshot stands for counts as held before it is in the data\n"
 "  piece_passed_over,       // after the first piece of a chunk the next chunk is asked for\n"
 "  snapshot_parks_nothing,  // what its maker had parked is left out\n"
 "  manifest_unchecked,      // forged snapshots are believed\n"
 "  newer_snapshot_taken,    // a snapshot for newer programs is taken in by an older one\n"
 "  unsent_forgotten,        // once a snapshot is in, the own log counts as sent\n"
 "  floor_unchecked,         // a terminal asks for records that the hub has dropped\n"
 "  drop_without_snapshot,   // the hub drops what no snapshot stands for\n"
 "  cut_ignores_laggards,    // the stable cut does not wait for a terminal that is behind\n"
 "  pruned_unconfirmed,      // a terminal drops of its own log what the hub does not hold\n"
 "  // Policies.\n"),
])
sub('src/sync/snapshot.hpp',[
("Result<SnapshotManifest> open_manifest(ByteView bytes, const Id& tenant, const SegmentKeys& keys);",
 "Result<SnapshotManifest> open_manifest(ByteView bytes, const Id& tenant, const SegmentKeys& keys,\n                                       std::uint32_t reader = kSchema);"),
])
sub('src/sync/snapshot.cpp',[
("Result<SnapshotManifest> open_manifest(ByteView bytes, const Id& tenant, const SegmentKeys& keys) {",
 "Result<SnapshotManifest> open_manifest(ByteView bytes, const Id& tenant, const SegmentKeys& keys,\n                                       std::uint32_t reader) {"),
("  TRY(keys.verify(device, signed_message(header, in.rest()), signature));\n",
 "  const Status genuine = keys.verify(device, signed_message(header, in.rest()), signature);\n  if (!genuine && !sabotaged(Sabotage::manifest_unchecked)) return fail(genuine.error());\n"),
("  if (manifest.min_reader > kSchema) return","  const bool is_newer = manifest.min_reader > reader && !sabotaged(Sabotage::newer_snapshot_taken);\n  if (is_newer) return"),
("  const bool is_named = number < manifest.chunks.size() &&","  if (sealed.size() > kMaxSnapshotChunkBytes) return corrupt(\"a part of the snapshot is too large\");\n  const bool is_named = number < manifest.chunks.size() &&"),
('#include "sync/packing.hpp"\n','#include "sync/packing.hpp"\n#include "sync/sabotage.hpp"\n'),
])
sub('src/sync/bootstrap.hpp',[
("  Bootstrap(Id tenant, const SegmentKeys& keys) : tenant_(tenant), keys_(&keys) {}\n",
 "  Bootstrap(Id tenant, const SegmentKeys& keys, std::uint32_t reader = kSchema)\n      : tenant_(tenant), keys_(&keys), reader_(reader) {}\n"),
("  [[nodiscard]] bool has_work() const { return chunk_.has_value(); }\n",
 "  [[nodiscard]] bool has_work() const { return chunk_.has_value(); }\n  [[nodiscard]] std::size_t chunk_bytes() const { return chunk_ ? chunk_bytes_ : 0; }  // sealed, of the one that is here\n"),
("  const SegmentKeys* keys_;\n","  const SegmentKeys* keys_;\n  std::uint32_t reader_;\n"),
("  std::optional<SnapshotChunk> chunk_;\n","  std::optional<SnapshotChunk> chunk_;\n  std::size_t chunk_bytes_ = 0;\n"),
("    Bytes manifest;\n    Seen here;\n    template <class Archive>\n    void serialize(Archive& archive) {\n      archive(manifest, here);",
 "    Bytes manifest;\n    std::int64_t made_at_ms = 0;\n    Seen here;\n    template <class Archive>\n    void serialize(Archive& archive) {\n      archive(manifest, made_at_ms, here);"),
("  Status take_heads(Store& store);\n","  Status take_heads(Store& store);\n  Status raise_heads(Store& store);\n  Status take_parked(Store& store, const SnapshotParked& parked);\n  Status take_back_parked(Store& store) const;\n  static Status check_entities(Store& store, const SnapshotManifest& manifest);\n  Status clear(Store& store);\n"),
("  std::vector<FeedHead> heads_;\n","  std::vector<FeedHead> heads_;\n  std::vector<Id> ops_;  // of feeds that forked\n"),
])
sub('src/sync/bootstrap.cpp',[
('#include "core/wire.hpp"\n','#include "core/wire.hpp"\n#include "sync/sabotage.hpp"\n'),
("""  std::vector<FeedHead> heads;
  std::vector<SeenRecords::Range> left_out;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(heads, left_out);""","""  std::vector<FeedHead> heads;
  std::vector<Id> ops;
  std::vector<SeenRecords::Range> left_out;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(heads, ops, left_out);"""),
("  *this = Bootstrap(tenant_, *keys_);","  *this = Bootstrap(tenant_, *keys_, reader_);"),
("""  forget();
  manifest_ = TRY(open_manifest(manifest, tenant_, *keys_));
""","""  auto opened = TRY(open_manifest(manifest, tenant_, *keys_, reader_));
  TRY(check_entities(store, opened));
  TRY(abandon(store));
  manifest_ = std::move(opened);
"""),
("encode(Beginning{to_bytes(manifest), described(here_)})","encode(Beginning{to_bytes(manifest), manifest_->made_at_ms, described(here_)})"),
("Status Bootstrap::resume(Store& store) {","""// Its tables say what is in it: what is unknown here could not be kept, and would never come again.
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
  for (const Parked& parked : TRY(store.parked_ranges())) {
    if (parked.since_ms == before.made_at_ms && !held.has(parked.feed, parked.first)) TRY(store.unpark(parked.number));
  }
  return {};
}

Status Bootstrap::resume(Store& store) {"""),
("open_manifest(beginning.manifest, tenant_, *keys_);","open_manifest(beginning.manifest, tenant_, *keys_, reader_);"),
("    heads_ = std::move(heads.heads);\n","    heads_ = std::move(heads.heads);\n    ops_ = std::move(heads.ops);\n"),
("  chunk_ = TRY(open_chunk(*manifest_, number, chunk, *keys_));\n","  chunk_ = TRY(open_chunk(*manifest_, number, chunk, *keys_));\n  chunk_bytes_ = chunk.size();\n"),
("    if (at_.item >= all) {","    if (at_.item >= all || sabotaged(Sabotage::piece_passed_over)) {"),
("    if (at_.item == 0) TRY(take_heads(store));\n","    if (at_.item == 0) TRY(take_heads(store));\n    if (sabotaged(Sabotage::heads_raised_early)) TRY(raise_heads(store));\n"),
("""  for (const Id& op : chunk_->ops) TRY(store.remember_op(op));
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
""","""  ops_.insert(ops_.end(), chunk_->ops.begin(), chunk_->ops.end());
  for (const SnapshotParked& parked : chunk_->parked) {
    there_.leave_out(parked.feed, parked.first, parked.last);
    if (!sabotaged(Sabotage::snapshot_parks_nothing)) TRY(take_parked(store, parked));
  }
  return store.set_note(kHeads, encode(KeptHeads{heads_, ops_, there_.left_out()}));
}

Status Bootstrap::take_parked(Store& store, const SnapshotParked& parked) {
  if (here_.has(parked.feed, parked.first) || TRY(store.is_parked(parked.feed, parked.first))) return {};
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
"""),
("  const MergeOutcome outcome = join(here,","  if (sabotaged(Sabotage::snapshot_replaces)) here = {};\n  const MergeOutcome outcome = join(here,"),
("""Status Bootstrap::finish(Store& store) {
  for (const FeedHead& head : heads_) TRY(store.raise_head(head));
""","""Status Bootstrap::raise_heads(Store& store) {
  for (const FeedHead& head : heads_) TRY(store.raise_head(head));
  return note_taken(store, {manifest_->id, manifest_->cursor});
}

Status Bootstrap::finish(Store& store) {
  // Not before: a change of a feed that forked is told by its op id, and must still be taken if this is given up.
  for (const Id& op : ops_) TRY(store.remember_op(op));
  TRY(raise_heads(store));
  if (sabotaged(Sabotage::unsent_forgotten)) {
    for (const OwnFeed& own : TRY(store.own_feeds())) TRY(store.set_acked(kHubLink, own.feed, own.head));
  }
"""),
("""  TRY(note_taken(store, {manifest_->id, manifest_->cursor}));
  return abandon(store);
}

Status Bootstrap::abandon(Store& store) {
""","""  return clear(store);
}

Status Bootstrap::abandon(Store& store) {
  TRY(take_back_parked(store));
  return clear(store);
}

Status Bootstrap::clear(Store& store) {
"""),
])
sub('storage/sync_store_snapshot.cpp',[
('"SELECT number, origin, lane, first, last, reason FROM sync_parked ORDER BY number"','"SELECT number, origin, lane, first, last, reason, since_ms FROM sync_parked ORDER BY number"'),
("    parked.reason = q.as<ParkedReason>(5);\n    found","    parked.reason = q.as<ParkedReason>(5);\n    parked.since_ms = q.integer(6);\n    found"),
])
sub('storage/snapshot_source.cpp',[
("    if (is_document(E::kEntity)) numbers.push_back(E::kEntity);","    if (is_document(E::kEntity) && E::kEntity != Amendment::kEntity) numbers.push_back(E::kEntity);"),
("    parked.bytes = q.blob(8);\n    chunk.parked.push_back(std::move(parked));\n  }\n  return {};",
"""    parked.bytes = q.blob(8);
    chunk.parked.push_back(std::move(parked));
  }
  // Before all rows: they are ranked by them.
  Id last;
  for (;;) {
    auto amendments = TRY(documents_of(conn_, Amendment::kEntity, last));
    if (amendments.empty()) return {};
    last = amendments.back().row;
    std::move(amendments.begin(), amendments.end(), std::back_inserter(chunk.documents));
  }"""),
])
s=open('storage/snapshot_source.cpp').read()
if '#include <iterator>' not in s: s=s.replace('#include <algorithm>\n','#include <algorithm>\n#include <iterator>\n',1)
open('storage/snapshot_source.cpp','w').write(s)
sub('src/sync/engine.cpp',[
("      bootstrap_(config_.tenant, keys) {","      bootstrap_(config_.tenant, keys, config_.reader) {"),
("    const auto manifest = open_manifest(event.manifest, config_.tenant, keys_);","    const auto manifest = open_manifest(event.manifest, config_.tenant, keys_, config_.reader);"),
("    TRY(bootstrap_.begin(step.store, event.manifest));\n","    if (const Status begun = bootstrap_.begin(step.store, event.manifest); !begun) {\n      if (begun.error().kind != ErrorKind::invalid) return begun;\n      step.tell(Incident{\"a snapshot was offered that cannot be used: \" + begun.error().message});\n      return {};\n    }\n"),
("  for (auto& peer : peers_) TRY(peer->snapshot_taken(step));\n  return {};\n}","  more_to_retry_ = TRY(applier_.retry_blocked(step.store, step.trusted_now()));  // what its maker could not read\n  for (auto& peer : peers_) TRY(peer->snapshot_taken(step));\n  return {};\n}"),
("  for (const auto& peer : peers_) uses.push_back(peer->memory());\n  return uses;","  for (const auto& peer : peers_) uses.push_back(peer->memory());\n  MemoryUse snapshot;\n  snapshot.snapshot_bytes = bootstrap_.chunk_bytes();\n  uses.push_back(snapshot);\n  return uses;"),
])
sub('src/sync/engine.hpp',[("  // Of each link. Cheap.\n","  // Of each link, and of the snapshot that is being taken in. Cheap.\n")])
sub('src/sync/memory.hpp',[
("// Of one link.\n","// Of one link, or of the snapshot that is being taken in.\n"),
("lies on a carrier\n","lies on a carrier\n  std::size_t snapshot_bytes = 0;  // of the chunk that is being taken in, sealed\n"),
("  return {};\n}","  if (use.snapshot_bytes > kMaxSnapshotChunkBytes) return \"a chunk is larger than the bound allows\";\n  return {};\n}"),
('#include "sync/segment.hpp"\n','#include "sync/segment.hpp"\n#include "sync/snapshot.hpp"\n'),
])
sub('src/sync/live_peer_messages.cpp',[
("  const bool must = step.is_bootstrapping || !has_reached(TRY(step.store.cursor(link())), session_.floor);\n",
 "  const bool is_behind = !has_reached(TRY(step.store.cursor(link())), session_.floor);\n  const bool must = step.is_bootstrapping || (is_behind && !sabotaged(Sabotage::floor_unchecked));\n"),
])
sub('src/sync/hub_drop.cpp',[
("  Positions allowed = request.positions;\n  Positions last{};\n  last.fill(TRY(store.last_number(tenant)));\n","  Positions last{};\n  last.fill(TRY(store.last_number(tenant)));\n  Positions allowed = sabotaged(Sabotage::drop_without_snapshot) ? last : request.positions;\n"),
('#include "sync/epochs.hpp"\n','#include "sync/epochs.hpp"\n#include "sync/sabotage.hpp"\n'),
])
sub('src/sync/compaction.cpp',[
("    if (device.standing != Standing::active) continue;\n    const DeviceProgress* said = progress_of(progress, device.id);\n    std::map","    if (device.standing != Standing::active) continue;\n    if (!is_first && sabotaged(Sabotage::cut_ignores_laggards)) continue;\n    const DeviceProgress* said = progress_of(progress, device.id);\n    std::map"),
('#include "security/hash.hpp"\n','#include "security/hash.hpp"\n#include "sync/sabotage.hpp"\n'),
])
sub('tests/sim/sabotage_list.cpp',[
('      {settles_for_ever,','      {snapshot_replaces, "snapshot_replaces", "compaction lapsed_device", 40},\n      {heads_raised_early, "heads_raised_early", "compaction newcomer", 40},\n      {piece_passed_over, "piece_passed_over", "compaction newcomer", 40},\n      {snapshot_parks_nothing, "snapshot_parks_nothing", "compaction newcomer future_change", 40},\n      {manifest_unchecked, "manifest_unchecked", "compaction newcomer snapshot_damage", 40},\n      {newer_snapshot_taken, "newer_snapshot_taken", "compaction older_program newcomer", 40},\n      {unsent_forgotten, "unsent_forgotten", "compaction lapsed_device", 40},\n      {floor_unchecked, "floor_unchecked", "compaction newcomer", 40},\n      {drop_without_snapshot, "drop_without_snapshot", "compaction", 40},\n      {cut_ignores_laggards, "cut_ignores_laggards", "compaction partition", 40},\n      {pruned_unconfirmed, "pruned_unconfirmed", "compaction hub_restored", 40},\n      {settles_for_ever,'),
("  if (*fault.with != 0) options.limits.with.insert(fault.with);\n","  std::istringstream names(fault.with);\n  for (std::string name; names >> name;) options.limits.with.insert(name);\n"),
('#include "sim/world.hpp"\n','#include <sstream>\n\n#include "sim/world.hpp"\n'),
])
sub('tests/sim/sabotage_list.hpp',[("that have `with` (empty: any)","that have `with` (names; empty: any)")])
s=open('storage/sync_pruning.cpp').read()
s=s.replace("  const std::int64_t up_to = std::min(static_cast<std::int64_t>(position.sequence), held.at_hub);","  const auto wanted = static_cast<std::int64_t>(position.sequence);\n  const bool asks_nobody = sync::sabotaged(sync::Sabotage::pruned_unconfirmed);\n  const std::int64_t up_to = asks_nobody ? wanted : std::min(wanted, held.at_hub);")
s=s.replace('#include "sync/link.hpp"\n','#include "sync/link.hpp"\n#include "sync/sabotage.hpp"\n')
open('storage/sync_pruning.cpp','w').write(s)
