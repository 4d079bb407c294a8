#include "backup/retention.hpp"

#include <algorithm>

#include "backup_fixture.hpp"

namespace till::backup {
namespace {

std::vector<GenerationFacts> facts(const std::string& verified) {  // "1101": oldest first, 1 is verified
  std::vector<GenerationFacts> out;
  for (std::size_t i = 0; i < verified.size(); ++i) {
    out.push_back({"g" + std::to_string(i + 1), i + 1, verified[i] == '1', {}, false, {}});
  }
  return out;
}

std::vector<std::string> surplus(std::vector<GenerationFacts> generations, std::uint32_t keep_last) {
  RetentionRule rule;
  rule.keep_last = keep_last;
  return plan_retention(std::move(generations), rule, {}).surplus;
}

TEST(Retention, keeps_the_newest_verified_ones) {
  EXPECT_EQ(surplus(facts("11111"), 2), (std::vector<std::string>{"g1", "g2", "g3"}));
  EXPECT_TRUE(surplus(facts("11"), 2).empty());
  EXPECT_TRUE(surplus({}, 2).empty());
}

TEST(Retention, unverified_ones_do_not_count_and_push_nothing_out) {
  EXPECT_EQ(surplus(facts("11000"), 2), std::vector<std::string>{});
  EXPECT_EQ(surplus(facts("11010"), 2), std::vector<std::string>{"g1"});
  EXPECT_TRUE(surplus(facts("000"), 1).empty());
}

TEST(Retention, never_removes_the_newest_verified_one) {
  EXPECT_EQ(surplus(facts("1110"), 1), (std::vector<std::string>{"g1", "g2"}));
  EXPECT_TRUE(surplus(facts("111"), 0).empty()) << "keep none is a mistake, not a wish";
}

TEST(Retention, the_order_given_does_not_matter) {
  auto mixed = facts("1111");
  std::swap(mixed[0], mixed[3]);
  EXPECT_EQ(surplus(mixed, 2), (std::vector<std::string>{"g1", "g2"}));
}

// Random lines of chains, some generations unverified: whatever is asked, what stays can be restored.
class RetentionOfRandomLines : public testing::Test {
 protected:
  std::vector<GenerationFacts> line() {
    std::vector<GenerationFacts> all;
    for (std::uint64_t n = 1 + dice_.below(40); n > 0; --n) {
      const auto number = all.size() + 1;
      GenerationFacts facts{"g" + std::to_string(number), number, dice_.below(5) != 0, {}, dice_.below(10) == 0, {}};
      if (!all.empty() && dice_.below(4) != 0)
        facts.continues = all[dice_.below(8) == 0 ? dice_.below(all.size()) : all.size() - 1].generation;
      clock_us_ += static_cast<std::int64_t>(dice_.below(4)) * 3'600'000'000 * 7;
      facts.created_at.us = clock_us_;
      all.push_back(facts);
    }
    return all;
  }
  RetentionRule rule() {
    RetentionRule rule;
    rule.keep_last = 1 + static_cast<std::uint32_t>(dice_.below(8));
    if (dice_.below(2) == 0) rule.keep_daily = static_cast<std::uint32_t>(dice_.below(5));
    if (dice_.below(3) == 0) rule.keep_monthly = static_cast<std::uint32_t>(dice_.below(3));
    if (dice_.below(3) == 0) rule.pinned.insert("g" + std::to_string(1 + dice_.below(30)));
    return rule;
  }
  static bool restorable(const std::vector<GenerationFacts>& all, const std::set<std::string>& there,
                         const GenerationFacts& facts) {
    if (!facts.verified || !there.contains(facts.generation)) return false;
    if (facts.continues.empty()) return true;
    const auto parent = std::ranges::find(all, facts.continues, &GenerationFacts::generation);
    return parent != all.end() && restorable(all, there, *parent);
  }

  SeededRandom dice_{2026};
  std::int64_t clock_us_ = 1'790'000'000'000'000;
};

TEST_F(RetentionOfRandomLines, no_chain_is_broken_and_no_restorable_one_of_the_last_is_lost) {
  for (int round = 0; round < 3000; ++round) {
    const auto all = line();
    const auto wish = rule();
    std::set<std::string> before, after;
    for (const auto& facts : all) before.insert(facts.generation);
    after = before;
    for (const auto& gone : plan_retention(all, wish, {clock_us_}).surplus) after.erase(gone);
    std::uint32_t counted = 0;
    bool newest = true;
    for (auto facts = all.rbegin(); facts != all.rend(); ++facts) {
      const bool good_before = restorable(all, before, *facts);
      const bool good_after = restorable(all, after, *facts);
      if (after.contains(facts->generation) && !facts->continues.empty()) {
        EXPECT_TRUE(after.contains(facts->continues)) << "round " << round << ": " << facts->generation;
      }
      if (good_before && !facts->before_restore) {
        if (counted++ < wish.keep_last) {
          EXPECT_TRUE(good_after) << "round " << round << ": " << facts->generation;
        }
        if (newest) {
          EXPECT_TRUE(good_after) << "round " << round;
        }
        newest = false;
      }
      if (wish.pinned.contains(facts->generation)) {
        EXPECT_TRUE(after.contains(facts->generation)) << "round " << round;
      }
    }
    if (counted < wish.keep_last) {
      EXPECT_EQ(after, before) << "round " << round << ": fewer restorable ones than asked for";
    }
    if (testing::Test::HasFailure()) return;
  }
}

TEST_F(RetentionOfRandomLines, a_second_time_nothing_more_goes) {
  for (int round = 0; round < 500; ++round) {
    auto all = line();
    const auto wish = rule();
    const auto gone = plan_retention(all, wish, {clock_us_}).surplus;
    std::erase_if(all, [&](const GenerationFacts& facts) { return std::ranges::count(gone, facts.generation) > 0; });
    EXPECT_TRUE(plan_retention(all, wish, {clock_us_}).surplus.empty()) << "round " << round;
  }
}

TEST(Retention, what_a_kept_increment_continues_stays) {
  auto chain = facts("1111");
  chain[1].continues = "g1";
  chain[2].continues = "g2";
  EXPECT_TRUE(surplus(chain, 2).empty()) << "g4 and g3, and so g2 and g1";
  EXPECT_EQ(surplus(chain, 1), (std::vector<std::string>{"g1", "g2", "g3"}));
}

TEST(Retention, an_increment_on_a_damaged_base_does_not_count) {
  auto chain = facts("1011");
  chain[2].continues = "g2";
  chain[3].continues = "g3";
  EXPECT_TRUE(surplus(chain, 1).empty()) << "only g1 can be restored";
}

TEST(Retention, those_made_before_a_restore_are_apart_and_only_a_few) {
  auto line = facts("1111111");
  for (const auto i : {1, 2, 3, 4}) line[static_cast<std::size_t>(i)].before_restore = true;
  EXPECT_EQ(surplus(line, 2), (std::vector<std::string>{"g1", "g2"}));
}

TEST(Retention, days_and_months_keep_the_last_of_each) {
  const std::int64_t day_us = 86'400'000'000;
  auto line = facts("11111111");
  const std::int64_t start = 1'790'000'000'000'000;
  for (std::size_t i = 0; i < line.size(); ++i)
    line[i].created_at.us = start + static_cast<std::int64_t>(i / 2) * day_us * 20;
  RetentionRule rule;
  rule.keep_last = 1;
  rule.keep_daily = 3;
  EXPECT_EQ(plan_retention(line, rule, {start + 100 * day_us}).surplus,
            (std::vector<std::string>{"g1", "g2", "g3", "g5", "g7"}));
}

TEST(Retention, where_the_clock_has_jumped_days_remove_nothing) {
  auto line = facts("1111");
  for (std::size_t i = 0; i < line.size(); ++i) line[i].created_at.us = 1'790'000'000'000'000;
  line[1].created_at.us = 1'990'000'000'000'000;
  RetentionRule rule;
  rule.keep_last = 1;
  rule.keep_daily = 1;
  const auto plan = plan_retention(line, rule, {1'790'000'000'000'001});
  EXPECT_TRUE(plan.clock_jumped);
  EXPECT_TRUE(plan.surplus.empty());
}

class Prune : public BackupFixture {
 protected:
  std::vector<std::string> make(int count) {
    std::vector<std::string> generations;
    for (int i = 0; i < count; ++i) generations.push_back(create(store_, image(20))->manifest.generation);
    return generations;
  }
  Result<PruneResult> prune(ObjectStore& store, std::uint32_t keep_last, const std::set<std::string>& damaged = {}) {
    RetentionRule rule;
    rule.keep_last = keep_last;
    return prune_backups(store, keys(), device_, rule, damaged, clock_.now(), task_);
  }
  std::size_t chunks() { return store_.list(chunk_prefix(device_))->size(); }
  Task task_;
};

TEST_F(Prune, removes_surplus_generations_and_their_pieces_only) {
  const auto generations = make(4);
  const auto pruned = prune(store_, 2, {});
  ASSERT_TRUE(pruned);
  EXPECT_EQ(pruned->removed, (std::vector<std::string>{generations[0], generations[1]}));
  EXPECT_EQ(pruned->removed_objects, 6U) << "two manifests, two pieces, two proofs";
  EXPECT_GT(pruned->freed_bytes, 100'000U);
  EXPECT_EQ(chunks(), 2U);
  EXPECT_TRUE(verify(store_, generations[2]));
  EXPECT_TRUE(verify(store_, generations[3]));
}

TEST_F(Prune, keeps_pieces_that_a_kept_generation_shares) {
  const auto first = create(store_, image_)->manifest.generation;
  const auto second = create(store_, image_)->manifest.generation;
  ASSERT_TRUE(prune(store_, 1, {}));
  EXPECT_FALSE(verify(store_, first));
  EXPECT_TRUE(verify(store_, second));
}

TEST_F(Prune, a_generation_found_damaged_does_not_count) {
  const auto generations = make(3);
  const auto pruned = prune(store_, 1, {generations[2]});
  ASSERT_TRUE(pruned);
  EXPECT_EQ(pruned->removed, std::vector<std::string>{generations[0]});
  EXPECT_TRUE(verify(store_, generations[1]));
}

TEST_F(Prune, removes_no_piece_while_a_list_of_contents_cannot_be_read) {
  const auto generations = make(3);
  store_.objects()[manifest_name(device_, generations[1])][90] ^= 1;
  const auto before = chunks();
  ASSERT_TRUE(prune(store_, 1, {}));
  EXPECT_EQ(chunks(), before);
  const auto pruned = prune(store_, 1, {generations[1]});
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
  const auto pruned = prune(store_, 2, {});
  EXPECT_EQ(pruned->removed.size(), 2U);
  EXPECT_TRUE(verify(store_, back[0]));
  EXPECT_TRUE(verify(store_, ahead[0]));
}

TEST_F(Prune, an_error_at_any_operation_leaves_every_listed_backup_whole) {
  make(3);
  const auto whole = store_.objects();
  FaultyStore counter(store_);
  ASSERT_TRUE(prune(counter, 1, {}));
  for (std::uint64_t k = 1; k <= counter.operations(); ++k) {
    MemoryStore place("memory", std::make_shared<MemoryStore::Objects>(whole));
    FaultyStore faulty(place);
    faulty.fail_at(k, ErrorKind::permanent, true);
    (void)prune(faulty, 1, {});
    const auto listed = list_backups(place, keys());
    ASSERT_TRUE(listed);
    for (const auto& entry : *listed) {
      EXPECT_TRUE(verify(place, entry.generation)) << "operation " << k;
    }
  }
}

TEST_F(Prune, an_increment_that_stays_keeps_its_chain_whole) {
  const auto first = *create(store_, image_);
  std::vector<std::string> increments;
  for (int i = 0; i < 3; ++i) {
    image_[5000] ^= 7;
    increments.push_back(grow(store_, image_)->manifest.generation);
  }
  const auto pruned = prune(store_, 1);
  ASSERT_TRUE(pruned);
  EXPECT_TRUE(pruned->removed.empty());
  ASSERT_TRUE(create(store_, image(20)));
  ASSERT_TRUE(prune(store_, 1));
  EXPECT_EQ(list_backups(store_, keys())->size(), 1U) << "with a new full one the whole chain goes";
  EXPECT_FALSE(verify(store_, first.manifest.generation));
}

TEST_F(Prune, interrupted_anywhere_it_leaves_no_increment_without_what_it_continues) {
  ASSERT_TRUE(create(store_, image_));
  for (int i = 0; i < 3; ++i) {
    image_[5000] ^= 7;
    ASSERT_TRUE(grow(store_, image_));
  }
  ASSERT_TRUE(create(store_, image(20)));
  const auto whole = store_.objects();
  FaultyStore counter(store_);
  ASSERT_TRUE(prune(counter, 1));
  for (std::uint64_t k = 1; k <= counter.operations(); ++k) {
    MemoryStore place("memory", std::make_shared<MemoryStore::Objects>(whole));
    FaultyStore faulty(place);
    faulty.fail_at(k, ErrorKind::permanent, true);
    (void)prune(faulty, 1);
    for (const auto& entry : listed(place)) {
      EXPECT_TRUE(verify(place, entry.generation)) << "operation " << k;
    }
  }
}

TEST_F(Prune, removes_nothing_while_a_list_of_contents_may_be_read_another_time) {
  ASSERT_TRUE(create(store_, image_));
  image_[5000] ^= 7;
  const auto second = grow(store_, image_)->manifest.generation;
  ASSERT_TRUE(create(store_, image(20)));
  store_.objects()[manifest_name(device_, second)][6] = 9;  // as a newer program writes it
  EXPECT_FALSE(prune(store_, 1));
  EXPECT_EQ(listed(store_).size(), 3U);
}

TEST_F(Prune, keeping_none_is_refused) {
  make(1);
  EXPECT_EQ(prune(store_, 0, {}).error().kind, ErrorKind::invalid);
  EXPECT_EQ(list_backups(store_, keys())->size(), 1U);
}

}  // namespace
}  // namespace till::backup
