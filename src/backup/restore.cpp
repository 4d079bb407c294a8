#include "backup/restore.hpp"

#include <fmt/format.h>

#include <functional>

namespace till::backup {
namespace {

using Receiver = std::function<Status(ByteView)>;

class ImageReader {
 public:
  ImageReader(ObjectStore& store, const Vault& vault, const Manifest& manifest)
      : store_(store), codec_(vault), manifest_(manifest) {}

  Status read(const Receiver& receive, Task& task) {
    security::Sha256 image;
    std::uint64_t done = 0;
    for (std::size_t i = 0; i < manifest_.chunks.size(); ++i) {
      TRY(task.go_on());
      const auto plain = TRY(piece(i));
      image.update(plain);
      TRY(receive(plain));
      done += plain.size();
      task.advance_to(done);
    }
    if (!security::same(image.finish(), manifest_.image_hash)) {
      return corrupt(fmt::format("backup {} does not add up to the database that was saved; use another backup",
                                 manifest_.generation));
    }
    return {};
  }

 private:
  Result<Bytes> piece(std::size_t i) {
    const auto& chunk = manifest_.chunks[i];
    const auto object = TRY(store_.get(codec_.object_name(chunk.content_id), kChunkObjectMax));
    if (!object) return fail(bad(ErrorKind::corrupt, i, "is missing", {}));
    auto plain = codec_.open(chunk.content_id, *object);
    if (!plain) return fail(why_not(i, *object, plain.error()));
    if (plain->size() != chunk.plain_size) return fail(bad(ErrorKind::corrupt, i, "has another size than listed", {}));
    return plain;
  }

  // The seal decides, so that a piece that a later backup wrote again after damage is as good as the first; the listed
  // size and hash only say what is wrong.
  Error why_not(std::size_t i, const Bytes& object, const Error& cause) const {
    const auto& chunk = manifest_.chunks[i];
    if (cause.kind != ErrorKind::corrupt) return bad(cause.kind, i, "cannot be used: " + cause.message, cause.cause);
    if (object.size() < chunk.stored_size) return bad(ErrorKind::corrupt, i, "has been cut short", cause.message);
    if (object.size() > chunk.stored_size) {
      return bad(ErrorKind::corrupt, i, "is longer than it was written", cause.message);
    }
    return bad(ErrorKind::corrupt, i, "is damaged", cause.message);
  }

  Error bad(ErrorKind kind, std::size_t i, std::string_view what, std::string cause) const {
    return {kind,
            fmt::format("part {} of {} of backup {} {}; use another backup", i + 1, manifest_.chunks.size(),
                        manifest_.generation, what),
            std::move(cause)};
  }

  ObjectStore& store_;
  ChunkCodec codec_;
  const Manifest& manifest_;
};

Status check_place(ObjectStore& store, const Manifest& manifest) {
  if (TRY(store.id()) != manifest.store) {
    return invalid(fmt::format("backup {} is not in {}", manifest.generation, store.describe()));
  }
  return {};
}

}  // namespace

Result<VerifyResult> verify_backup(ObjectStore& store, const BackupKeys& keys, const Manifest& manifest, Task& task) {
  TRY(check_place(store, manifest));
  task.begin("Checking the backup", manifest.plain_size);
  const Vault vault{manifest.store, manifest.device, keys};
  TRY(ImageReader(store, vault, manifest).read([](ByteView) { return Status(); }, task));
  return VerifyResult{manifest.chunks.size(), manifest.plain_size, manifest.stored_size};
}

Status restore_backup(ObjectStore& store, const BackupKeys& keys, const Manifest& manifest, ImageSink& sink,
                      Task& task) {
  TRY(check_place(store, manifest));
  task.begin("Reading the backup", manifest.plain_size);
  TRY(sink.begin({manifest.plain_size, manifest.page_size, manifest.marker}));
  const Vault vault{manifest.store, manifest.device, keys};
  TRY(ImageReader(store, vault, manifest).read([&](ByteView bytes) { return sink.write(bytes); }, task));
  return sink.finish();
}

}  // namespace till::backup
