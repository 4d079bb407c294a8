// The bytes of media files, beside the log: data/media/<hh>/<hash>, where hash is the SHA-256 of the bytes in hex and
// hh its first two letters. A file is written to a temporary name, synced, read back and renamed, so that a name stands
// for its whole content or is not there; what is read is hashed again, and a file that is not what its name says is
// Error corrupt (and may then be put again). Only PNG and JPEG, by their first bytes, up to kMaxMediaBytes.
//
// Content-addressed, hence the same everywhere and never changed: putting what is there already costs a look. Any
// thread; two that put the same write the same. Works on its Env alone and knows no database.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"
#include "core/result.hpp"
#include "security/hash.hpp"
#include "storage/env.hpp"

namespace till::storage {

constexpr std::uint64_t kMaxMediaBytes = 2ull << 20;

// Where a data folder keeps them.
inline std::string media_folder(std::string_view data_folder) {
  return join_path(data_folder, "media");
}

// "image/png" or "image/jpeg"; invalid with a sentence when the bytes are neither, empty or too large.
Result<std::string> media_type(ByteView bytes);

class MediaBlobs {
 public:
  // `folder` is the data folder's media/; it is made when the first file comes.
  MediaBlobs(Env& env, std::string folder) : env_(env), folder_(std::move(folder)) {}

  // Checks the type and stores; returns the hash.
  Result<security::Hash> put(ByteView bytes);
  // The same for bytes from elsewhere: corrupt when they are not what `hash` says.
  Status put_as(const security::Hash& hash, ByteView bytes);
  [[nodiscard]] bool has(const security::Hash& hash) const;
  // Verified. Invalid when it is not here (yet), corrupt when the file was damaged.
  Result<Bytes> get(const security::Hash& hash) const;
  Status remove(const security::Hash& hash);
  // By name. Files that are not named like a blob are passed over.
  Result<std::vector<security::Hash>> list() const;

 private:
  [[nodiscard]] std::string folder_of(const security::Hash& hash) const;
  [[nodiscard]] std::string path_of(const security::Hash& hash) const;
  Env& env_;
  std::string folder_;
};

// 32 bytes of a row to a hash; corrupt otherwise.
Result<security::Hash> media_hash(ByteView stored);

}  // namespace till::storage
