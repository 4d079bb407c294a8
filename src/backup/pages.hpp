// Where a backup's bytes come from and go to. The implementations know SQLite (storage/backup_source,
// storage/backup_restore); here a database is an image of pages and a marker of what it contains. One thread.
#pragma once

#include <cstdint>
#include <string>

#include "core/bytes.hpp"
#include "core/result.hpp"
#include "core/wire.hpp"
#include "security/audit_chain.hpp"

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

// A consistent image, unchanged from begin to the end of its life whatever is sold meanwhile.
class PageSource {
 public:
  virtual ~PageSource() = default;
  virtual Result<ImageInfo> begin() = 0;
  // Exactly `size` bytes at `offset`, both multiples of the page size except at the end.
  virtual Result<Bytes> read(std::uint64_t offset, std::size_t size) = 0;
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
