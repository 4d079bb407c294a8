// What several changes did to one value, together; and which rule a field has.
#include "sync/policy.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/random.hpp"

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

}  // namespace
}  // namespace till::sync
