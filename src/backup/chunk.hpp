// One stored piece: a stretch of an image, of an increment or of a media file; compressed, then sealed under a key of
// its own.
//
//   bytes 0..5    "TSCHNK"     byte 6   format version, 1     byte 7   compression: 0 none, 1 zstd
//   bytes 8..11   plain size, big-endian
//   bytes 12..    seal.hpp's bytes; associated data: bytes 0..11, store id, device id, content id
//
//   content id  = HMAC-SHA256(HKDF(backup key, "chunk id"), plain bytes): the same bytes are stored once, and nobody
//                 without the key can tell what they are
//   chunk key   = HKDF(backup key, salt = store id || device id, info = "chunk" || content id)
//   object name = <device id, 32 hex digits>/chunk/<first 32 hex digits of the content id>
//
// A chunk that is moved to another name, device or store does not open.
#pragma once

#include <memory>
#include <string>

#include "backup/keys.hpp"
#include "core/bytes.hpp"
#include "core/id.hpp"
#include "core/random.hpp"
#include "core/result.hpp"
#include "security/hash.hpp"

namespace till::backup {

constexpr std::uint8_t kChunkVersion = 1;
constexpr std::uint32_t kChunkSize = 1 << 20;  // bytes of an image; a multiple of every page size
constexpr std::uint32_t kPieceMax = kChunkSize + (64 << 10);
constexpr std::uint64_t kChunkObjectMax = kPieceMax + 4096;

// Where a device's objects live: the store they are bound to and the keys they are sealed under.
struct Vault {
  Id store;
  Id device;
  const BackupKeys& keys;
};

// All of it may be called by several threads at once.
class ChunkCodec {
 public:
  explicit ChunkCodec(const Vault& vault);
  [[nodiscard]] security::Hash content_id(ByteView plain) const;
  [[nodiscard]] std::string object_name(const security::Hash& content_id) const;
  // Compressed; empty where that would not be shorter.
  [[nodiscard]] Bytes pack(ByteView plain) const;
  // `packed` is what `pack` made of `plain`.
  [[nodiscard]] Result<Bytes> seal(const security::Hash& content_id, ByteView plain, ByteView packed,
                                   Random& random) const;
  // Opens and compares with the content id. Corrupt with a sentence otherwise; permanent for a newer format.
  [[nodiscard]] Result<Bytes> open(const security::Hash& content_id, ByteView object) const;

 private:
  [[nodiscard]] security::SecretBytes key_for(const security::Hash& content_id) const;
  [[nodiscard]] Bytes associated(ByteView header, const security::Hash& content_id) const;
  class Packers;
  Vault vault_;
  security::SecretBytes id_key_;
  std::shared_ptr<Packers> packers_;
};

// <device>/chunk/
std::string chunk_prefix(const Id& device);

}  // namespace till::backup
