// What is found damaged is noted under everything that needs it, and what is read in turns is all of it.
#include "backup/damage.hpp"

#include <gmock/gmock.h>

#include <set>

#include "backup/retention.hpp"
#include "backup_fixture.hpp"
#include "planted_faults.hpp"

namespace till::backup {
namespace {

using testing::HasSubstr;

class SharedDamage : public BackupFixture {
 protected:
  SharedDamage() { begin(); }
  void begin() {
    store_.objects().clear();
    image_ = image(600);
  }
  Manifest full() { return create(store_, image_)->manifest; }
  Manifest next() {
    image_[9 * 4096 + 7] ^= 0x21;
    return grow(store_, image_)->manifest;
  }
  Vault vault() { return {*store_.id(), device_, keys()}; }
  std::string piece(const Manifest& m, std::size_t i) {
    return ChunkCodec(vault()).object_name(m.chunks.at(i).content_id);
  }
  // What only `mine` lists.
  std::string piece_of_its_own(const Manifest& mine, const Manifest& other) {
    for (std::size_t i = 0; i < mine.chunks.size(); ++i) {
      const auto same = [&](const ChunkRef& chunk) { return chunk.content_id == mine.chunks[i].content_id; };
      if (std::ranges::none_of(other.chunks, same)) return piece(mine, i);
    }
    return {};
  }
  void flip(const std::string& name) { store_.objects().at(name)[300] ^= 1; }
  Result<VerifyResult> prove(const Manifest& manifest, const VerifyDepth& depth = {}) {
    Task task;
    return prove_backup(store_, keys(), manifest, depth, meta(), random_, task);
  }
  TurnResult turn(std::uint32_t part, std::uint32_t parts = 7) {
    Task task;
    auto done = prove_turn(store_, keys(), device_, part, parts, meta(), random_, task);
    EXPECT_TRUE(done) << done.error().message;
    return done ? *done : TurnResult{};
  }
  ProofMeta meta() { return {clock_.now(), "Ann", "Till 1", "0.1"}; }
  Standings standings() { return judge(listed(store_), *list_proofs(store_, vault())); }
  bool restorable(const Manifest& m) { return is_restorable(standings(), m.generation); }
  std::vector<std::string> prune(std::uint32_t keep) {
    Task task;
    RetentionRule rule;
    rule.keep_last = keep;
    auto pruned = prune_backups(store_, keys(), device_, rule, {}, clock_.now(), task);
    EXPECT_TRUE(pruned) << pruned.error().message;
    return pruned ? pruned->removed : std::vector<std::string>{};
  }
};

TEST_F(SharedDamage, pruning_removed_the_only_restorable_backup_after_damage_in_a_base_was_found) {
  const auto a = full();
  image_[5 * 4096] ^= 1;
  const auto f = full();
  const auto first = next(), second = next(), third = next();
  ASSERT_EQ(third.base, f.generation);
  flip(piece_of_its_own(f, a));
  EXPECT_THAT(prove(third).error().message, HasSubstr("of backup " + f.generation + " is damaged"));
  for (const auto& m : {f, first, second, third}) EXPECT_FALSE(restorable(m)) << m.number;
  EXPECT_TRUE(restorable(a));
  EXPECT_THAT(standings()[second.generation].problem, HasSubstr("continues backup " + f.generation));
  EXPECT_TRUE(prune(3).empty());
  EXPECT_TRUE(prune(1).empty());
  EXPECT_TRUE(verify(store_, a.generation));
}

TEST_F(SharedDamage, is_noted_under_every_generation_that_lists_the_piece) {
  const auto a = full();
  image_[599 * 4096] ^= 1;
  const auto f = full();
  ASSERT_EQ(piece(a, 0), piece(f, 0));
  flip(piece(f, 0));
  EXPECT_FALSE(prove(f));
  EXPECT_FALSE(restorable(a));
  EXPECT_THAT(standings()[a.generation].problem, HasSubstr("part 1 of 3 of backup " + a.generation));
}

TEST_F(SharedDamage, a_link_that_is_whole_again_counts_again_after_a_look_at_what_continues_it) {
  const auto f = full();
  const auto first = next(), second = next();
  flip(piece(f, 1));
  EXPECT_FALSE(prove(second));
  flip(piece(f, 1));
  EXPECT_FALSE(restorable(first));
  EXPECT_TRUE(prove(second));
  for (const auto& m : {f, first, second}) EXPECT_TRUE(restorable(m)) << m.number;
}

TEST_F(SharedDamage, a_look_at_one_that_does_not_need_the_damaged_link_takes_nothing_back) {
  const auto a = full();
  image_[5 * 4096] ^= 1;
  const auto f = full();
  const auto first = next();
  flip(piece_of_its_own(f, a));
  EXPECT_FALSE(prove(first));
  EXPECT_TRUE(prove(a));
  EXPECT_FALSE(restorable(f));
  EXPECT_FALSE(restorable(first));
}

TEST_F(SharedDamage, missing_pieces_are_noted_by_a_look_at_the_structure) {
  const auto f = full();
  const auto first = next();
  store_.objects().erase(piece(f, 2));
  EXPECT_FALSE(prove(first, {ProofKind::structure, 0, 1}));
  EXPECT_THAT(standings()[f.generation].problem, HasSubstr("is missing"));
}

TEST_F(SharedDamage, after_damage_a_full_backup_is_made_and_nothing_is_continued) {
  const auto f = full();
  const auto first = next();
  flip(piece(f, 1));
  EXPECT_FALSE(prove(first));
  const auto made = next();
  EXPECT_EQ(made.kind, GenerationKind::full);
  EXPECT_TRUE(restorable(made));
  EXPECT_EQ(next().base, made.generation);
}

TEST_F(SharedDamage, fault_what_continues_a_damaged_one_counts) {
  expect_noticed(Sabotage::heirs_spared, [&]() -> std::string {
    begin();
    const auto f = full();
    const auto first = next();
    flip(piece(f, 1));
    if (prove(f)) return "the damage was not found";
    return restorable(first) ? "it counts and does not come back" : "";
  });
}

TEST_F(SharedDamage, fault_the_next_backup_goes_on_before_a_damaged_one) {
  expect_noticed(Sabotage::damage_continued, [&]() -> std::string {
    begin();
    full();
    const auto first = next();
    store_.objects().at(piece(first, 0)).back() ^= 1;
    if (prove(first)) return "the damage was not found";
    return next().kind == GenerationKind::full ? "" : "after damage the next backup is not a full one";
  });
}

TEST_F(SharedDamage, seven_turns_open_every_piece_of_all_generations_once) {
  const auto a = full();
  next(), next();
  image_[599 * 4096] ^= 1;
  full();
  std::set<std::string> names;
  for (const auto& entry : listed(store_))
    for (const auto& chunk : pieces_of(*entry.manifest)) names.insert(to_hex(chunk.content_id));
  std::uint64_t opened = 0;
  for (std::uint32_t part = 0; part < 7; ++part) opened += turn(part).pieces;
  EXPECT_EQ(opened, names.size());
  EXPECT_GT(opened, a.chunks.size());
}

TEST_F(SharedDamage, a_turn_finds_a_damaged_piece_of_an_old_generation_and_a_later_one_takes_it_back) {
  const auto a = full();
  image_[5 * 4096] ^= 1;
  const auto f = full();
  const auto first = next();
  const auto bad = piece_of_its_own(a, f);
  flip(bad);
  std::set<std::uint32_t> found;
  for (std::uint32_t part = 0; part < 7; ++part) {
    if (!turn(part).damage.empty()) found.insert(part);
  }
  ASSERT_EQ(found.size(), 1U);
  EXPECT_FALSE(restorable(a));
  EXPECT_TRUE(restorable(f)) << "it does not need the piece";
  EXPECT_TRUE(restorable(first));
  flip(bad);
  for (std::uint32_t part = 0; part < 7; ++part) {
    if (!found.contains(part)) turn(part);
  }
  EXPECT_FALSE(restorable(a)) << "another part says nothing of it";
  turn(*found.begin());
  for (std::uint32_t part = 0; part < 14; ++part) turn(part % 7);
  EXPECT_TRUE(restorable(a)) << "what took it back is not forgotten";
}

}  // namespace
}  // namespace till::backup
