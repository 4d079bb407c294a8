#include "backup/proofs.hpp"

#include <gmock/gmock.h>

#include "backup/restore.hpp"
#include "backup_fixture.hpp"

namespace till::backup {
namespace {

using testing::HasSubstr;

class GenerationProofs : public BackupFixture {
 protected:
  GenerationProofs() : made_(*create(store_, image(600))) {}
  Vault vault() { return {made_.manifest.store, device_, keys()}; }
  std::vector<Proof> proofs() { return *proofs_of(store_, vault(), made_.manifest.generation); }
  Result<VerifyResult> prove(const VerifyDepth& depth) { return prove(store_, depth); }
  Result<VerifyResult> prove(ObjectStore& store, const VerifyDepth& depth) {
    Task task;
    return prove_backup(store, keys(), made_.manifest, depth, {clock_.now(), "Ann", "Till 2", "0.2"}, random_, task);
  }
  bool verified() { return is_verified(made_.manifest, proofs()); }
  std::string piece(std::size_t i) { return ChunkCodec(vault()).object_name(made_.manifest.chunks.at(i).content_id); }

  BackupResult made_;
};

TEST_F(GenerationProofs, making_it_is_the_first) {
  ASSERT_EQ(proofs().size(), 1U);
  EXPECT_EQ(proofs()[0].kind, ProofKind::made);
  EXPECT_EQ(proofs()[0].who, "Ann");
  EXPECT_TRUE(verified());
}

TEST_F(GenerationProofs, without_one_it_does_not_count) {
  std::erase_if(store_.objects(), [](const auto& o) { return o.first.find("/proof/") != std::string::npos; });
  EXPECT_FALSE(verified());
  ASSERT_TRUE(prove({}));
  EXPECT_TRUE(verified()) << "a later look at all of it is as good";
}

TEST_F(GenerationProofs, damage_is_written_down_and_ends_the_trust) {
  store_.objects()[piece(1)][700] ^= 1;
  const auto failed = prove({});
  ASSERT_FALSE(failed);
  EXPECT_FALSE(verified());
  EXPECT_FALSE(proofs().back().passed);
  EXPECT_THAT(proofs().back().sentence, HasSubstr("is damaged"));
  EXPECT_EQ(proofs().back().device_name, "Till 2");
}

TEST_F(GenerationProofs, only_as_close_a_look_takes_back_what_a_look_found) {
  store_.objects()[piece(1)][700] ^= 1;
  ASSERT_FALSE(prove({}));
  ASSERT_TRUE(prove({ProofKind::structure, 0, 1})) << "the size is right";
  EXPECT_FALSE(verified());
  store_.objects()[piece(1)][700] ^= 1;
  ASSERT_TRUE(prove({}));
  EXPECT_TRUE(verified());
}

TEST_F(GenerationProofs, another_part_does_not_take_back_what_one_part_found) {
  store_.objects()[piece(1)][700] ^= 1;
  std::uint32_t bad = 0;
  for (std::uint32_t part = 0; part < 5; ++part) {
    if (!prove({ProofKind::part, part, 5})) bad = part;
  }
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(prove({ProofKind::part, (bad + 1) % 5, 5}));
  EXPECT_FALSE(verified());
  store_.objects()[piece(1)][700] ^= 1;
  EXPECT_TRUE(prove({ProofKind::part, bad, 5}));
  EXPECT_TRUE(verified());
}

TEST_F(GenerationProofs, the_parts_together_open_every_piece_once) {
  std::uint64_t opened = 0;
  for (std::uint32_t part = 0; part < 4; ++part) opened += prove({ProofKind::part, part, 4})->chunks;
  EXPECT_EQ(opened, made_.manifest.chunks.size());
}

TEST_F(GenerationProofs, the_turn_goes_round) {
  EXPECT_EQ(next_part(proofs(), 3), 0U);
  for (std::uint32_t turn = 0; turn < 7; ++turn) {
    const auto part = next_part(proofs(), 3);
    EXPECT_EQ(part, turn % 3);
    ASSERT_TRUE(prove({ProofKind::part, part, 3}));
  }
  EXPECT_EQ(next_part(proofs(), 5), 0U) << "other parts begin anew";
}

TEST_F(GenerationProofs, the_structure_sees_what_is_missing_or_cut_without_opening_it) {
  FaultyStore counting(store_);
  const auto whole = store_.objects();
  ASSERT_TRUE(prove(counting, {ProofKind::structure, 0, 1}));
  store_.objects()[piece(1)].pop_back();
  EXPECT_THAT(prove({ProofKind::structure, 0, 1}).error().message, HasSubstr("bytes instead of"));
  store_.objects() = whole;
  store_.objects().erase(piece(0));
  EXPECT_THAT(prove({ProofKind::structure, 0, 1}).error().message, HasSubstr("is missing"));
}

TEST_F(GenerationProofs, old_ones_go_and_the_newest_stay) {
  for (int i = 0; i < 6; ++i) ASSERT_TRUE(prove({ProofKind::structure, 0, 1}));
  const auto left = proofs();
  ASSERT_EQ(left.size(), 1 + kProofsOfAKind);
  EXPECT_EQ(left[0].kind, ProofKind::made);
  EXPECT_EQ(left.back().number, 7U);
}

TEST_F(GenerationProofs, one_that_was_changed_or_moved_counts_for_nothing) {
  const auto other = *create(store_, image(20));
  std::string name;
  for (const auto& [object, bytes] : store_.objects()) {
    if (object.find("/proof/" + made_.manifest.generation) != std::string::npos) name = object;
  }
  const auto bytes = store_.objects()[name];
  store_.objects()[name].back() ^= 1;
  EXPECT_FALSE(verified());
  store_.objects()[name] = bytes;
  EXPECT_TRUE(verified());
  store_.objects().erase(name);
  store_.objects()[proof_prefix(device_) + other.manifest.generation + "/00000009"] = bytes;
  EXPECT_FALSE(verified());
  EXPECT_EQ(proofs_of(store_, vault(), other.manifest.generation)->size(), 1U);
}

TEST_F(GenerationProofs, a_broken_line_says_nothing_about_the_backup) {
  FaultyStore line(store_);
  line.fail_at(4, ErrorKind::retry, true);
  EXPECT_FALSE(prove(line, {}));
  EXPECT_EQ(proofs().size(), 1U);
}

}  // namespace
}  // namespace till::backup
