#include "sync/snapshot.hpp"

#include <algorithm>

#include "core/wire.hpp"
#include "security/hash.hpp"
#include "sync/packing.hpp"
#include "sync/sabotage.hpp"

namespace till::sync {

namespace {

constexpr std::string_view kManifestMagic = "TM", kChunkMagic = "TC";
constexpr std::size_t kSignatureBytes = 64;
constexpr std::size_t kMaxPlainChunkBytes = 8 * 1024 * 1024;

Bytes chunk_header(const SnapshotManifest& manifest, std::uint32_t number) {
  ByteWriter out;
  out.raw(view(kChunkMagic));
  out.u8(kSnapshotVersion);
  out.raw(manifest.tenant.view());
  out.raw(manifest.id.view());
  out.u32(number);
  return out.take();
}

Bytes manifest_header(const SnapshotManifest& manifest) {
  ByteWriter out;
  out.raw(view(kManifestMagic));
  out.u8(kSnapshotVersion);
  out.raw(manifest.tenant.view());
  out.raw(manifest.device.view());
  out.u32(manifest.key_epoch);
  return out.take();
}

Bytes signed_message(ByteView header, ByteView payload) {
  ByteWriter out;
  out.raw(view("till snapshot 1"));
  out.raw(header);
  out.raw(security::sha256(payload));
  return out.take();
}

RecordHash hash_of(ByteView bytes) {
  const auto digest = security::sha256(bytes);
  RecordHash hash{};
  std::copy(digest.begin(), digest.end(), hash.begin());
  return hash;
}

}  // namespace

Result<Bytes> seal_chunk(const SnapshotManifest& manifest, std::uint32_t number, const SnapshotChunk& chunk,
                         SegmentKeys& keys) {
  const Bytes header = chunk_header(manifest, number);
  ByteWriter out;
  out.raw(header);
  out.raw(TRY(keys.seal(manifest.key_epoch, packed(encode_chunk(chunk)), header)));
  if (out.bytes().size() > kMaxSnapshotChunkBytes) return invalid("a part of the snapshot is too large");
  return out.take();
}

Result<SnapshotChunk> open_chunk(const SnapshotManifest& manifest, std::uint32_t number, ByteView sealed,
                                 const SegmentKeys& keys) {
  if (sealed.size() > kMaxSnapshotChunkBytes) return corrupt("a part of the snapshot is too large");
  const bool is_named = number < manifest.chunks.size() && manifest.chunks[number].bytes == sealed.size() &&
                        manifest.chunks[number].sha256 == hash_of(sealed);
  if (!is_named) return corrupt("a part of the snapshot is not the one that was signed");
  const Bytes header = chunk_header(manifest, number);
  if (sealed.size() < header.size() || !equal(sealed.first(header.size()), header)) {
    return corrupt("a part of the snapshot belongs elsewhere");
  }
  const Bytes content = TRY(keys.open(manifest.key_epoch, sealed.subspan(header.size()), header));
  return decode_chunk(TRY(unpacked(content, kMaxPlainChunkBytes)));
}

Result<Bytes> seal_manifest(const SnapshotManifest& manifest, SegmentKeys& keys) {
  const Bytes header = manifest_header(manifest);
  const Bytes payload = TRY(keys.seal(manifest.key_epoch, packed(encode(manifest)), header));
  const auto signature = TRY(keys.sign(signed_message(header, payload)));
  ByteWriter out;
  out.raw(header);
  out.raw(signature);
  out.raw(payload);
  return out.take();
}

Result<SnapshotManifest> open_manifest(ByteView bytes, const Id& tenant, const SegmentKeys& keys,
                                       std::uint32_t reader) {
  constexpr std::size_t kHeaderBytes = 2 + 1 + 16 + 16 + 4;
  if (bytes.size() < kHeaderBytes + kSignatureBytes || bytes.size() > kMaxManifestBytes) {
    return corrupt("this is not a snapshot");
  }
  ByteReader in(bytes);
  if (as_text(TRY(in.raw(2))) != kManifestMagic) return corrupt("this is not a snapshot");
  if (TRY(in.u8()) != kSnapshotVersion)
    return invalid("this snapshot comes from a newer program; bring this one up to date");
  const Id its_tenant = TRY(id_from_bytes(TRY(in.raw(16))));
  const Id device = TRY(id_from_bytes(TRY(in.raw(16))));
  const std::uint32_t epoch = TRY(in.u32());
  if (its_tenant != tenant) return invalid("this snapshot belongs to another shop");
  const ByteView header = bytes.first(kHeaderBytes);
  const ByteView signature = TRY(in.raw(kSignatureBytes));
  const Status genuine = keys.verify(device, signed_message(header, in.rest()), signature);
  if (!genuine && !sabotaged(Sabotage::manifest_unchecked)) return fail(genuine.error());
  if (keys.is_locked_out(device)) return denied("this snapshot comes from a terminal that was locked out");
  const Bytes content = TRY(keys.open(epoch, in.rest(), header));
  auto manifest = TRY(decode<SnapshotManifest>(TRY(unpacked(content, kMaxManifestBytes))));
  const bool is_consistent = manifest.tenant == tenant && manifest.device == device && manifest.key_epoch == epoch &&
                             manifest.lanes.size() == kLanes && manifest.chunks.size() <= kMaxSnapshotChunks;
  if (!is_consistent) return corrupt("the snapshot contradicts itself");
  const bool is_newer = manifest.min_reader > reader && !sabotaged(Sabotage::newer_snapshot_taken);
  if (is_newer) return invalid("this snapshot needs a newer program; bring this one up to date");
  return manifest;
}

SnapshotRow to_snapshot(EntityNumber entity, const Id& row, const RowState& state) {
  SnapshotRow out{entity, row, {}};
  for (const auto& [number, field] : state.fields) {
    const auto value = state.values.find(number);
    out.fields.push_back(
        {number, field.order, value == state.values.end() ? Bytes{} : value->second, field.rivals, field.expected});
  }
  return out;
}

RowState from_snapshot(const SnapshotRow& row) {
  RowState state;
  for (const SnapshotField& field : row.fields) {
    state.values[field.number] = field.value;
    state.fields[field.number] = {field.order, field.rivals, field.expected};
  }
  return state;
}

}  // namespace till::sync
