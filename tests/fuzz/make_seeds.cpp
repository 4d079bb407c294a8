// fuzz_seeds FOLDER: writes one good example of each binary format for the fuzzers to begin with. Run it again when a
// format changes; files of people and of HTTP in the corpus are written by hand.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "backup/delta.hpp"
#include "backup/lease.hpp"
#include "core/random.hpp"
#include "fuzz/targets/backup_vault.hpp"
#include "fuzz/targets/cardboard_keys.hpp"
#include "fuzz/targets/known_keys.hpp"
#include "net/hub/frames.hpp"
#include "net/ws_handshake.hpp"
#include "security/database_key.hpp"
#include "security/page_seal.hpp"
#include "storage/sync_row_state.hpp"
#include "sync/messages.hpp"
#include "sync/segment.hpp"
#include "sync/snapshot.hpp"

namespace till::fuzz {
namespace {

std::filesystem::path folder;

void write(const std::string& target, const std::string& name, ByteView bytes) {
  std::filesystem::create_directories(folder / target);
  std::ofstream file(folder / target / name, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

Bytes chosen(std::uint8_t first, ByteView rest) {
  Bytes bytes{first};
  bytes.insert(bytes.end(), rest.begin(), rest.end());
  return bytes;
}

sync::Feed feed() {
  sync::Feed feed;
  feed.device.bytes.fill(1);
  feed.incarnation = 77;
  return feed;
}

sync::Record record(sync::OpKind kind) {
  sync::Record record;
  record.feed = feed();
  record.sequence = 5;
  record.stamp = sync::Stamp::of(1'790'000'000'000, 3);
  record.op_id.bytes.fill(4);
  sync::Op op;
  op.kind = kind;
  op.entity = 3;
  op.row.bytes.fill(9);
  op.fields[2] = to_bytes("Espresso");
  op.fields[7] = encode(std::int64_t{250});
  if (kind == sync::OpKind::set) {
    sync::Order replaced = record.order();
    replaced.device.bytes.fill(2);
    replaced.sequence = 4;
    replaced.stamp = sync::Stamp::of(1'789'999'999'000, 0);
    op.replaces[2] = {replaced, record.order()};
  }
  record.ops = {op};
  sync::Dependency need;
  need.feed = feed();
  need.feed.lane = sync::Lane::normal;
  need.sequence = 12;
  record.needs = {need};
  return record;
}

void segments(const Bytes& body) {
  CardboardKeys keys;
  const auto hash = sync::chain_hash(feed(), 1, {}, body);
  const auto segment = sync::seal_segment({}, feed(), 1, {}, {{body, hash}}, keys);
  if (!segment) return;
  const auto envelope = sync::parse_envelope(*segment);
  write("envelope", "one-record", *segment);
  write("segment", "whole", chosen(0, *segment));
  write("segment", "packed", chosen(1, chosen(0, ByteView(*segment).subspan(envelope->header_bytes + 64U))));
  const Bytes sixteen(16, 42);
  write("segment", "records", chosen(2, chosen(1, sixteen)));
  write("message", "segment", sync::encode_message(sync::SegmentMessage{1, 2, 1, *segment}));
}

void snapshots() {
  sync::SnapshotChunk chunk;
  chunk.heads = {{feed(), 7, {}, 0}};
  chunk.ops = {Id{}};
  chunk.parked.resize(1);
  chunk.parked.front().bytes = to_bytes("parked");
  sync::SnapshotField field;
  field.number = 2;
  field.order = record(sync::OpKind::set).order();
  field.value = to_bytes("Espresso");
  field.rivals = {{field.order, to_bytes("Ristretto")}};
  field.expected = {field.order};
  chunk.rows = {{3, Id{}, {field}}};
  chunk.documents = {{7, Id{}, Id{}, {{1, to_bytes("a sale")}}}};
  write("snapshot", "chunk", chosen(0, sync::encode_chunk(chunk)));
  CardboardKeys keys;
  sync::SnapshotManifest manifest;
  manifest.key_epoch = 1;
  manifest.lanes = {0, 1, 2, 3};
  manifest.chunks.resize(1);
  if (const auto sealed = sync::seal_chunk(manifest, 0, chunk, keys)) write("snapshot", "packed", chosen(2, *sealed));
  if (const auto sealed = sync::seal_manifest(manifest, keys)) write("snapshot", "manifest", chosen(1, *sealed));
}

void messages() {
  sync::Hello hello;
  hello.program = "tillstick 0.1.0";
  write("message", "hello", sync::encode_message(hello));
  write("message", "have", sync::encode_message(sync::Have{{{feed(), 7, {}, 0}, {feed(), 9, {}, 1}}, true}));
  write("message", "want", sync::encode_message(sync::Want{{5, {1, 2, 3, 4}}, {{feed(), 1, 9}}}));
  sync::AckItem item;
  item.feed = feed();
  item.last = 7;
  write("message", "ack", sync::encode_message(sync::Ack{{item}, {5, {1, 2, 3, 4}}, 1'790'000'000'000}));
}

void frames() {
  write("wire_frames", "challenge", chosen(0, encode(net::LiveChallenge{1, Bytes(32, 1), 5})));
  write("wire_frames", "proof", chosen(1, encode(net::LiveProof{1, {}, {}, Bytes(64, 1)})));
  write("wire_frames", "verdict", chosen(2, encode(net::LiveVerdict{true, {}, "welcome"})));
  write("wire_frames", "two", chosen(3, net::join_frames({to_bytes("one"), to_bytes("two")})));
}

// Format 1: two orders of origins 1 and 2, two fields, one with a rival.
void row_state_of_before() {
  ByteWriter out;
  out.u8(1);
  out.varint(2);
  for (std::uint8_t origin = 1; origin <= 2; ++origin) {
    out.varint(origin);
    out.u64(1'790'000'000'000ULL << 16);
    out.varint(5);
  }
  out.varint(2);
  out.varint(2);
  out.varint(0);
  out.varint(7);
  out.varint(3);
  out.varint(1);
  out.varint(0);
  out.sized(view("rival"));
  write("row_state", "a-rival", out.bytes());
}

// Format 3, docs/SYNC.md, "In the database": an origin with two changes and one with one, a run, a field of the second
// change that waits for the third, one of the third with a rival, and one behind a gap.
void row_states() {
  row_state_of_before();
  ByteWriter out;
  out.u8(3);
  for (const std::uint64_t head : {3, 0}) {
    out.varint(head);
    out.varint(head == 3 ? 1 : 2);
    out.u64(1'790'000'000'000ULL << 16);
    out.varint(5);
    if (head == 0) continue;
    out.varint(86'400'000ULL << 16);
    out.varint(52);
  }
  for (const std::uint64_t of_run : {0 * 8 + 4, 2}) out.varint(of_run);
  for (const std::uint64_t of_expecting : {1 * 8 + 1, 0, 1, 2}) out.varint(of_expecting);
  for (const std::uint64_t of_rival : {2 * 8 + 1, 1, 1}) out.varint(of_rival);
  out.sized(view("rival"));
  for (const std::uint64_t of_no_expected_and_gap : {0, 0 * 8 + 2, 40}) out.varint(of_no_expected_and_gap);
  write("row_state", "runs-and-differences", out.bytes());
}

backup::Manifest manifest(backup::GenerationKind kind) {
  const BackupVault place;
  backup::Manifest m;
  m.generation = m.base = BackupVault::kGeneration;
  m.kind = kind;
  m.number = 2;
  m.store = place.store;
  m.device = place.device;
  m.device_name = "Till 1";
  m.page_size = 4096;
  m.plain_size = m.data_size = 8192;
  m.marker.last_receipt = "K7QF-3";
  m.marker.log_heads = to_bytes("heads");
  m.chunks.resize(1);
  m.chunks[0].plain_size = 8192;
  if (kind == backup::GenerationKind::full) return m;
  m.parent = m.base = "20261119-094107-000000";
  m.chain_length = 1;
  m.data_size = m.chunks[0].plain_size = 200;
  m.media.resize(1);
  m.media[0].size = 100;
  m.media[0].chunks.resize(1);
  m.media[0].chunks[0].plain_size = 100;
  return m;
}

void backups() {
  const BackupVault place;
  SeededRandom random(1);
  for (const auto kind : {backup::GenerationKind::full, backup::GenerationKind::incremental}) {
    const auto name = std::string(backup::to_string(kind));
    write("backup_manifest", name, chosen(2, encode(manifest(kind))));
    if (const auto sealed = backup::seal_manifest(manifest(kind), place.vault(), random)) {
      write("backup_manifest", name + "-sealed", chosen(0, *sealed));
    }
  }
  const backup::Claim claim{backup::Holder::make(view("till one"), random), 7};
  const auto name = backup::claim_name(Id{}, claim);
  write("backup_marks", "marker", chosen(0, to_bytes("tillstick-store-1 0192f0c1-7a3e-7cc0-98c8-6f3b2f1c9a10\n")));
  write("backup_marks", "claim", chosen(1, backup::encode_claim(claim)));
  write("backup_marks", "name", chosen(2, to_bytes(name.substr(name.rfind('/') + 1))));
  write("backup_marks", "mounts", chosen(3, to_bytes("90 28 8:17 / /media/x rw shared:5 - vfat /dev/sdb1 rw\n")));
  const backup::ChunkCodec codec(place.vault());
  const auto plain = to_bytes("a piece of an image, a piece of an image, a piece of an image");
  if (const auto sealed = codec.seal(codec.content_id(plain), plain, codec.pack(plain), random))
    write("backup_chunk", "sealed", *sealed);
  Bytes increment;
  backup::DeltaWriter delta({512, 1024, 1536, {}}, [&](ByteView piece) -> Status {
    increment.insert(increment.end(), piece.begin(), piece.end());
    return {};
  });
  const Bytes before(1024, 0), after(1536, 5);
  if (delta.region(0, before, after) && delta.finish()) {
    write("backup_delta", "one-piece", chosen(0, increment));
    write("backup_delta", "two-pieces", chosen(1, increment));
  }
}

void key_files() {
  KnownKeys known;
  write("key_files", "ring", chosen(0, known.ring->encode().view()));
  auto replaced = known.ring->clone();
  replaced.replace_master(known.clock, known.random);
  write("key_files", "ring-two-masters", chosen(0, replaced.encode().view()));
  if (auto file = security::RingFile::create(known.ring->clone(), known.pc, known.random)) {
    if (const auto bytes = file->encode(known.random)) write("key_files", "file", chosen(1, *bytes));
    file->data_is_sealed = false;
    if (const auto bytes = file->encode(known.random)) write("key_files", "file-of-before-the-seal", chosen(1, *bytes));
  }
  const security::KeyRing* const rings[] = {known.ring.get(), &replaced};
  const auto key = security::SecretBytes::random(known.random);
  if (const auto bytes = security::encode_database_key(key, rings, known.random))
    write("key_files", "database", chosen(2, *bytes));
  write("key_files", "pc", chosen(3, security::pc_key_file(known.pc)));
  Bytes page{1, 40};
  page.resize(2 + security::kPageSize, 'r');
  write("sealed_page", "rows", page);
}

}  // namespace

int make_seeds(const char* into) {
  folder = into;
  const auto change = sync::encode_body(record(sync::OpKind::set));
  const auto document = sync::encode_body(record(sync::OpKind::add));
  if (!change || !document) return 1;
  write("record", "change", *change);
  write("record", "document", *document);
  segments(*change);
  snapshots();
  messages();
  frames();
  row_states();
  backups();
  key_files();
  return 0;
}

}  // namespace till::fuzz

int main(int argc, char** argv) {
  if (argc == 2) return till::fuzz::make_seeds(argv[1]);
  std::fputs("usage: fuzz_seeds FOLDER\n", stderr);
  return 2;
}
