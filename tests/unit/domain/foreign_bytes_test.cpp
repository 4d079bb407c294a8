// Readers of foreign text never throw, never hang, and refuse with a sentence; seeded noise around real input.
#include <gtest/gtest.h>

#include "core/random.hpp"
#include "core/text.hpp"
#include "domain/barcode_meaning.hpp"
#include "domain/basket_file.hpp"
#include "domain/till_input.hpp"

namespace till::domain {
namespace {

constexpr int kRounds = 3000;

std::string damaged(std::string text, SeededRandom& random) {
  const auto edits = 1 + random.below(4);
  for (std::uint64_t i = 0; i < edits; ++i) {
    const auto at = static_cast<std::size_t>(random.below(text.size() + 1));
    const auto byte = static_cast<char>(random.below(256));
    switch (random.below(4)) {
      case 0:
        text.insert(at, 1, byte);
        break;
      case 1:
        text.erase(at, 1 + random.below(5));
        break;
      case 2:
        if (at < text.size()) text[at] = byte;
        break;
      default:
        text += text.substr(0, at);
        break;
    }
  }
  return text;
}

template <class T>
void expect_sentence(const Result<T>& result, const std::string& input) {
  EXPECT_TRUE(result || !result.error().message.empty()) << input;
}

TEST(ForeignBytes, BasketFiles) {
  const std::string good =
      R"({"currency":{"code":"EUR","unit":"0.01"},"tax_rounding":"document","cash_rounding":{"unit":"0.05","mode":"up"},)"
      R"("taxes":{"v":{"kind":"percent","rate":"21","included":true},"d":{"kind":"division","rate":"5"}},)"
      R"("lines":[{"id":"a","qty":"2","unit_price":"15.89","taxes":["v","d"],"discount":{"percent":"10"}}],)"
      R"("discount":{"amount":"1.00"},"tenders":[{"kind":"card","amount":"0.68"},{"kind":"cash","amount":"exact"}]})";
  ASSERT_TRUE(quote(good));
  SeededRandom random(1);
  for (int i = 0; i < kRounds; ++i) {
    const auto input = damaged(good, random);
    expect_sentence(quote(input), input);
  }
}

TEST(ForeignBytes, Barcodes) {
  const std::string seeds[] = {"4006381333931",
                               "]C10104006381333931\x1d"
                               "10AB\x1d"
                               "3103001250",
                               "(01)04006381333931(10)AB", "01234565"};
  const BarcodeRules rules{{EmbeddedKind::price, "4006{NNNDD}"}, {EmbeddedKind::weight, "......{NNDDD}."}};
  SeededRandom random(2);
  for (int i = 0; i < kRounds; ++i) {
    const auto input = damaged(seeds[i % 4], random);
    const auto meaning = classify(input, rules, {1'500'000, 2026});
    EXPECT_EQ(meaning.ok(), meaning.error.empty()) << input;
    EXPECT_FALSE(to_json(meaning).empty());
    EXPECT_FALSE(lookup_candidates(input).empty() && !input.empty());
  }
}

TEST(ForeignBytes, TillInput) {
  const std::string seeds[] = {"RF3*100DP10", "5PD4011", "0.350*4011", "VD2*4006381333931"};
  SeededRandom random(3);
  Basket basket;
  for (int i = 0; i < kRounds; ++i) {
    const auto input = damaged(seeds[i % 4], random);
    expect_sentence(enter(input, basket, {}), input);
  }
}

TEST(ForeignBytes, BarcodeRules) {
  const std::string good =
      R"([{"name":"price","pattern":"23.....{NNNDD}"},{"kind":"weight","pattern":"21.....{NNDDD}"}])";
  ASSERT_TRUE(parse_rules_file(good));
  SeededRandom random(4);
  for (int i = 0; i < kRounds; ++i) {
    const auto input = damaged(good, random);
    expect_sentence(parse_rules_file(input), input);
  }
}

TEST(BarcodeRules, PatternsThatMakeNoSenseAreRefused) {
  for (const auto* pattern :
       {"", "23", "23{}", "23{NND", "23NND}", "{NN}{DD}", "23{DN}", "23x{NN}", "23{NNx}", "}{", "{NNNNNNNNNNNNN}"})
    EXPECT_FALSE(parse_rule("price", pattern)) << pattern;
  EXPECT_FALSE(parse_rule("colour", "23{NN}"));
  EXPECT_TRUE(parse_rule("value", ".....{NNNDDDD}."));
}

TEST(LookupCandidates, MatchAcrossZeroPadding) {
  const auto has = [](std::string_view code, const std::string& other) {
    const auto all = lookup_candidates(code);
    return std::find(all.begin(), all.end(), other) != all.end();
  };
  EXPECT_TRUE(has("036000291452", "0036000291452"));
  EXPECT_TRUE(has("0036000291452", "036000291452"));
  EXPECT_TRUE(has("00036000291452", "036000291452"));
  EXPECT_TRUE(has("04252614", "042100005264"));
  EXPECT_TRUE(has("4006381333931", "04006381333931"));
  EXPECT_EQ(lookup_candidates("4011"), std::vector<std::string>{"4011"});
  EXPECT_EQ(lookup_candidates("ABC"), std::vector<std::string>{"ABC"});
}

}  // namespace
}  // namespace till::domain
