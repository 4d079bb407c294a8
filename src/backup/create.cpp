#include "backup/create.hpp"

#include <map>

#include "backup/list.hpp"
#include "backup/retention.hpp"
#include "core/log.hpp"

namespace till::backup {
namespace {

class Creation {
 public:
  Creation(PageSource& source, ObjectStore& store, const Vault& vault, Random& random, Task& task)
      : source_(source), store_(store), vault_(vault), codec_(vault), random_(random), task_(task) {}

  Status write_data(const ImageInfo& info);
  Status read_data_back();
  Status write_manifest();
  // After a failure: this generation is not there, and a full disk is as full as before. What a lost connection left
  // is kept, so that the next run begins where this one ended.
  void take_back(ErrorKind failure);

  BackupResult result;

 private:
  struct Piece {
    std::uint64_t offset = 0;  // in the image, where it occurs first
    bool written_now = false;
    ChunkRef ref;
  };

  Status take_piece(std::uint64_t offset, ByteView plain);
  Status put_piece(const std::string& name, Piece& piece, ByteView plain);
  Status check_piece(const std::string& name, Piece& piece);
  Status replace_piece(const std::string& name, Piece& piece);

  PageSource& source_;
  ObjectStore& store_;
  const Vault& vault_;
  ChunkCodec codec_;
  Random& random_;
  Task& task_;
  std::map<std::string, std::uint64_t> stored_before_;
  std::map<std::string, Piece> pieces_;
  std::vector<std::string> order_;
  std::vector<std::string> written_;
};

Status Creation::write_data(const ImageInfo& info) {
  for (auto& object : TRY(store_.list(chunk_prefix(vault_.device)))) {
    stored_before_.emplace(std::move(object.name), object.size);
  }
  task_.begin("Writing the backup", info.size);
  security::Sha256 image;
  for (std::uint64_t offset = 0; offset < info.size; offset += kChunkSize) {
    TRY(task_.go_on());
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(kChunkSize, info.size - offset));
    const auto plain = TRY(source_.read(offset, size));
    if (plain.size() != size) return corrupt("the database became shorter while it was saved; try again");
    image.update(plain);
    TRY(take_piece(offset, plain));
    task_.advance_to(offset + size);
  }
  result.manifest.image_hash = image.finish();
  return {};
}

Status Creation::take_piece(std::uint64_t offset, ByteView plain) {
  const auto content_id = codec_.content_id(plain);
  const auto name = codec_.object_name(content_id);
  order_.push_back(name);
  if (pieces_.contains(name)) return {};
  Piece piece{offset, false, {content_id, static_cast<std::uint32_t>(plain.size()), 0, {}}};
  if (stored_before_.contains(name)) {
    ++result.reused_chunks;
  } else {
    TRY(put_piece(name, piece, plain));
    ++result.new_chunks;
  }
  pieces_.emplace(name, piece);
  return {};
}

Status Creation::put_piece(const std::string& name, Piece& piece, ByteView plain) {
  const auto object = TRY(codec_.seal(piece.ref.content_id, plain, random_));
  if (!stored_before_.contains(name)) written_.push_back(name);  // a repaired one serves earlier generations too
  TRY(store_.put(name, object));
  piece.written_now = true;
  piece.ref.stored_size = static_cast<std::uint32_t>(object.size());
  piece.ref.stored_hash = security::sha256(object);
  result.manifest.new_bytes += object.size();
  return {};
}

Status Creation::read_data_back() {
  task_.begin("Reading the backup back", pieces_.size());
  std::uint64_t done = 0;
  for (auto& [name, piece] : pieces_) {
    TRY(task_.go_on());
    TRY(check_piece(name, piece));
    result.manifest.stored_size += piece.ref.stored_size;
    task_.advance_to(++done);
  }
  for (const auto& name : order_) result.manifest.chunks.push_back(pieces_.at(name).ref);
  return {};
}

Status Creation::check_piece(const std::string& name, Piece& piece) {
  const auto object = store_.get(name, kChunkObjectMax);
  if (!object && object.error().kind != ErrorKind::corrupt) return fail(object.error());
  const bool there = object && *object;
  if (piece.written_now) {
    if (there && security::same(security::sha256(**object), piece.ref.stored_hash)) return {};
    return corrupt(store_.describe() + " did not keep what was written; use another one, this one may be failing");
  }
  if (there && codec_.open(piece.ref.content_id, **object)) {
    piece.ref.stored_size = static_cast<std::uint32_t>((*object)->size());
    piece.ref.stored_hash = security::sha256(**object);
    return {};
  }
  return replace_piece(name, piece);
}

Status Creation::replace_piece(const std::string& name, Piece& piece) {
  log::warning("a stored piece of earlier backups is damaged and is written again: {}", name);
  const auto plain = TRY(source_.read(piece.offset, piece.ref.plain_size));
  TRY(store_.remove(name));
  TRY(put_piece(name, piece, plain));
  ++result.repaired_chunks;
  return check_piece(name, piece);
}

Status Creation::write_manifest() {
  const auto& manifest = result.manifest;
  const auto name = manifest_name(vault_.device, manifest.generation);
  const auto object = TRY(seal_manifest(manifest, vault_, random_));
  TRY(task_.go_on());
  written_.push_back(name);
  TRY(store_.put(name, object));
  const auto stored = TRY(store_.get(name, kManifestObjectMax));
  if (!stored || *stored != object) {
    return corrupt(store_.describe() + " did not keep what was written; use another one, this one may be failing");
  }
  const auto opened = TRY(open_manifest(*stored, manifest.generation, vault_));
  if (!(opened == manifest)) return corrupt("the list of contents did not come back as it was written");
  return {};
}

void Creation::take_back(ErrorKind failure) {
  const auto manifest = manifest_name(vault_.device, result.manifest.generation);
  for (auto name = written_.rbegin(); name != written_.rend(); ++name) {
    if (failure == ErrorKind::retry && *name != manifest) return;
    if (const auto removed = store_.remove(*name); !removed) {
      log::warning("could not remove {} after a failed backup: {}", *name, removed.error().message);
      return;
    }
  }
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
                                   const BackupMeta& meta, Clock& clock, Random& random, Task& task) {
  const auto keys = BackupKeys::from(ring.ring);
  const Vault vault{TRY(store.id()), meta.device, keys};
  task.begin("Preparing the backup", 0);
  const auto info = TRY(source.begin());
  Creation creation(source, store, vault, random, task);
  auto& result = creation.result;
  TRY(begin_manifest(result.manifest, store, vault, meta, info, clock.now(), random));
  TRY(store.sweep_unfinished(to_hex(meta.device.view()) + "/"));
  result.ring_stored = TRY(store_key_ring(store, meta.device, ring, random));

  const auto steps = [&]() -> Status {
    TRY(creation.write_data(info));
    TRY(creation.read_data_back());
    return creation.write_manifest();
  }();
  if (!steps) {
    creation.take_back(steps.error().kind);
    return fail(steps.error());
  }
  if (const auto swept = sweep_chunks(store, keys, meta.device)) {
    result.swept_objects = swept->removed_objects;
  } else {
    log::warning("leftovers of earlier backups were not removed: {}", swept.error().message);
  }
  return std::move(result);
}

}  // namespace till::backup
