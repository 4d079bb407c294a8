#include "storage/media_blobs.hpp"

#include <algorithm>
#include <array>

namespace till::storage {

namespace {

constexpr std::array<std::uint8_t, 8> kPng = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
constexpr std::array<std::uint8_t, 3> kJpeg = {0xff, 0xd8, 0xff};

template <std::size_t N>
bool starts_with(ByteView bytes, const std::array<std::uint8_t, N>& magic) {
  return bytes.size() > N && std::equal(magic.begin(), magic.end(), bytes.begin());
}

}  // namespace

Result<std::string> media_type(ByteView bytes) {
  if (bytes.empty()) return invalid("the picture is empty; choose another file");
  if (bytes.size() > kMaxMediaBytes) return invalid("the picture is larger than 2 MiB; make it smaller first");
  if (starts_with(bytes, kPng)) return std::string("image/png");
  if (starts_with(bytes, kJpeg)) return std::string("image/jpeg");
  return invalid("this is neither a PNG nor a JPEG picture; save it as one of them first");
}

Result<security::Hash> media_hash(ByteView stored) {
  security::Hash hash{};
  if (stored.size() != hash.size()) return corrupt("the hash of a media file has the wrong size");
  std::copy(stored.begin(), stored.end(), hash.begin());
  return hash;
}

std::string MediaBlobs::folder_of(const security::Hash& hash) const {
  return join_path(folder_, to_hex(hash).substr(0, 2));
}

std::string MediaBlobs::path_of(const security::Hash& hash) const {
  return join_path(folder_of(hash), to_hex(hash));
}

Result<security::Hash> MediaBlobs::put(ByteView bytes) {
  const auto hash = security::sha256(bytes);
  TRY(put_as(hash, bytes));
  return hash;
}

Status MediaBlobs::put_as(const security::Hash& hash, ByteView bytes) {
  TRY(media_type(bytes));
  if (security::sha256(bytes) != hash) return corrupt("the picture that arrived is not the one that was announced");
  if (has(hash) && get(hash)) return {};
  TRY(env_.make_dirs(folder_of(hash)));
  return env_.write_atomic(path_of(hash), bytes, ReadBack::compare);
}

bool MediaBlobs::has(const security::Hash& hash) const {
  return env_.exists(path_of(hash));
}

Result<Bytes> MediaBlobs::get(const security::Hash& hash) const {
  if (!has(hash)) return invalid("this picture has not arrived here yet");
  auto bytes = TRY(env_.read_file(path_of(hash), kMaxMediaBytes));
  if (security::sha256(bytes) != hash) return corrupt("the file of this picture is damaged; it will be fetched again");
  return bytes;
}

Status MediaBlobs::remove(const security::Hash& hash) {
  return env_.remove(path_of(hash));
}

Result<std::vector<security::Hash>> MediaBlobs::list() const {
  std::vector<security::Hash> found;
  if (!env_.exists(folder_)) return found;
  for (const auto& group : TRY(env_.list(folder_))) {
    if (group.size() != 2) continue;
    for (const auto& name : TRY(env_.list(join_path(folder_, group)))) {
      const auto bytes = from_hex(name);
      if (!bytes || name.size() != 64 || name.substr(0, 2) != group) continue;
      found.push_back(TRY(media_hash(*bytes)));
    }
  }
  return found;
}

}  // namespace till::storage
