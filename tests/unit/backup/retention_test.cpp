#include "backup/retention.hpp"

#include "backup_fixture.hpp"

namespace till::backup {
namespace {

std::vector<GenerationFacts> facts(const std::string& verified) {  // "1101": oldest first, 1 is verified
  std::vector<GenerationFacts> out;
  for (std::size_t i = 0; i < verified.size(); ++i) {
    out.push_back({"g" + std::to_string(i + 1), i + 1, verified[i] == '1'});
  }
  return out;
}

TEST(Retention, keeps_the_newest_verified_ones) {
  EXPECT_EQ(plan_retention(facts("11111"), 2), (std::vector<std::string>{"g1", "g2", "g3"}));
  EXPECT_TRUE(plan_retention(facts("11"), 2).empty());
  EXPECT_TRUE(plan_retention({}, 2).empty());
}

TEST(Retention, unverified_ones_do_not_count_and_push_nothing_out) {
  EXPECT_EQ(plan_retention(facts("11000"), 2), std::vector<std::string>{});
  EXPECT_EQ(plan_retention(facts("11010"), 2), std::vector<std::string>{"g1"});
  EXPECT_TRUE(plan_retention(facts("000"), 1).empty());
}

TEST(Retention, never_removes_the_newest_verified_one) {
  EXPECT_EQ(plan_retention(facts("1110"), 1), (std::vector<std::string>{"g1", "g2"}));
  EXPECT_TRUE(plan_retention(facts("111"), 0).empty()) << "keep none is a mistake, not a wish";
}

TEST(Retention, the_order_given_does_not_matter) {
  auto mixed = facts("1111");
  std::swap(mixed[0], mixed[3]);
  EXPECT_EQ(plan_retention(mixed, 2), (std::vector<std::string>{"g1", "g2"}));
}

class Prune : public BackupFixture {
 protected:
  std::vector<std::string> make(int count) {
    std::vector<std::string> generations;
    for (int i = 0; i < count; ++i) generations.push_back(create(store_, image(20))->manifest.generation);
    return generations;
  }
  std::size_t chunks() { return store_.list(chunk_prefix(device_))->size(); }
  Task task_;
};

TEST_F(Prune, removes_surplus_generations_and_their_pieces_only) {
  const auto generations = make(4);
  const auto pruned = prune_backups(store_, keys(), device_, 2, {}, task_);
  ASSERT_TRUE(pruned);
  EXPECT_EQ(pruned->removed, (std::vector<std::string>{generations[0], generations[1]}));
  EXPECT_EQ(pruned->removed_objects, 4U);
  EXPECT_GT(pruned->freed_bytes, 100'000U);
  EXPECT_EQ(chunks(), 2U);
  EXPECT_TRUE(verify(store_, generations[2]));
  EXPECT_TRUE(verify(store_, generations[3]));
}

TEST_F(Prune, keeps_pieces_that_a_kept_generation_shares) {
  const auto first = create(store_, image_)->manifest.generation;
  const auto second = create(store_, image_)->manifest.generation;
  ASSERT_TRUE(prune_backups(store_, keys(), device_, 1, {}, task_));
  EXPECT_FALSE(verify(store_, first));
  EXPECT_TRUE(verify(store_, second));
}

TEST_F(Prune, a_generation_found_damaged_does_not_count) {
  const auto generations = make(3);
  const auto pruned = prune_backups(store_, keys(), device_, 1, {generations[2]}, task_);
  ASSERT_TRUE(pruned);
  EXPECT_EQ(pruned->removed, std::vector<std::string>{generations[0]});
  EXPECT_TRUE(verify(store_, generations[1]));
}

TEST_F(Prune, removes_no_piece_while_a_list_of_contents_cannot_be_read) {
  const auto generations = make(3);
  store_.objects()[manifest_name(device_, generations[1])][90] ^= 1;
  const auto before = chunks();
  ASSERT_TRUE(prune_backups(store_, keys(), device_, 1, {}, task_));
  EXPECT_EQ(chunks(), before);
  const auto pruned = prune_backups(store_, keys(), device_, 1, {generations[1]}, task_);
  ASSERT_TRUE(pruned);
  EXPECT_EQ(pruned->removed, std::vector<std::string>{generations[1]}) << "known as damaged it goes";
  EXPECT_EQ(chunks(), 1U);
  EXPECT_TRUE(verify(store_, generations[2]));
}

TEST_F(Prune, a_clock_set_far_ahead_or_back_removes_nothing_more) {
  make(2);
  clock_.set_utc({0});
  const auto back = make(1);
  clock_.set_utc({4'000'000'000'000'000});
  const auto ahead = make(1);
  const auto pruned = prune_backups(store_, keys(), device_, 2, {}, task_);
  EXPECT_EQ(pruned->removed.size(), 2U);
  EXPECT_TRUE(verify(store_, back[0]));
  EXPECT_TRUE(verify(store_, ahead[0]));
}

TEST_F(Prune, an_error_at_any_operation_leaves_every_listed_backup_whole) {
  make(3);
  const auto whole = store_.objects();
  FaultyStore counter(store_);
  ASSERT_TRUE(prune_backups(counter, keys(), device_, 1, {}, task_));
  for (std::uint64_t k = 1; k <= counter.operations(); ++k) {
    MemoryStore place("memory", std::make_shared<MemoryStore::Objects>(whole));
    FaultyStore faulty(place);
    faulty.fail_at(k, ErrorKind::permanent, true);
    (void)prune_backups(faulty, keys(), device_, 1, {}, task_);
    const auto listed = list_backups(place, keys());
    ASSERT_TRUE(listed);
    for (const auto& entry : *listed) {
      EXPECT_TRUE(verify(place, entry.generation)) << "operation " << k;
    }
  }
}

TEST_F(Prune, keeping_none_is_refused) {
  make(1);
  EXPECT_EQ(prune_backups(store_, keys(), device_, 0, {}, task_).error().kind, ErrorKind::invalid);
  EXPECT_EQ(list_backups(store_, keys())->size(), 1U);
}

}  // namespace
}  // namespace till::backup
