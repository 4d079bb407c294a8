#include "backup/create.hpp"

#include "backup/increment.hpp"
#include "backup/proofs.hpp"
#include "backup/retention.hpp"
#include "backup/sabotage.hpp"
#include "core/log.hpp"
#include "core/work_ahead.hpp"

namespace till::backup {
namespace {

constexpr std::size_t kPiecesAhead = 3;

class Creation {
 public:
  Creation(PageSource& source, ObjectStore& store, const Vault& vault, const BackupPlan& plan, Random& random,
           Task& task)
      : source_(source),
        store_(store),
        vault_(vault),
        plan_(plan),
        random_(random),
        task_(task),
        pieces_(store, vault, random) {}

  Status write_data(const ImageInfo& info);
  Status read_data_back() { return pieces_.read_back(task_); }
  void list_pieces();
  Status write_manifest();
  Status write_proof();
  void take_back(ErrorKind failure) { pieces_.take_back(failure, manifest_object()); }
  void count();

  BackupResult result;

 private:
  Status write_full(const ImageInfo& info);
  Status write_media();
  [[nodiscard]] std::string manifest_object() const { return manifest_name(vault_.device, result.manifest.generation); }

  PageSource& source_;
  ObjectStore& store_;
  const Vault& vault_;
  const BackupPlan& plan_;
  Random& random_;
  Task& task_;
  PieceWriter pieces_;
  std::vector<std::string> names_;                     // of the image's or the increment's pieces
  std::vector<std::vector<std::string>> media_names_;  // of each media file's
};

Status Creation::write_data(const ImageInfo& info) {
  TRY(pieces_.look());
  const auto parent = TRY(choose_parent(store_, vault_, pieces_, info, plan_));
  const bool done = parent && TRY(write_increment(source_, store_, vault_, *parent, plan_.chain, pieces_,
                                                  result.manifest, names_, task_));
  if (!done) TRY(write_full(info));
  return plan_.media == nullptr ? Status{} : write_media();
}

Status Creation::write_full(const ImageInfo& info) {
  auto& manifest = result.manifest;
  manifest.base = manifest.generation;
  manifest.data_size = info.size;
  names_.clear();
  task_.begin("Writing the backup", info.size);
  security::Sha256 image;
  WorkAhead<PreparedPiece> prepared(kPiecesAhead);
  const auto put_oldest = [&]() -> Status {
    const auto offset = names_.size() * std::uint64_t{kChunkSize};
    const auto size = region_bytes(info.size, names_.size());
    names_.push_back(TRY(pieces_.put(prepared.take(), [this, offset, size] { return source_.read(offset, size); })));
    task_.advance_to(offset + size);
    return {};
  };
  for (std::uint64_t region = 0; region < region_count(info.size); ++region) {
    TRY(task_.go_on());
    const auto size = region_bytes(info.size, region);
    auto plain = TRY(source_.read(region * kChunkSize, size));
    if (plain.size() != size) return corrupt("the database became shorter while it was saved; try again");
    image.update(plain);
    if (prepared.is_full()) TRY(put_oldest());
    prepared.begin([this, bytes = std::move(plain)]() mutable { return pieces_.prepare(std::move(bytes)); });
  }
  while (!prepared.is_empty()) TRY(put_oldest());
  manifest.image_hash = image.finish();
  return {};
}

Status Creation::write_media() {
  const auto files = TRY(plan_.media->list());
  task_.begin("Writing the pictures", files.size());
  for (const auto& sha256 : files) {
    TRY(task_.go_on());
    const auto bytes = TRY(plan_.media->read(sha256));
    auto& names = media_names_.emplace_back();
    for (std::size_t offset = 0; offset < bytes.size(); offset += kChunkSize) {
      const auto size = std::min<std::size_t>(kChunkSize, bytes.size() - offset);
      names.push_back(
          TRY(pieces_.put(ByteView(bytes).subspan(offset, size), [this, sha256, offset, size]() -> Result<Bytes> {
            const auto whole = TRY(plan_.media->read(sha256));
            return to_bytes(ByteView(whole).subspan(offset, size));
          })));
    }
    result.manifest.media.push_back({sha256, bytes.size(), {}});
    task_.advance_to(result.manifest.media.size());
  }
  return {};
}

void Creation::list_pieces() {
  auto& manifest = result.manifest;
  manifest.chunks.clear();
  for (const auto& name : names_) manifest.chunks.push_back(pieces_.ref(name));
  for (std::size_t i = 0; i < manifest.media.size(); ++i) {
    manifest.media[i].chunks.clear();
    for (const auto& name : media_names_[i]) manifest.media[i].chunks.push_back(pieces_.ref(name));
  }
  manifest.stored_size = pieces_.stored_bytes();
  manifest.new_bytes = pieces_.new_bytes();
  if (manifest.kind == GenerationKind::incremental) manifest.chain_bytes += manifest.new_bytes;
}

Status Creation::write_manifest() {
  const auto& manifest = result.manifest;
  const auto object = TRY(seal_manifest(manifest, vault_, random_));
  TRY(task_.go_on());
  pieces_.wrote(manifest_object());
  TRY(store_.put(manifest_object(), object));
  if (sabotaged(Sabotage::manifest_unread)) return {};
  const auto stored = TRY(store_.get(manifest_object(), kManifestObjectMax));
  if (!stored || *stored != object) {
    return corrupt(store_.describe() + " did not keep what was written; use another one, this one may be failing");
  }
  const auto opened = TRY(open_manifest(*stored, manifest.generation, vault_));
  if (!(opened == manifest)) return corrupt("the list of contents did not come back as it was written");
  return {};
}

Status Creation::write_proof() {
  const auto& manifest = result.manifest;
  Proof proof;
  proof.kind = ProofKind::made;
  proof.passed = true;
  proof.at = manifest.created_at;
  proof.who = manifest.who;
  proof.device_name = manifest.device_name;
  proof.program_version = manifest.program_version;
  pieces_.wrote(TRY(add_proof(store_, vault_, manifest.generation, proof, random_)));
  return {};
}

void Creation::count() {
  result.new_chunks = pieces_.written();
  result.reused_chunks = pieces_.reused();
  result.repaired_chunks = pieces_.repaired();
}

Status begin_manifest(Manifest& manifest, ObjectStore& store, const Vault& vault, const BackupMeta& meta,
                      const ImageInfo& info, UtcTime now, Random& random) {
  for (const auto& entry : TRY(list_backups(store, vault.keys, vault.device))) {
    if (!entry.manifest || entry.manifest->number < manifest.number) continue;
    manifest.number = entry.manifest->number;
    manifest.parent = entry.generation;
  }
  ++manifest.number;
  manifest.generation = new_generation_id(now, random);
  manifest.created_at = now;
  manifest.device = vault.device;
  manifest.store = vault.store;
  manifest.device_name = meta.device_name;
  manifest.who = meta.who;
  manifest.program_version = meta.program_version;
  manifest.plain_size = info.size;
  manifest.page_size = info.page_size;
  manifest.marker = info.marker;
  return {};
}

}  // namespace

Result<BackupResult> create_backup(PageSource& source, ObjectStore& store, const security::RingFile& ring,
                                   const BackupMeta& meta, Clock& clock, Random& random, Task& task,
                                   const BackupPlan& plan) {
  const auto keys = BackupKeys::from(ring.ring);
  const Vault vault{TRY(store.id()), meta.device, keys};
  task.begin("Preparing the backup", 0);
  const auto info = TRY(source.begin());
  Creation creation(source, store, vault, plan, random, task);
  auto& result = creation.result;
  TRY(begin_manifest(result.manifest, store, vault, meta, info, clock.now(), random));
  result.manifest.purpose = plan.purpose;
  TRY(store.sweep_unfinished(to_hex(meta.device.view()) + "/"));
  result.ring_stored = TRY(store_key_ring(store, meta.device, ring, random));

  const auto steps = [&]() -> Status {
    TRY(creation.write_data(info));
    if (sabotaged(Sabotage::manifest_first)) {
      creation.list_pieces();
      TRY(creation.write_manifest());
      TRY(creation.read_data_back());
      return creation.write_proof();
    }
    TRY(creation.read_data_back());
    creation.list_pieces();
    TRY(creation.write_manifest());
    return creation.write_proof();
  }();
  if (!steps) {
    creation.take_back(steps.error().kind);
    return fail(steps.error());
  }
  creation.count();
  if (const auto swept = sweep_leftovers(store, keys, meta.device)) {
    result.swept_objects = swept->removed_objects;
  } else {
    log::warning("leftovers of earlier backups were not removed: {}", swept.error().message);
  }
  source.keep_image(vault.store, result.manifest.generation);
  return std::move(result);
}

}  // namespace till::backup
