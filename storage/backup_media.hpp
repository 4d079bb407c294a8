// The media files of a data folder, to and from backups.
#pragma once

#include "backup/pages.hpp"
#include "storage/media_blobs.hpp"

namespace till::storage {

class BackupMedia final : public backup::MediaSource, public backup::MediaSink {
 public:
  BackupMedia(Env& env, std::string_view data_folder) : blobs_(env, media_folder(data_folder)) {}

  Result<std::vector<security::Hash>> list() override { return blobs_.list(); }
  Result<Bytes> read(const security::Hash& sha256) override { return blobs_.get(sha256); }
  bool has(const security::Hash& sha256) override { return blobs_.has(sha256); }
  Status put(const security::Hash& sha256, ByteView bytes) override { return blobs_.put_as(sha256, bytes); }

 private:
  MediaBlobs blobs_;
};

}  // namespace till::storage
