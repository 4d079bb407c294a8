#include "sync/packing.hpp"

#include <zstd.h>

namespace till::sync {

namespace {
constexpr std::uint8_t kPlain = 0, kZstd = 1;
}

Bytes packed(ByteView plain) {
  Bytes out(1 + ZSTD_compressBound(plain.size()));
  const std::size_t size = ZSTD_compress(out.data() + 1, out.size() - 1, plain.data(), plain.size(), 3);
  if (ZSTD_isError(size) || size >= plain.size()) {
    out.assign(1, kPlain);
    out.insert(out.end(), plain.begin(), plain.end());
    return out;
  }
  out[0] = kZstd;
  out.resize(1 + size);
  return out;
}

Result<Bytes> unpacked(ByteView packed, std::size_t max_bytes) {
  if (packed.empty()) return corrupt("nothing is in it");
  const ByteView data = packed.subspan(1);
  if (packed[0] == kPlain) return to_bytes(data);
  if (packed[0] != kZstd) return corrupt("this is packed in an unknown way");
  const auto size = ZSTD_getFrameContentSize(data.data(), data.size());
  if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > max_bytes) {
    return corrupt("this is damaged");
  }
  Bytes plain(size);
  const std::size_t got = ZSTD_decompress(plain.data(), plain.size(), data.data(), data.size());
  if (ZSTD_isError(got) || got != plain.size()) return corrupt("this is damaged");
  return plain;
}

}  // namespace till::sync
