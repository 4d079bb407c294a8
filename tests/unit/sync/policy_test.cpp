// What several changes did to one value, together; and which rule a field has.
#include "sync/policy.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/random.hpp"
#include "domain/entities/resolution.hpp"
#include "engine_fixture.hpp"
#include "storage/conflicts.hpp"
#include "storage/log_reader.hpp"

namespace till::sync {
namespace {

using Texts = std::vector<std::string>;

template <class T>
Bytes b(const T& value) {
  return encode(value);
}

std::int64_t number(std::int64_t base, const std::vector<std::int64_t>& values) {
  std::vector<Bytes> bytes;
  for (const auto value : values) bytes.push_back(b(value));
  const auto merged = merge_values(FieldKind::number, b(base), bytes);
  EXPECT_TRUE(merged);
  return merged ? *decode<std::int64_t>(*merged) : -1;
}

Texts texts(const Texts& base, const std::vector<Texts>& values) {
  std::vector<Bytes> bytes;
  for (const auto& value : values) bytes.push_back(b(value));
  const auto merged = merge_values(FieldKind::texts, b(base), bytes);
  EXPECT_TRUE(merged);
  return merged ? *decode<Texts>(*merged) : Texts{};
}

std::string text(const std::string& base, const Texts& values) {
  std::vector<Bytes> bytes;
  for (const auto& value : values) bytes.push_back(b(value));
  const auto merged = merge_values(FieldKind::text, b(base), bytes);
  EXPECT_TRUE(merged);
  return merged ? *decode<std::string>(*merged) : std::string();
}

TEST(MergeNumbers, AddsWhatEachSideAdded) {
  EXPECT_EQ(number(250, {300, 310}), 360);
  EXPECT_EQ(number(10, {12, 13, 11}), 16);
  EXPECT_EQ(number(100, {90, 70}), 60);
}

TEST(MergeNumbers, NeverMakesLessThanNothingOfAmountsThatWereNot) {
  EXPECT_FALSE(merge_values(FieldKind::number, b(std::int64_t{100}), {b(std::int64_t{10}), b(std::int64_t{20})}));
  EXPECT_EQ(number(-100, {-10, -20}), 70);
}

TEST(MergeNumbers, NeedsTheValueThatBothStartedFrom) {
  EXPECT_FALSE(merge_values(FieldKind::number, std::nullopt, {b(std::int64_t{1}), b(std::int64_t{2})}));
}

TEST(MergeNumbers, OfASumThatDoesNotFitIsLeftToAPerson) {
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  EXPECT_FALSE(merge_values(FieldKind::number, b(std::int64_t{0}), {b(most), b(most)}));
}

TEST(MergeLists, KeepsWhatWasAddedAndDropsWhatWasRemoved) {
  EXPECT_EQ(texts({"a", "b"}, {{"a", "b", "c"}, {"a", "b", "d"}}), (Texts{"a", "b", "c", "d"}));
  EXPECT_EQ(texts({"a", "b"}, {{"a"}, {"a", "b", "c"}}), (Texts{"a", "c"}));
  EXPECT_EQ(texts({"a", "b"}, {{"b"}, {"a"}}), Texts{});
}

TEST(MergeLists, OfAFieldThatHadNeverBeenSetIsTheUnion) {
  const auto merged = merge_values(FieldKind::texts, std::nullopt, {b(Texts{"a"}), b(Texts{"b"})});
  ASSERT_TRUE(merged);
  EXPECT_EQ(*decode<Texts>(*merged), (Texts{"a", "b"}));
}

TEST(MergeLists, HaveTheSameMembersInWhateverOrderTheChangesStand) {
  SeededRandom random(5);
  const auto pick = [&] {
    Texts list;
    for (const char* item : {"a", "b", "c", "d", "e", "f"})
      if (random.below(2) == 0) list.emplace_back(item);
    return list;
  };
  for (int i = 0; i < 300; ++i) {
    const Texts base = pick();
    std::vector<Texts> values = {pick(), pick(), pick()};
    std::sort(values.begin(), values.end());
    const auto members = [](Texts list) {
      std::sort(list.begin(), list.end());
      return list;
    };
    const Texts first = members(texts(base, values));
    while (std::next_permutation(values.begin(), values.end())) EXPECT_EQ(members(texts(base, values)), first);
    EXPECT_EQ(texts(base, {values[0], values[0]}), values[0]) << "the same change twice is one";
  }
}

TEST(MergeTexts, KeepsEqualWordsAndPutsTheRestSideBySide) {
  EXPECT_EQ(text("Tea", {"Green tea", "Green tea 100 g"}), "Green tea 100 g");
  EXPECT_EQ(text("Green tea", {"Green tea large", "Green tea organic"}), "Green tea large / organic");
  EXPECT_EQ(text("Tea", {"Black tea", "White tea"}), "Black / White tea");
  EXPECT_EQ(text("Tea", {"Coffee", "Juice"}), "Coffee / Juice");
}

TEST(MergeTexts, TakesTheOneThatChangedAnything) {
  EXPECT_EQ(text("Tea", {"Tea", "Coffee"}), "Coffee");
}

TEST(MergeValues, OfFieldsWithoutAnythingToAddIsRefused) {
  EXPECT_FALSE(merge_values(FieldKind::other, b(true), {b(true), b(false)}));
}

TEST(MergeValues, OfBytesThatAreNoSuchValueIsRefused) {
  const Bytes broken(3, 0xff);
  for (const auto kind : {FieldKind::number, FieldKind::text, FieldKind::texts, FieldKind::ids})
    EXPECT_FALSE(merge_values(kind, broken, {broken, Bytes(40, 0xff)}));
}

TEST(Policies, WithoutARuleTheLatestWins) {
  Policies policies;
  policies.rules[1][4] = {Policy::manual, FieldKind::number};
  EXPECT_EQ(policies.of(1, 4).policy, Policy::manual);
  EXPECT_EQ(policies.of(1, 5).policy, Policy::latest_wins);
  EXPECT_EQ(policies.of(9, 1).kind, FieldKind::other);
}

TEST(Policies, FingerprintTellsAnyDifference) {
  Policies a, b;
  a.rules[1][4] = {Policy::manual, FieldKind::number};
  b = a;
  EXPECT_EQ(a.fingerprint(), b.fingerprint());
  b.rules[1][4].policy = Policy::merge;
  EXPECT_NE(a.fingerprint(), b.fingerprint());
  EXPECT_NE(a.fingerprint(), Policies{}.fingerprint());
}

// Settled in one go, they are more than a record holds.
TEST(Settlements, AreInTheSameRecordAsTheirResolutions) {
  Shop shop(2);
  Till a(shop, 0);
  constexpr std::uint8_t kConflicts = 60;
  Policies policies;
  policies.rules[kProduct][kSku] = {Policy::use_local, FieldKind::text};
  for (std::uint8_t n = 1; n <= kConflicts; ++n) {
    const Id row = id_of(0xaa, n);
    a.set(row, std::string(4000, 'a'));
    value_of(a.disk.begin());
    RowState state = value_of(a.store().load_row(kProduct, row));
    const Order earlier{Stamp::of(1, n), Shop::device(1), 7, n};
    const auto outcome = merge(state, set_sku(row, std::string(4000, 'b')), earlier);
    value_of(a.store().save_row(kProduct, row, state, outcome));
    value_of(a.disk.commit());
  }
  const Feed feed{Shop::device(0), a.self().incarnation, Lane::normal};
  const std::size_t before = value_of(a.store().uncut_bodies(feed)).size();
  value_of(a.disk.begin());
  storage::SyncConflicts book(a.disk.tx(), shop.clock, a.random, {{}, "Till", Shop::device(0), {}});
  storage::SyncLogReader history(a.disk.tx());
  value_of(settle_by_policy(a.store(), book, history, a.log, *shop.keys[0], policies));
  value_of(a.log.seal(a.store()));
  value_of(a.disk.commit());

  const auto bodies = value_of(a.store().uncut_bodies(feed));
  ASSERT_GT(bodies.size(), before + 1);
  std::size_t resolutions = 0;
  for (std::size_t i = before; i < bodies.size(); ++i) {
    const Record record = value_of(decode_body(feed, i + 1, bodies[i]));
    for (const Op& op : record.ops) {
      if (op.entity != domain::Resolution::kEntity) continue;
      domain::Resolution resolution;
      value_of(apply_fields(op.fields, resolution));
      EXPECT_EQ(resolution.chosen.sequence, record.sequence);
      ++resolutions;
    }
  }
  EXPECT_EQ(resolutions, kConflicts);
}

}  // namespace
}  // namespace till::sync
