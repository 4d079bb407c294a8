#include "backup/restore.hpp"

#include <gmock/gmock.h>

#include "backup_fixture.hpp"

namespace till::backup {
namespace {

using testing::HasSubstr;

// The ring is flipped in tests of its own, and a proof that cannot be read is one that is not there.
bool is_needed(const std::string& object) {
  return object.find("/keyring/") == std::string::npos && object.find("/proof/") == std::string::npos;
}

class Restore : public BackupFixture {
 protected:
  Restore() : made_(*create(store_, image_)) {}

  std::string only(std::string_view part) {
    for (const auto& [name, bytes] : store_.objects()) {
      if (name.find(part) != std::string::npos) return name;
    }
    return {};
  }
  Error refusal() {
    const auto checked = verify(store_, made_.manifest.generation);
    EXPECT_FALSE(checked);
    const auto restored = restore_found();
    EXPECT_FALSE(restored);
    return checked ? Error{} : checked.error();
  }
  Result<BytesSink> restore_found() {
    const auto manifest = TRY(read_manifest(store_, keys(), device_, made_.manifest.generation));
    return restore(store_, manifest);
  }

  BackupResult made_;
};

TEST_F(Restore, a_flipped_byte_anywhere_is_refused) {
  for (auto& [name, bytes] : store_.objects()) {
    if (!is_needed(name)) continue;
    const std::size_t stride = bytes.size() > 2000 ? 131 : 1;
    for (std::size_t i = 0; i < bytes.size(); i += i < 100 ? 1 : stride) {
      bytes[i] ^= 0x20;
      EXPECT_FALSE(verify(store_, made_.manifest.generation)) << name << " at " << i;
      bytes[i] ^= 0x20;
    }
  }
  EXPECT_TRUE(verify(store_, made_.manifest.generation)) << "and nothing else was wrong";
}

TEST_F(Restore, every_cut_is_refused_and_called_a_cut) {
  for (auto& [name, bytes] : store_.objects()) {
    if (!is_needed(name)) continue;
    const auto whole = bytes;
    for (std::size_t size = 0; size < whole.size(); size += size < 100 ? 1 : 257) {
      bytes.resize(size);
      const auto checked = verify(store_, made_.manifest.generation);
      ASSERT_FALSE(checked) << name << " at " << size;
      EXPECT_THAT(checked.error().message, HasSubstr("cut short")) << name << " at " << size;
      bytes = whole;
    }
    bytes.push_back(0);
    EXPECT_FALSE(verify(store_, made_.manifest.generation)) << name;
    bytes = whole;
  }
}

TEST_F(Restore, a_missing_piece_is_called_missing) {
  store_.objects().erase(only("/chunk/"));
  const auto error = refusal();
  EXPECT_EQ(error.kind, ErrorKind::corrupt);
  EXPECT_THAT(error.message, HasSubstr("part 1 of 1"));
  EXPECT_THAT(error.message, HasSubstr("is missing"));
}

TEST_F(Restore, a_damaged_piece_is_called_damaged) {
  store_.objects()[only("/chunk/")][1000] ^= 1;
  EXPECT_THAT(refusal().message, HasSubstr("is damaged"));
}

TEST_F(Restore, pieces_swapped_within_a_backup_are_refused) {
  const auto big = image(600);
  const auto made = *create(store_, big);
  const ChunkCodec codec({made.manifest.store, device_, keys()});
  const auto a = codec.object_name(made.manifest.chunks[0].content_id);
  const auto b = codec.object_name(made.manifest.chunks[1].content_id);
  std::swap(store_.objects()[a], store_.objects()[b]);
  EXPECT_FALSE(verify(store_, made.manifest.generation));
  EXPECT_FALSE(codec.open(made.manifest.chunks[0].content_id, store_.objects()[a])) << "nor does it open by itself";
}

TEST_F(Restore, a_manifest_under_another_generations_name_is_refused) {
  const auto second = *create(store_, image(20));
  auto& objects = store_.objects();
  objects[manifest_name(device_, second.manifest.generation)] =
      objects[manifest_name(device_, made_.manifest.generation)];
  const auto read = read_manifest(store_, keys(), device_, second.manifest.generation);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr("damaged or was renamed"));
}

TEST_F(Restore, a_backup_copied_into_another_store_piece_by_piece_is_refused) {
  MemoryStore other("other stick");
  other.objects() = store_.objects();
  const auto read = read_manifest(other, keys(), device_, made_.manifest.generation);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr("made in another place"));
  Task task;
  EXPECT_FALSE(verify_backup(other, keys(), made_.manifest, {}, task));
}

TEST_F(Restore, a_backup_moved_to_another_terminals_folder_is_refused) {
  const auto stranger = new_id(clock_, random_);
  auto& objects = store_.objects();
  objects[manifest_name(stranger, made_.manifest.generation)] =
      objects[manifest_name(device_, made_.manifest.generation)];
  const auto read = read_manifest(store_, keys(), stranger, made_.manifest.generation);
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr("folder of another terminal"));
}

TEST_F(Restore, another_shops_backup_is_denied_and_named) {
  const auto stranger = BackupKeys::from(security::KeyRing::generate(new_id(clock_, random_), clock_, random_));
  const auto read = read_manifest(store_, stranger, device_, made_.manifest.generation);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::denied);
  EXPECT_THAT(read.error().message, HasSubstr("another shop"));
}

TEST_F(Restore, this_shops_backup_under_other_keys_is_denied_and_not_called_damaged) {
  const auto renewed = BackupKeys::from(security::KeyRing::generate(keys().tenant, clock_, random_));
  const auto read = read_manifest(store_, renewed, device_, made_.manifest.generation);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::denied);
}

TEST_F(Restore, a_backup_of_a_newer_program_is_refused_with_what_to_do) {
  store_.objects()[manifest_name(device_, made_.manifest.generation)][6] = 7;
  const auto read = read_manifest(store_, keys(), device_, made_.manifest.generation);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::permanent);
  EXPECT_THAT(read.error().message, HasSubstr("newer version of Tillstick (format 7); update this terminal first"));
}

TEST_F(Restore, a_piece_of_a_newer_format_is_refused_with_what_to_do) {
  const ChunkCodec codec({made_.manifest.store, device_, keys()});
  auto object = store_.objects()[only("/chunk/")];
  object[6] = 2;
  const auto opened = codec.open(made_.manifest.chunks[0].content_id, object);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::permanent);
}

TEST_F(Restore, one_unreadable_backup_hides_no_other) {
  const auto second = *create(store_, image(20));
  store_.objects()[manifest_name(device_, made_.manifest.generation)][80] ^= 1;
  const auto listed = *list_backups(store_, keys());
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(listed[0].generation, second.manifest.generation);
  EXPECT_TRUE(listed[0].manifest);
  EXPECT_TRUE(listed[1].error);
  EXPECT_EQ(find_backup(store_, keys(), "latest")->generation, second.manifest.generation);
}

TEST_F(Restore, an_error_of_the_store_is_not_an_empty_list) {
  FaultyStore gone(store_);
  gone.fail_at(1, ErrorKind::retry, true);
  EXPECT_FALSE(list_backups(gone, keys()));
  FaultyStore half_gone(store_);
  half_gone.fail_at(3, ErrorKind::retry, true);
  EXPECT_FALSE(list_backups(half_gone, keys()));
}

TEST_F(Restore, a_backup_is_found_by_the_beginning_of_its_name) {
  const auto second = *create(store_, image(20));
  EXPECT_EQ(find_backup(store_, keys(), second.manifest.generation.substr(0, 15))->generation,
            second.manifest.generation);
  EXPECT_THAT(find_backup(store_, keys(), "20").error().message, HasSubstr("fits 2 backups"));
  EXPECT_THAT(find_backup(store_, keys(), "1999").error().message, HasSubstr("there is no backup 1999"));
  EXPECT_EQ(find_backup(store_, keys(), "").error().kind, ErrorKind::invalid);
}

TEST_F(Restore, stopped_by_a_person_finishes_nothing) {
  Task task;
  task.on_change = [&] { task.cancel(); };
  BytesSink sink;
  EXPECT_FALSE(restore_backup(store_, keys(), made_.manifest, sink, task));
  EXPECT_FALSE(sink.finished);
}

TEST_F(Restore, a_manifest_that_contradicts_itself_is_never_sealed) {
  auto manifest = made_.manifest;
  manifest.plain_size += 4096;
  EXPECT_FALSE(seal_manifest(manifest, {manifest.store, device_, keys()}, random_));
}

}  // namespace
}  // namespace till::backup
