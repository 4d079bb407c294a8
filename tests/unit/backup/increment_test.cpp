#include <gmock/gmock.h>

#include <algorithm>

#include "backup/delta.hpp"
#include "backup/proofs.hpp"
#include "backup/retention.hpp"
#include "backup_fixture.hpp"

namespace till::backup {
namespace {

using testing::HasSubstr;

class Increment : public BackupFixture {
 protected:
  // Changes a byte of each of these pages.
  void touch(Bytes& bytes, const std::vector<std::size_t>& pages) {
    for (const auto page : pages) bytes[page * 4096 + 100 + page % 50] ^= 0x5a;
  }
  // Full, then so many increments; each changes one page and adds one.
  std::vector<Manifest> chain(std::size_t increments) {
    std::vector<Manifest> made;
    for (std::size_t i = 0; i <= increments; ++i) {
      if (i > 0) {
        touch(image_, {i % 7});
        const auto more = random_.bytes(4096);
        image_.insert(image_.end(), more.begin(), more.end());
      }
      images_.push_back(image_);
      auto result = grow(store_, image_);
      EXPECT_TRUE(result) << result.error().message;
      made.push_back(result->manifest);
    }
    return made;
  }
  std::string piece_of(const Manifest& manifest, std::size_t i = 0) {
    return ChunkCodec({manifest.store, device_, keys()}).object_name(manifest.chunks.at(i).content_id);
  }

  std::vector<Bytes> images_;
};

TEST_F(Increment, every_generation_of_a_chain_comes_back_byte_for_byte) {
  const auto made = chain(5);
  for (std::size_t i = 0; i < made.size(); ++i) {
    EXPECT_EQ(made[i].kind, i == 0 ? GenerationKind::full : GenerationKind::incremental);
    EXPECT_EQ(made[i].chain_length, i);
    EXPECT_EQ(made[i].base, made[0].generation);
    EXPECT_EQ(made[i].parent, i == 0 ? "" : made[i - 1].generation);
    const auto restored = restore(store_, made[i]);
    ASSERT_TRUE(restored) << restored.error().message;
    EXPECT_EQ(restored->image, images_[i]) << "generation " << i;
    EXPECT_TRUE(verify(store_, made[i].generation));
  }
}

TEST_F(Increment, stores_little_more_than_the_changed_bytes) {
  auto big = image(1024);
  ASSERT_TRUE(grow(store_, big));
  touch(big, {3, 300, 301, 900});
  const auto second = grow(store_, big);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->manifest.kind, GenerationKind::incremental);
  EXPECT_LT(second->manifest.new_bytes, 400U) << "four changed bytes, their places, and what a piece costs";
  EXPECT_GT(compression_ratio(second->manifest), 1000);
}

TEST_F(Increment, an_unchanged_database_costs_a_head_and_nothing_more) {
  ASSERT_TRUE(grow(store_, image_));
  const auto second = grow(store_, image_);
  ASSERT_TRUE(second);
  EXPECT_LT(second->manifest.new_bytes, 200U);
  EXPECT_EQ(restore(store_, second->manifest)->image, image_);
}

TEST_F(Increment, an_image_may_shrink_and_grow_again) {
  const auto big = image(700);  // three regions
  const Bytes small(big.begin(), big.begin() + 300 * 4096);
  auto regrown = small;
  const auto other = image(500);
  regrown.insert(regrown.end(), other.begin(), other.end());
  for (const Bytes* bytes : std::vector<const Bytes*>{&big, &small, &regrown}) {
    BytesSource source(*bytes);
    BackupPlan plan;
    plan.chain.share_percent = 1000;
    const auto made = create(store_, source, plan);
    ASSERT_TRUE(made) << made.error().message;
    const auto restored = restore(store_, made->manifest);
    ASSERT_TRUE(restored) << restored.error().message;
    EXPECT_EQ(restored->image, *bytes);
  }
  EXPECT_EQ(list_backups(store_, keys())->front().manifest->chain_length, 2U);
}

TEST_F(Increment, a_chain_ends_at_its_length_with_a_full_backup) {
  BackupPlan plan;
  plan.chain.increments_max = 2;
  plan.chain.share_percent = 1000;
  std::vector<GenerationKind> kinds;
  for (int i = 0; i < 6; ++i) {
    touch(image_, {1});
    BytesSource source(image_);
    kinds.push_back(create(store_, source, plan)->manifest.kind);
  }
  using enum GenerationKind;
  EXPECT_EQ(kinds, (std::vector{full, incremental, incremental, full, incremental, incremental}));
}

TEST_F(Increment, what_changed_too_much_becomes_a_full_backup_and_leaves_no_pieces_behind) {
  ASSERT_TRUE(grow(store_, image_));
  const auto other = image(20);
  const auto second = grow(store_, other);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->manifest.kind, GenerationKind::full);
  EXPECT_EQ(store_.list(chunk_prefix(device_))->size(), 2U);
}

TEST_F(Increment, a_kept_image_saves_reading_the_chain_and_gives_the_same) {
  auto big = image(600);
  KeepingSource::Images kept;
  KeepingSource first(big, kept);
  ASSERT_TRUE(create(store_, first, {}));
  const auto before = big;
  touch(big, {5, 400});
  KeepingSource second(big, kept);
  FaultyStore counting(store_);
  const auto with = create(counting, second, {});
  ASSERT_TRUE(with);
  EXPECT_EQ(with->manifest.kind, GenerationKind::incremental);
  EXPECT_EQ(restore(store_, with->manifest)->image, big);
  ASSERT_EQ(kept.size(), 1U);
  EXPECT_EQ(kept.begin()->first, with->manifest.generation);
  EXPECT_EQ(kept.begin()->second, big);
  EXPECT_NE(before, big);
}

TEST_F(Increment, a_kept_image_that_is_not_the_parents_is_not_believed) {
  KeepingSource::Images kept;
  KeepingSource first(image_, kept);
  ASSERT_TRUE(create(store_, first, {}));
  for (const auto& spoil : std::vector<std::function<void(Bytes&)>>{[](Bytes& bytes) { bytes[9 * 4096 + 7] ^= 1; },
                                                                    [](Bytes& bytes) { bytes.resize(4096 * 3 + 100); },
                                                                    [](Bytes& bytes) { bytes.clear(); }}) {
    spoil(kept.begin()->second);
    touch(image_, {2});
    KeepingSource source(image_, kept);
    const auto made = create(store_, source, {});
    ASSERT_TRUE(made) << made.error().message;
    EXPECT_EQ(made->manifest.kind, GenerationKind::incremental);
    const auto restored = restore(store_, made->manifest);
    ASSERT_TRUE(restored) << restored.error().message;
    EXPECT_EQ(restored->image, image_);
  }
}

TEST_F(Increment, a_chain_with_a_missing_piece_is_not_continued) {
  const auto made = chain(2);
  store_.objects().erase(piece_of(made[1]));
  touch(image_, {3});
  const auto next = grow(store_, image_);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->manifest.kind, GenerationKind::full);
}

TEST_F(Increment, a_chain_that_cannot_be_read_is_not_continued) {
  const auto made = chain(2);
  store_.objects()[piece_of(made[1])][60] ^= 1;
  touch(image_, {3});
  const auto next = grow(store_, image_);
  ASSERT_TRUE(next) << next.error().message;
  EXPECT_EQ(next->manifest.kind, GenerationKind::full);
  EXPECT_EQ(restore(store_, next->manifest)->image, image_);
}

TEST_F(Increment, a_parent_that_never_proved_itself_is_passed_over) {
  const auto made = chain(2);
  for (const auto& object : objects_below(store_, proof_prefix(device_) + made[2].generation + "/")) {
    store_.objects().erase(object.name);
  }
  const auto next = grow(store_, image_);
  ASSERT_TRUE(next);
  EXPECT_EQ(next->manifest.parent, made[1].generation);
  EXPECT_EQ(restore(store_, next->manifest)->image, image_);
}

TEST_F(Increment, without_its_parent_it_is_refused_with_a_sentence) {
  const auto made = chain(2);
  store_.objects().erase(manifest_name(device_, made[1].generation));
  const auto checked = verify(store_, made[2].generation);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().kind, ErrorKind::corrupt);
  EXPECT_THAT(checked.error().message, HasSubstr("continues backup " + made[1].generation + ", which is not there"));
}

TEST_F(Increment, a_damaged_base_spoils_what_continues_it_and_says_whose_part_it_is) {
  const auto made = chain(2);
  store_.objects()[piece_of(made[0])][5000] ^= 1;
  const auto checked = verify(store_, made[2].generation);
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().message, HasSubstr(made[0].generation + " is damaged"));
}

TEST_F(Increment, pieces_swapped_between_generations_are_refused) {
  const auto made = chain(2);
  std::swap(store_.objects()[piece_of(made[1])], store_.objects()[piece_of(made[2])]);
  EXPECT_FALSE(verify(store_, made[1].generation));
  EXPECT_FALSE(verify(store_, made[2].generation));
}

TEST_F(Increment, on_another_base_it_is_refused) {
  const auto made = chain(1);
  auto forged = made[0];
  forged.image_hash[3] ^= 1;
  const auto sealed = seal_manifest(forged, {forged.store, device_, keys()}, random_);
  ASSERT_TRUE(sealed);
  store_.objects()[manifest_name(device_, forged.generation)] = *sealed;
  const auto checked = verify(store_, made[1].generation);
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error().message, HasSubstr("does not continue"));
}

TEST_F(Increment, a_flipped_byte_anywhere_in_a_chain_is_refused) {
  const auto made = chain(1);
  for (auto& [name, bytes] : store_.objects()) {
    if (name.find("/keyring/") != std::string::npos || name.find("/proof/") != std::string::npos) continue;
    const std::size_t stride = bytes.size() > 2000 ? 1511 : 1;
    for (std::size_t i = 0; i < bytes.size(); i += i < 100 ? 1 : stride) {
      bytes[i] ^= 0x20;
      EXPECT_FALSE(verify(store_, made[1].generation)) << name << " at " << i;
      bytes[i] ^= 0x20;
    }
  }
  EXPECT_TRUE(verify(store_, made[1].generation));
}

TEST_F(Increment, a_failure_at_any_operation_leaves_the_chain_whole) {
  const auto made = chain(2);
  const auto whole = store_.objects();
  touch(image_, {4, 11});
  std::uint64_t operations = 0;
  {
    MemoryStore copy("memory", std::make_shared<MemoryStore::Objects>(whole));
    FaultyStore counter(copy);
    ASSERT_TRUE(grow(counter, image_));
    operations = counter.operations();
  }
  ASSERT_GT(operations, 15U);
  for (std::uint64_t k = 1; k <= operations; ++k) {
    for (const auto kind : {ErrorKind::permanent, ErrorKind::retry}) {
      MemoryStore place("memory", std::make_shared<MemoryStore::Objects>(whole));
      FaultyStore faulty(place);
      faulty.fail_at(k, kind, true);
      (void)grow(faulty, image_);
      for (const auto& entry : listed(place)) {
        ASSERT_TRUE(entry.manifest) << "operation " << k;
        EXPECT_TRUE(verify(place, entry.generation)) << "operation " << k;
      }
      const auto again = grow(place, image_);
      ASSERT_TRUE(again) << "operation " << k << ": " << again.error().message;
      EXPECT_EQ(restore(place, again->manifest)->image, image_) << "operation " << k;
    }
  }
}

TEST_F(Increment, random_histories_come_back_whole) {
  SeededRandom dice(5);
  for (int round = 0; round < 20; ++round) {
    store_.objects().clear();
    KeepingSource::Images kept;
    Bytes bytes = image(10 + dice.below(40));
    std::vector<std::pair<Manifest, Bytes>> history;
    for (int step = 0; step < 6; ++step) {
      for (auto n = dice.below(6); n > 0; --n) bytes[dice.below(bytes.size())] ^= static_cast<std::uint8_t>(dice.u64());
      if (dice.below(3) == 0) bytes.resize((1 + dice.below(50)) * 4096);
      if (dice.below(4) == 0) kept.clear();
      KeepingSource source(bytes, kept);
      BackupPlan plan;
      plan.chain.share_percent = 300;
      const auto made = create(store_, source, plan);
      ASSERT_TRUE(made) << made.error().message;
      history.emplace_back(made->manifest, bytes);
    }
    for (const auto& [manifest, expected] : history) {
      const auto restored = restore(store_, manifest);
      ASSERT_TRUE(restored) << "round " << round << ": " << restored.error().message;
      EXPECT_EQ(restored->image, expected) << "round " << round;
    }
  }
}

TEST(Delta, an_increment_of_nothing_changed_is_its_head) {
  const Bytes page(4096, 7);
  std::vector<Bytes> pieces;
  DeltaWriter writer({4096, 4096, 4096, {}}, [&](ByteView piece) -> Status {
    pieces.push_back(to_bytes(piece));
    return {};
  });
  ASSERT_TRUE(writer.region(0, page, page));
  ASSERT_TRUE(writer.finish());
  ASSERT_EQ(pieces.size(), 1U);
  EXPECT_EQ(pieces[0].size(), 59U);
}

TEST(Delta, pages_that_do_not_compress_fit_into_pieces) {
  SeededRandom random(3);
  const auto before = random.bytes(kChunkSize), after = random.bytes(kChunkSize);
  std::vector<Bytes> pieces;
  DeltaWriter writer({512, 2 * kChunkSize, 2 * kChunkSize, {}}, [&](ByteView piece) -> Status {
    pieces.push_back(to_bytes(piece));
    return {};
  });
  ASSERT_TRUE(writer.region(0, before, after));
  ASSERT_TRUE(writer.region(1, after, before));
  ASSERT_TRUE(writer.finish());
  ASSERT_EQ(pieces.size(), 2U);
  for (const auto& piece : pieces) EXPECT_LE(piece.size(), kPieceMax);
  auto reader = DeltaReader::open([&, next = std::size_t{0}]() mutable -> Result<Bytes> {
    return next < pieces.size() ? pieces[next++] : Bytes{};
  });
  ASSERT_TRUE(reader);
  EXPECT_EQ(*reader->region(0, before), after);
  EXPECT_EQ(*reader->region(1, after), before);
  EXPECT_TRUE(reader->finish());
}

TEST(Delta, a_newer_format_is_refused_with_what_to_do) {
  Bytes head = to_bytes(view("TSDELT"));
  head.resize(59);
  head[6] = 2;
  const auto reader = DeltaReader::open([&] { return Result<Bytes>(head); });
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().kind, ErrorKind::permanent);
  EXPECT_THAT(reader.error().message, HasSubstr("update this terminal first"));
}

}  // namespace
}  // namespace till::backup
