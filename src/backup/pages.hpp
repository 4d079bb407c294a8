// Where a backup's bytes come from and go to. The implementations know SQLite and the data folder
// (storage/backup_source, storage/image_file, storage/backup_media); here a database is an image of pages and a marker
// of what it contains, and media files are bytes under their hash. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"
#include "core/id.hpp"
#include "core/result.hpp"
#include "core/wire.hpp"
#include "security/audit_chain.hpp"
#include "security/hash.hpp"

namespace till::backup {

// What the image holds, told by its content and not by its bytes: equal before and after a restore, or the restore did
// not happen. integrity_check alone cannot say that.
struct ContentMarker {
  std::uint32_t schema_version = 0;
  std::uint64_t sales = 0;   // how many documents
  std::string last_receipt;  // number of the newest one
  Bytes log_heads;           // of the sync log, opaque here
  security::AuditHead audit;

  bool operator==(const ContentMarker&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(schema_version, sales, last_receipt, log_heads, audit);
  }
};

struct ImageInfo {
  std::uint64_t size = 0;       // bytes
  std::uint32_t page_size = 0;  // bytes; size is a multiple of it
  ContentMarker marker;
};

// The image of an earlier generation, kept where it is quicker to read than from the store.
class KeptImage {
 public:
  virtual ~KeptImage() = default;
  // Up to `size` bytes at `offset`; fewer at its end. Nothing vouches for them but their hash.
  virtual Result<Bytes> read(std::uint64_t offset, std::size_t size) = 0;
};

// A consistent image, unchanged from begin to the end of its life whatever is sold meanwhile.
class PageSource {
 public:
  virtual ~PageSource() = default;
  virtual Result<ImageInfo> begin() = 0;
  // Exactly `size` bytes at `offset`, both multiples of the page size except at the end.
  virtual Result<Bytes> read(std::uint64_t offset, std::size_t size) = 0;

  // The image of a generation in a store, if it was kept; null is always right.
  virtual std::unique_ptr<KeptImage> kept_image(const Id& /*store*/, std::string_view /*generation*/) {
    return nullptr;
  }
  // The image is now that generation, the newest in that store: it may be kept for the next one. The source is read no
  // more afterwards.
  virtual void keep_image(const Id& /*store*/, std::string_view /*generation*/) {}
};

// The media files of the shop, named by the SHA-256 of their bytes; they never change.
class MediaSource {
 public:
  virtual ~MediaSource() = default;
  virtual Result<std::vector<security::Hash>> list() = 0;
  virtual Result<Bytes> read(const security::Hash& sha256) = 0;
};

class MediaSink {
 public:
  virtual ~MediaSink() = default;
  virtual bool has(const security::Hash& sha256) = 0;
  // Durable when it returns; refused when the bytes are not what the hash says.
  virtual Status put(const security::Hash& sha256, ByteView bytes) = 0;
};

// Receives an image from its first to its last byte. What it makes is not used before `finish` was called, and is
// removed with the sink if it was not.
class ImageSink {
 public:
  virtual ~ImageSink() = default;
  virtual Status begin(const ImageInfo& info) = 0;
  virtual Status write(ByteView bytes) = 0;
  virtual Status finish() = 0;
};

}  // namespace till::backup
