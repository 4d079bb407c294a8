#include "backup/manifest.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "security/seal.hpp"

namespace till::backup {
namespace {

constexpr std::string_view kMagic = "TSMANI";
constexpr std::size_t kHeaderSize = 67;
constexpr std::string_view kPattern = "dddddddd-dddddd-xxxxxx";

security::SecretBytes manifest_key(const Vault& vault, std::string_view generation) {
  ByteWriter salt;
  salt.raw(vault.store.view());
  salt.raw(vault.device.view());
  return security::hkdf_sha256(vault.keys.key.view(), salt.bytes(), view("manifest" + std::string(generation)));
}

Bytes associated(ByteView header, std::string_view generation) {
  Bytes out = to_bytes(header);
  out.insert(out.end(), generation.begin(), generation.end());
  return out;
}

// Format 1 knew full backups only.
struct Manifest1 {
  Manifest value;

  template <class Archive>
  void serialize(Archive& archive) {
    auto& m = value;
    archive(m.generation, m.parent, m.number, m.kind, m.created_at.us, m.device, m.store, m.device_name, m.who,
            m.program_version, m.plain_size, m.page_size, m.stored_size, m.new_bytes, m.marker, m.image_hash, m.chunks);
  }
};

Result<Manifest> decode_version(std::uint8_t version, ByteView plain) {
  if (version != 1) return decode<Manifest>(plain);
  auto manifest = TRY(decode<Manifest1>(plain)).value;
  manifest.format = 1;
  manifest.base = manifest.generation;
  manifest.data_size = manifest.plain_size;
  return manifest;
}

// Every piece but an image's last is a whole stretch of it.
bool sizes_agree(const std::vector<ChunkRef>& chunks, std::uint64_t total, bool is_image) {
  std::uint64_t sum = 0;
  for (const auto& chunk : chunks) {
    if (is_image && sum % kChunkSize != 0) return false;
    const auto most = is_image ? kChunkSize : kPieceMax;
    if (chunk.plain_size == 0 || chunk.plain_size > most || chunk.stored_size > kChunkObjectMax) return false;
    sum += chunk.plain_size;
  }
  return sum == total;
}

bool chain_agrees(const Manifest& m) {
  switch (m.kind) {
    case GenerationKind::full:
      return m.base == m.generation && m.chain_length == 0 && m.data_size == m.plain_size;
    case GenerationKind::incremental:
      return is_generation_id(m.parent) && is_generation_id(m.base) && m.parent != m.generation &&
             m.base != m.generation && m.chain_length > 0 && m.format > 1;
  }
  return false;
}

Status check_agreement(const Manifest& m, std::string_view generation, const Vault& vault) {
  bool agrees = m.page_size >= 512 && m.page_size <= kChunkSize && m.plain_size % m.page_size == 0 &&
                kChunkSize % m.page_size == 0 && chain_agrees(m) &&
                sizes_agree(m.chunks, m.data_size, m.kind == GenerationKind::full);
  for (const auto& media : m.media) agrees = agrees && sizes_agree(media.chunks, media.size, false);
  if (!agrees || m.generation != generation || m.device != vault.device || m.store != vault.store) {
    return corrupt(fmt::format("the list of contents of backup {} does not agree with itself", generation));
  }
  return {};
}

struct Header {
  Id tenant, store, device;
  ByteView check_value;
  std::uint8_t version = 0;
  std::uint32_t rest_size = 0;
};

Result<Header> parse_header(ByteView object, std::string_view generation) {
  const auto cut = [&] {
    return corrupt(fmt::format("the list of contents of backup {} has been cut short; use another backup", generation));
  };
  if (object.size() <= kMagic.size()) return cut();
  if (as_text(object.first(kMagic.size())) != kMagic) {
    return corrupt(
        fmt::format("the list of contents of backup {} is damaged at its beginning; use another backup", generation));
  }
  if (object[kMagic.size()] == 0 || object[kMagic.size()] > kManifestVersion) {
    return fail(ErrorKind::permanent,
                fmt::format("backup {} was written by a newer version of Tillstick (format {}); update this terminal "
                            "first",
                            generation, object[kMagic.size()]));
  }
  if (object.size() < kHeaderSize) return cut();
  Header header;
  header.version = object[kMagic.size()];
  header.tenant = TRY(id_from_bytes(object.subspan(7, 16)));
  header.store = TRY(id_from_bytes(object.subspan(23, 16)));
  header.device = TRY(id_from_bytes(object.subspan(39, 16)));
  header.check_value = object.subspan(55, 8);
  header.rest_size = TRY(ByteReader(object.subspan(63, 4)).u32());
  if (object.size() - kHeaderSize < header.rest_size) return cut();
  if (object.size() - kHeaderSize > header.rest_size) {
    return corrupt(
        fmt::format("the list of contents of backup {} is longer than it was written; use another backup", generation));
  }
  return header;
}

Status check_belongs(const Header& header, std::string_view generation, const Vault& vault) {
  if (header.tenant != vault.keys.tenant) {
    return denied(fmt::format("backup {} belongs to another shop; it opens with that shop's keys only", generation));
  }
  if (header.store != vault.store) {
    return corrupt(
        fmt::format("backup {} was made in another place and copied here in parts; copy the whole folder, "
                    "with the file tillstick-store.id",
                    generation));
  }
  if (header.device != vault.device) {
    return corrupt(
        fmt::format("backup {} lies in the folder of another terminal; put it back where it was", generation));
  }
  if (!equal(header.check_value, vault.keys.check_value())) {
    return denied(
        fmt::format("backup {} was sealed with other keys of this shop; open it with the recovery passphrase "
                    "of that time",
                    generation));
  }
  return {};
}

}  // namespace

std::string_view to_string(GenerationKind kind) {
  return kind == GenerationKind::full ? "full" : "incremental";
}

double compression_ratio(const Manifest& manifest) {
  if (manifest.new_bytes == 0) return 0;
  return static_cast<double>(manifest.plain_size) / static_cast<double>(manifest.new_bytes);
}

std::vector<ChunkRef> pieces_of(const Manifest& manifest) {
  auto pieces = manifest.chunks;
  for (const auto& media : manifest.media) pieces.insert(pieces.end(), media.chunks.begin(), media.chunks.end());
  return pieces;
}

bool is_generation_id(std::string_view text) {
  if (text.size() != kPattern.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool digit = c >= '0' && c <= '9';
    const bool fits = kPattern[i] == 'd' ? digit : kPattern[i] == 'x' ? digit || (c >= 'a' && c <= 'f') : c == '-';
    if (!fits) return false;
  }
  return true;
}

std::string compact_stamp(UtcTime time) {
  std::string stamp;  // "2026-11-20T09:41:07.123Z" without its marks
  for (const char c : to_rfc3339(time)) {
    if (c == '.') break;
    if (c == 'T') stamp += '-';
    if (c >= '0' && c <= '9') stamp += c;
  }
  return stamp;
}

std::string new_generation_id(UtcTime now, Random& random) {
  return compact_stamp(now) + "-" + to_hex(random.bytes(3));
}

std::string manifest_prefix(const Id& device) {
  return to_hex(device.view()) + "/manifest/";
}

std::string manifest_name(const Id& device, std::string_view generation) {
  return manifest_prefix(device) + std::string(generation);
}

Result<Bytes> seal_manifest(const Manifest& manifest, const Vault& vault, Random& random) {
  TRY(check_agreement(manifest, manifest.generation, vault));
  const auto plain = encode(manifest);
  if (plain.size() + kHeaderSize + security::kSealOverhead > kManifestObjectMax) {
    return invalid("the database is too large for one backup");
  }
  ByteWriter out;
  out.raw(view(kMagic));
  out.u8(kManifestVersion);
  out.raw(vault.keys.tenant.view());
  out.raw(vault.store.view());
  out.raw(vault.device.view());
  out.raw(vault.keys.check_value());
  out.u32(static_cast<std::uint32_t>(plain.size() + security::kSealOverhead));
  const auto key = manifest_key(vault, manifest.generation);
  out.raw(TRY(security::seal(key, plain, associated(out.bytes(), manifest.generation), random)));
  return out.take();
}

Result<Manifest> open_manifest(ByteView object, std::string_view generation, const Vault& vault) {
  const auto header = TRY(parse_header(object, generation));
  TRY(check_belongs(header, generation, vault));
  const auto plain = security::open(manifest_key(vault, generation), object.subspan(kHeaderSize),
                                    associated(object.first(kHeaderSize), generation));
  if (!plain) {
    return fail(
        ErrorKind::corrupt,
        fmt::format("the list of contents of backup {} is damaged or was renamed; use another backup", generation),
        plain.error().message);
  }
  return decode_manifest(header.version, *plain, generation, vault);
}

Result<Manifest> decode_manifest(std::uint8_t version, ByteView plain, std::string_view generation,
                                 const Vault& vault) {
  auto manifest = decode_version(version, plain);
  if (!manifest) return fail(manifest.error().context(fmt::format("backup {}", generation)));
  TRY(check_agreement(*manifest, generation, vault));
  return std::move(*manifest);
}

}  // namespace till::backup
