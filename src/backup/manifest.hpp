// What a generation is: one sealed object, written last. A generation without a manifest does not exist.
//
//   bytes 0..5    "TSMANI"     byte 6   format version, 2 (1 is read, too)
//   bytes 7..22   tenant id    23..38   store id     39..54   device id
//   bytes 55..62  check value of the backup key
//   bytes 63..66  size of the rest, big-endian
//   bytes 67..    seal.hpp's bytes of the encoded Manifest below (core/wire.hpp; docs/BACKUP.md has both versions);
//                 associated data: bytes 0..66 and the generation id
//
//   manifest key = HKDF(backup key, salt = store id || device id, info = "manifest" || generation id)
//   object name  = <device id, 32 hex digits>/manifest/<generation id>
//   generation id: UTC time and 6 random hex digits, "20261120-094107-3fa9c1"; the order of generations is `number`,
//   never the clock
//
// A manifest under another name, in another device's folder or in another store does not open; each failure has its own
// sentence (see open_manifest).
#pragma once

#include <string>
#include <vector>

#include "backup/chunk.hpp"
#include "backup/pages.hpp"
#include "core/clock.hpp"
#include "security/hash.hpp"

namespace till::backup {

constexpr std::uint8_t kManifestVersion = 2;
constexpr std::uint64_t kManifestObjectMax = 64 << 20;

enum class GenerationKind : std::uint8_t { full = 1, incremental = 2 };
std::string_view to_string(GenerationKind kind);  // "full", "incremental"
// What a generation was made for; one made before a restore is kept apart from the others (retention.hpp).
enum class Purpose : std::uint8_t { ordinary = 0, before_restore = 1 };

struct ChunkRef {
  security::Hash content_id{};
  std::uint32_t plain_size = 0;
  std::uint32_t stored_size = 0;
  security::Hash stored_hash{};  // SHA-256 of the object when this generation was made

  bool operator==(const ChunkRef&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(content_id, plain_size, stored_size, stored_hash);
  }
};

// A media file that was there; its bytes are the pieces one after the other.
struct MediaRef {
  security::Hash sha256{};
  std::uint64_t size = 0;
  std::vector<ChunkRef> chunks;

  bool operator==(const MediaRef&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(sha256, size, chunks);
  }
};

struct Manifest {
  std::uint8_t format = kManifestVersion;  // what it was read from; not a field of it
  std::string generation;
  std::string parent;        // the device's generation before; empty for the first. An increment is made against it
  std::string base;          // the full one that the chain begins with; of a full one itself
  std::uint64_t number = 0;  // counts up from 1 per device and store
  GenerationKind kind = GenerationKind::full;
  Purpose purpose = Purpose::ordinary;
  UtcTime created_at;
  Id device;
  Id store;
  std::string device_name, who, program_version;
  std::uint64_t plain_size = 0;  // bytes of the image
  std::uint32_t page_size = 0;
  std::uint64_t data_size = 0;         // bytes of the pieces before sealing: the image itself, or what changed
  std::uint64_t stored_size = 0;       // bytes of its different pieces, media's too
  std::uint64_t new_bytes = 0;         // of these, written by this generation
  std::uint32_t chain_length = 0;      // increments since the full one, this one included
  std::uint64_t chain_bytes = 0;       // what they take in the store
  ContentMarker marker;                // schema, log vector and audit head are in it
  security::Hash image_hash{};         // SHA-256 of the whole image
  security::Hash parent_image_hash{};  // of an increment: of the image it was made against
  std::vector<ChunkRef> chunks;        // in order: of the image, or of the increment (delta.hpp)
  std::vector<MediaRef> media;         // where they were chosen

  bool operator==(const Manifest&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(generation, parent, base, number, kind, purpose, created_at.us, device, store, device_name, who,
            program_version, plain_size, page_size, data_size, stored_size, new_bytes, chain_length, chain_bytes,
            marker, image_hash, parent_image_hash, chunks, media);
  }
};

// The database's bytes for each byte that this generation added to the store; 0 when it added nothing.
double compression_ratio(const Manifest& manifest);
// All pieces that it needs itself: of the image or the increment, and of media.
std::vector<ChunkRef> pieces_of(const Manifest& manifest);

// "20261120-094107", UTC: for names that a person reads; never for order.
std::string compact_stamp(UtcTime time);
bool is_generation_id(std::string_view text);
std::string new_generation_id(UtcTime now, Random& random);
// <device>/manifest/ and <device>/manifest/<generation>
std::string manifest_prefix(const Id& device);
std::string manifest_name(const Id& device, std::string_view generation);

Result<Bytes> seal_manifest(const Manifest& manifest, const Vault& vault, Random& random);
// Denied: another shop's, or this shop's under a key that is not in the ring. Permanent: a newer format. Corrupt: cut
// short, damaged, under another name, out of another store, or not in agreement with itself.
Result<Manifest> open_manifest(ByteView object, std::string_view generation, const Vault& vault);
// What was under the seal, of a format up to kManifestVersion: read, and checked against itself and against where it
// lies.
Result<Manifest> decode_manifest(std::uint8_t version, ByteView plain, std::string_view generation,
                                 const Vault& vault);

}  // namespace till::backup
