// What the first format wrote stays readable: tests/unit/backup/format_1 is a place as that program left it, two full
// backups of an image of three pages.
#include <filesystem>
#include <fstream>

#include "backup/retention.hpp"
#include "backup_fixture.hpp"
#include "support/source_dir.hpp"

namespace till::backup {
namespace {

namespace fs = std::filesystem;

class Format1 : public testing::Test {
 protected:
  Format1() {
    const fs::path root = till::test::source_path("tests/unit/backup/format_1");
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      store_.objects()[fs::relative(entry.path(), root).generic_string()] =
          Bytes(std::istreambuf_iterator<char>(file), {});
    }
  }
  static Bytes image(std::uint8_t at_5000) {
    Bytes bytes(3 * 4096);
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>((i * i) >> 8);
    bytes[5000] = at_5000;
    return bytes;
  }

  MemoryStore store_;
  ManualClock clock_;
  SeededRandom random_{7};
};

TEST_F(Format1, opens_with_the_passphrase_and_comes_back_byte_for_byte) {
  const auto ring = ring_from_store(store_, kPhrase);
  ASSERT_TRUE(ring) << ring.error().message;
  const auto keys = BackupKeys::from(ring->ring);
  const auto all = list_backups(store_, keys);
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 2U);
  for (std::uint8_t i = 0; i < 2; ++i) {
    const auto& manifest = (*all)[1U - i].manifest;
    ASSERT_TRUE(manifest);
    EXPECT_EQ(manifest->format, 1);
    EXPECT_EQ(manifest->kind, GenerationKind::full);
    EXPECT_EQ(manifest->device_name, "Till 1");
    EXPECT_EQ(manifest->marker.sales, 3U + i);
    EXPECT_EQ(manifest->data_size, manifest->plain_size);
    EXPECT_TRUE(is_verified(*manifest, {})) << "it was read back when it was made";
    Task task;
    BytesSink sink;
    ASSERT_TRUE(restore_backup(store_, keys, *manifest, sink, task));
    EXPECT_EQ(sink.image, image(i));
  }
}

TEST_F(Format1, is_continued_by_an_increment_and_pruned_like_any_other) {
  const auto ring = ring_from_store(store_, kPhrase);
  ASSERT_TRUE(ring);
  const auto keys = BackupKeys::from(ring->ring);
  const auto newest = list_backups(store_, keys)->front();
  clock_.set_utc({1'790'000'600'000'000});
  Task task;
  const auto now = image(200);
  BytesSource source(now);
  const auto made =
      create_backup(source, store_, *ring, {newest.device, "Till 1", "Ann", "0.2"}, clock_, random_, task);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->manifest.kind, GenerationKind::incremental);
  EXPECT_EQ(made->manifest.base, newest.generation);
  RetentionRule rule;
  rule.keep_last = 1;
  const auto pruned = prune_backups(store_, keys, newest.device, rule, {}, clock_.now(), task);
  ASSERT_TRUE(pruned);
  EXPECT_EQ(pruned->removed.size(), 1U) << "what the increment continues stays";
  BytesSink sink;
  ASSERT_TRUE(restore_backup(store_, keys, made->manifest, sink, task));
  EXPECT_EQ(sink.image, now);
}

}  // namespace
}  // namespace till::backup
