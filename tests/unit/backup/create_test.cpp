#include "backup/create.hpp"

#include <gmock/gmock.h>

#include "backup_fixture.hpp"

namespace till::backup {
namespace {

using Create = BackupFixture;
using testing::HasSubstr;

TEST_F(Create, what_was_saved_comes_back_byte_for_byte) {
  const auto big = image(600);  // three pieces, the last one short
  const auto made = create(store_, big);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->manifest.chunks.size(), 3U);
  EXPECT_TRUE(made->ring_stored);
  const auto found = find_backup(store_, keys(), "latest");
  ASSERT_TRUE(found);
  EXPECT_EQ(*found, made->manifest);
  const auto restored = restore(store_, *found);
  ASSERT_TRUE(restored) << restored.error().message;
  EXPECT_TRUE(restored->finished);
  EXPECT_EQ(restored->image, big);
  EXPECT_EQ(restored->info.marker, made->manifest.marker);
}

TEST_F(Create, nothing_in_the_store_can_be_read_without_the_keys) {
  ASSERT_TRUE(create(store_, image_));
  for (const auto& [name, bytes] : store_.objects()) {
    for (const auto* secret : {"SQLite format 3", "apple cake", "Ann", "Till 1", "A-3"}) {
      EXPECT_EQ(as_text(bytes).find(secret), std::string_view::npos) << secret << " in " << name;
    }
  }
}

TEST_F(Create, a_second_full_backup_stores_only_what_changed) {
  auto big = image(1024);
  const auto first = create(store_, big);
  big[700 * 4096] ^= 1;
  const auto second = create(store_, big);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->new_chunks, 1U);
  EXPECT_EQ(second->reused_chunks, 3U);
  EXPECT_LT(second->manifest.new_bytes, first->manifest.new_bytes / 3);
  EXPECT_EQ(second->manifest.parent, first->manifest.generation);
  EXPECT_EQ(second->manifest.number, 2U);
  EXPECT_TRUE(verify(store_, first->manifest.generation));
  EXPECT_TRUE(verify(store_, second->manifest.generation));
}

TEST_F(Create, pieces_that_occur_twice_are_stored_once) {
  const Bytes zeros(4 * kChunkSize, 0);
  const auto made = create(store_, zeros);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->new_chunks, 1U);
  EXPECT_EQ(made->manifest.chunks.size(), 4U);
  EXPECT_EQ(restore(store_, made->manifest)->image, zeros);
}

TEST_F(Create, a_store_that_lies_about_data_is_found_out) {
  FaultyStore liar(store_);
  liar.lie = [](std::string_view name, Bytes bytes) {
    if (name.find("/chunk/") != std::string_view::npos) bytes[bytes.size() / 2] ^= 1;
    return bytes;
  };
  const auto made = create(liar, image_);
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message, HasSubstr("did not keep what was written"));
  EXPECT_TRUE(list_backups(store_, keys())->empty());
}

TEST_F(Create, a_store_that_lies_about_the_manifest_is_found_out) {
  FaultyStore liar(store_);
  liar.lie = [](std::string_view name, Bytes bytes) {
    if (name.find("/manifest/") != std::string_view::npos) bytes.pop_back();
    return bytes;
  };
  EXPECT_FALSE(create(liar, image_));
  EXPECT_TRUE(list_backups(store_, keys())->empty());
}

TEST_F(Create, a_store_that_lies_about_the_keys_is_found_out) {
  FaultyStore liar(store_);
  liar.lie = [](std::string_view name, Bytes bytes) {
    if (name.find("/keyring/") != std::string_view::npos) bytes.back() ^= 1;
    return bytes;
  };
  EXPECT_FALSE(create(liar, image_));
}

TEST_F(Create, a_damaged_piece_of_earlier_backups_is_found_and_written_again) {
  const auto first = create(store_, image_);
  for (auto& [name, bytes] : store_.objects()) {
    if (name.find("/chunk/") != std::string::npos) bytes[100] ^= 1;
  }
  EXPECT_FALSE(verify(store_, first->manifest.generation));
  const auto second = create(store_, image_);
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(second->repaired_chunks, 1U);
  EXPECT_TRUE(verify(store_, second->manifest.generation));
  EXPECT_TRUE(verify(store_, first->manifest.generation)) << "the earlier one is whole again, too";
}

TEST_F(Create, a_missing_piece_of_earlier_backups_is_written_again) {
  const auto first = create(store_, image_);
  std::erase_if(store_.objects(), [](const auto& o) { return o.first.find("/chunk/") != std::string::npos; });
  ASSERT_TRUE(create(store_, image_));
  EXPECT_TRUE(verify(store_, first->manifest.generation)) << "the earlier one is whole again, too";
}

TEST_F(Create, stopped_by_a_person_leaves_the_store_as_it_was) {
  ASSERT_TRUE(create(store_, image_));
  const auto before = store_.objects();
  const auto big = image(1024);
  for (const auto* step : {"Writing the backup", "Reading the backup back"}) {
    Task task;
    task.on_change = [&] {
      if (task.step() == step && task.done() > 0) task.cancel();
    };
    BytesSource source(big);
    const auto made = create_backup(source, store_, ring_, {device_, "Till 1", "Ann", "0.1"}, clock_, random_, task);
    ASSERT_FALSE(made);
    EXPECT_EQ(store_.objects(), before) << step;
  }
}

TEST_F(Create, a_failure_at_any_operation_leaves_earlier_backups_whole) {
  const auto first = *create(store_, image_);
  const auto whole = store_.objects();
  auto changed = image_;
  changed[5000] ^= 1;
  std::uint64_t operations = 0;
  {
    MemoryStore copy("memory", std::make_shared<MemoryStore::Objects>(whole));
    FaultyStore counter(copy);
    ASSERT_TRUE(create(counter, changed));
    operations = counter.operations();
  }
  ASSERT_GT(operations, 8U);
  for (std::uint64_t k = 1; k <= operations; ++k) {
    for (const bool for_ever : {false, true}) {
      MemoryStore place("memory", std::make_shared<MemoryStore::Objects>(whole));
      FaultyStore faulty(place);
      faulty.fail_at(k, ErrorKind::permanent, for_ever);
      const auto made = create(faulty, changed);
      const auto listed = list_backups(place, keys());
      ASSERT_TRUE(listed);
      for (const auto& entry : *listed) EXPECT_TRUE(entry.manifest) << "operation " << k;
      EXPECT_TRUE(verify(place, first.manifest.generation)) << "operation " << k;
      if (made) {
        EXPECT_TRUE(verify(place, made->manifest.generation)) << "operation " << k;
      }
      const auto again = create(place, changed);
      ASSERT_TRUE(again) << "operation " << k;
      EXPECT_TRUE(verify(place, again->manifest.generation)) << "operation " << k;
    }
  }
}

TEST_F(Create, a_full_disk_is_left_as_full_as_it_was) {
  ASSERT_TRUE(create(store_, image_));
  const auto before = store_.objects();
  FaultyStore full(store_);
  full.fail_at(9, ErrorKind::permanent, false);
  const auto big = image(1024);
  ASSERT_FALSE(create(full, big));
  EXPECT_EQ(store_.objects(), before);
}

TEST_F(Create, after_a_lost_connection_the_next_run_goes_on_with_what_is_there) {
  const auto big = image(1024);
  FaultyStore line(store_);
  std::uint64_t chunks = 0;
  for (std::uint64_t k = 1; chunks < 2; ++k) {
    store_.objects().clear();
    line.fail_at(k, ErrorKind::retry, true);
    ASSERT_FALSE(create(line, big));
    chunks = store_.list(chunk_prefix(device_))->size();
  }
  const auto made = create(store_, big);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->reused_chunks, chunks);
}

TEST_F(Create, leftovers_of_an_interrupted_run_are_swept_by_the_next) {
  ASSERT_TRUE(create(store_, image_));
  store_.objects()[chunk_prefix(device_) + "00112233445566778899aabbccddeeff"] = random_.bytes(50);
  store_.objects()[chunk_prefix(device_) + "0123.part"] = random_.bytes(50);
  const auto other = chunk_prefix(new_id(clock_, random_)) + "00112233445566778899aabbccddeeff";
  store_.objects()[other] = random_.bytes(50);
  const auto made = create(store_, image_);
  ASSERT_TRUE(made);
  EXPECT_EQ(made->swept_objects, 1U);
  EXPECT_FALSE(store_.objects().contains(chunk_prefix(device_) + "0123.part"));
  EXPECT_TRUE(store_.objects().contains(other)) << "another terminal's";
}

TEST_F(Create, two_terminals_share_a_store_without_touching_each_other) {
  const auto first = *create(store_, image_);
  const auto first_device = std::exchange(device_, new_id(clock_, random_));
  const auto second = *create(store_, image_);
  EXPECT_EQ(second.manifest.number, 1U);
  EXPECT_EQ(list_backups(store_, keys())->size(), 2U);
  EXPECT_EQ(list_backups(store_, keys(), first_device)->size(), 1U);
  EXPECT_TRUE(restore(store_, first.manifest));
  EXPECT_TRUE(restore(store_, second.manifest));
}

TEST_F(Create, the_stick_and_the_passphrase_are_enough_on_an_empty_pc) {
  const auto made = *create(store_, image_);
  const auto ring = ring_from_store(store_, kPhrase);
  ASSERT_TRUE(ring) << ring.error().message;
  const auto keys_again = BackupKeys::from(ring->ring);
  const auto found = find_backup(store_, keys_again, made.manifest.generation.substr(0, 15));
  ASSERT_TRUE(found) << found.error().message;
  Task task;
  BytesSink sink;
  ASSERT_TRUE(restore_backup(store_, keys_again, *found, sink, task));
  EXPECT_EQ(sink.image, image_);
}

TEST_F(Create, a_wrong_passphrase_is_called_that) {
  ASSERT_TRUE(create(store_, image_));
  const auto ring = ring_from_store(store_, "seven blue bottles");
  ASSERT_FALSE(ring);
  EXPECT_EQ(ring.error().kind, ErrorKind::denied);
  EXPECT_EQ(ring.error().message, "the passphrase is wrong");
}

TEST_F(Create, a_new_passphrase_replaces_the_old_one_in_the_store) {
  ASSERT_TRUE(create(store_, image_));
  ASSERT_TRUE(ring_.set_passphrase("nine white horses", security::kTinyCost, pc_, random_));
  ASSERT_TRUE(create(store_, image_));
  EXPECT_FALSE(ring_from_store(store_, kPhrase));
  EXPECT_TRUE(ring_from_store(store_, "nine white horses"));
}

TEST_F(Create, a_damaged_key_ring_in_the_store_is_written_again) {
  ASSERT_TRUE(create(store_, image_));
  for (auto& [name, bytes] : store_.objects()) {
    if (name.find("/keyring/") != std::string::npos) bytes[40] ^= 1;
  }
  EXPECT_FALSE(ring_from_store(store_, kPhrase));
  ASSERT_TRUE(create(store_, image_));
  EXPECT_TRUE(ring_from_store(store_, kPhrase));
}

TEST_F(Create, without_a_passphrase_the_backup_says_that_only_this_pc_opens_it) {
  ring_ = *security::RingFile::create(ring_.ring.clone(), pc_, random_);
  const auto made = create(store_, image_);
  ASSERT_TRUE(made);
  EXPECT_FALSE(made->ring_stored);
  const auto ring = ring_from_store(store_, kPhrase);
  ASSERT_FALSE(ring);
  EXPECT_THAT(ring.error().message, HasSubstr("no recovery passphrase"));
}

}  // namespace
}  // namespace till::backup
