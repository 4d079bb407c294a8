#include "backup/chunk.hpp"

#include <zstd.h>

#include <mutex>

#include "backup/sabotage.hpp"
#include "security/seal.hpp"

namespace till::backup {
namespace {

constexpr std::string_view kMagic = "TSCHNK";
constexpr std::size_t kHeaderSize = 12;
constexpr std::uint8_t kStored = 0, kZstd = 1;
constexpr int kLevel = 3;

std::string device_folder(const Id& device) {
  return to_hex(device.view()) + "/";
}

// zstd's tables and the room for a result: made once, not for each piece.
struct Packer {
  std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context{ZSTD_createCCtx(), ZSTD_freeCCtx};
  Bytes room;

  ~Packer() { security::wipe(room); }
  Bytes pack(ByteView plain) {
    room.resize(std::max(room.size(), ZSTD_compressBound(plain.size())));
    const auto size = ZSTD_compressCCtx(context.get(), room.data(), room.size(), plain.data(), plain.size(), kLevel);
    if (ZSTD_isError(size) || size >= plain.size()) return {};
    return to_bytes(ByteView(room).first(size));
  }
};

Result<Bytes> expanded(ByteView packed, std::uint32_t plain_size) {
  Bytes out(plain_size);
  const auto size = ZSTD_decompress(out.data(), out.size(), packed.data(), packed.size());
  if (ZSTD_isError(size) || size != plain_size) return corrupt("the piece does not unpack to its size");
  return out;
}

}  // namespace

// As many as pieces are packed at once.
class ChunkCodec::Packers {
 public:
  Bytes pack(ByteView plain) {
    auto packer = borrow();
    auto packed = packer->pack(plain);
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(packer));
    return packed;
  }

 private:
  std::unique_ptr<Packer> borrow() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<Packer>();
    auto packer = std::move(idle_.back());
    idle_.pop_back();
    return packer;
  }

  std::mutex mutex_;
  std::vector<std::unique_ptr<Packer>> idle_;
};

std::string chunk_prefix(const Id& device) {
  return device_folder(device) + "chunk/";
}

ChunkCodec::ChunkCodec(const Vault& vault)
    : vault_(vault),
      id_key_(security::hkdf_sha256(vault.keys.key.view(), {}, view("chunk id"))),
      packers_(std::make_shared<Packers>()) {}

security::Hash ChunkCodec::content_id(ByteView plain) const {
  return security::hmac_sha256(id_key_.view(), plain);
}

std::string ChunkCodec::object_name(const security::Hash& content_id) const {
  return chunk_prefix(vault_.device) + to_hex(ByteView(content_id).first(16));
}

security::SecretBytes ChunkCodec::key_for(const security::Hash& content_id) const {
  ByteWriter salt, info;
  salt.raw(vault_.store.view());
  salt.raw(vault_.device.view());
  info.raw(view("chunk"));
  if (!sabotaged(Sabotage::name_unbound)) info.raw(content_id);
  return security::hkdf_sha256(vault_.keys.key.view(), salt.bytes(), info.bytes());
}

Bytes ChunkCodec::associated(ByteView header, const security::Hash& content_id) const {
  ByteWriter out;
  out.raw(header);
  out.raw(vault_.store.view());
  out.raw(vault_.device.view());
  if (!sabotaged(Sabotage::name_unbound)) out.raw(content_id);
  return out.take();
}

Bytes ChunkCodec::pack(ByteView plain) const {
  return packers_->pack(plain);
}

Result<Bytes> ChunkCodec::seal(const security::Hash& content_id, ByteView plain, ByteView packed,
                               Random& random) const {
  if (plain.empty() || plain.size() > kPieceMax) return invalid("a piece of a backup has an impossible size");
  ByteWriter out;
  out.raw(view(kMagic));
  out.u8(kChunkVersion);
  out.u8(packed.empty() ? kStored : kZstd);
  out.u32(static_cast<std::uint32_t>(plain.size()));
  const auto associated_data = associated(out.bytes(), content_id);
  if (sabotaged(Sabotage::seal_left_out)) {
    out.raw(packed.empty() ? plain : packed);
    return out.take();
  }
  out.raw(TRY(security::seal(key_for(content_id), packed.empty() ? plain : packed, associated_data, random)));
  return out.take();
}

Result<Bytes> ChunkCodec::open(const security::Hash& content_id, ByteView object) const {
  ByteReader in(object);
  const auto magic = in.raw(kMagic.size());
  if (!magic || as_text(*magic) != kMagic) return corrupt("it is not a piece of a backup");
  const auto version = TRY(in.u8());
  if (version != kChunkVersion) {
    return fail(ErrorKind::permanent, "it was written by a newer version of Tillstick (format " +
                                          std::to_string(version) + "); update this terminal first");
  }
  const auto compression = TRY(in.u8());
  const auto plain_size = TRY(in.u32());
  if (plain_size == 0 || plain_size > kPieceMax || compression > kZstd) return corrupt("its head is damaged");
  auto plain =
      sabotaged(Sabotage::seal_left_out)
          ? to_bytes(in.rest())
          : TRY(security::open(key_for(content_id), in.rest(), associated(object.first(kHeaderSize), content_id)));
  if (compression == kZstd) plain = TRY(expanded(plain, plain_size));
  if (sabotaged(Sabotage::name_unbound)) return plain;
  if (plain.size() != plain_size || !security::same(this->content_id(plain), content_id)) {
    return corrupt("its content is not what its name says");
  }
  return plain;
}

}  // namespace till::backup
