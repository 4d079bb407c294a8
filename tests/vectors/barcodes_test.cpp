#include <gtest/gtest.h>

#include "domain/barcode_meaning.hpp"
#include "vector_file.hpp"

namespace till {
namespace {

namespace json = boost::json;

struct Case {
  std::string name;
  json::object content;
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.name;
}

std::vector<Case> load(const std::string& file, std::string_view kind) {
  std::vector<Case> out;
  for (const auto& value : vectors::cases(file))
    if (value.as_object().contains(json::string_view(kind.data(), kind.size())))
      out.push_back({vectors::text(value.at("case")), value.as_object()});
  return out;
}

std::string label(const testing::TestParamInfo<Case>& info) {
  std::string out;
  for (const char c : info.param.name) out += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return out;
}

class Scan : public testing::TestWithParam<Case> {};

TEST_P(Scan, MeansWhatTheCaseSays) {
  const auto& content = GetParam().content;
  domain::BarcodeRulesFile file;
  json::object rules;
  if (const auto* list = content.if_contains("rules")) rules["rules"] = *list;
  if (const auto* price = content.if_contains("unit_price")) rules["unit_price"] = *price;
  if (rules.contains("rules")) {
    auto parsed = domain::parse_rules_file(json::serialize(rules));
    ASSERT_TRUE(parsed) << parsed.error().message;
    file = *parsed;
  }
  const auto meaning = domain::classify(vectors::text(content.at("scan")), file.rules, {file.unit_price_micro, 2026});
  const auto answered = json::parse(domain::to_json(meaning));
  const auto& expected = content.at("expect").as_object();
  if (const auto* error = expected.if_contains("error")) {
    EXPECT_EQ(meaning.kind, domain::BarcodeKind::error) << answered;
    EXPECT_NE(meaning.error.find(vectors::text(*error)), std::string::npos) << answered;
    return;
  }
  EXPECT_EQ(vectors::first_difference(content.at("expect"), answered), "") << answered;
}

INSTANTIATE_TEST_SUITE_P(Given, Scan, testing::ValuesIn(load("barcodes.json", "scan")), label);
INSTANTIATE_TEST_SUITE_P(More, Scan, testing::ValuesIn(load("barcodes_more.json", "scan")), label);

class Gs1Date : public testing::TestWithParam<Case> {};

TEST_P(Gs1Date, IsTheDayTheCaseSays) {
  const auto date = domain::gs1_date(vectors::text(GetParam().content.at("gs1_date")), 2026);
  if (GetParam().content.contains("refused")) {
    EXPECT_FALSE(date);
    return;
  }
  ASSERT_TRUE(date) << date.error().message;
  EXPECT_EQ(*date, vectors::text(GetParam().content.at("expect")));
}

INSTANTIATE_TEST_SUITE_P(Given, Gs1Date, testing::ValuesIn(load("barcodes.json", "gs1_date")), label);
INSTANTIATE_TEST_SUITE_P(More, Gs1Date, testing::ValuesIn(load("barcodes_more.json", "gs1_date")), label);

class UpcE : public testing::TestWithParam<Case> {};

TEST_P(UpcE, ExpandsToUpcA) {
  const auto expanded = domain::expand_upc_e(vectors::text(GetParam().content.at("upce")));
  if (GetParam().content.contains("refused")) {
    EXPECT_FALSE(expanded);
    return;
  }
  ASSERT_TRUE(expanded) << expanded.error().message;
  EXPECT_EQ(*expanded, vectors::text(GetParam().content.at("expect")));
}

INSTANTIATE_TEST_SUITE_P(Given, UpcE, testing::ValuesIn(load("barcodes.json", "upce")), label);
INSTANTIATE_TEST_SUITE_P(More, UpcE, testing::ValuesIn(load("barcodes_more.json", "upce")), label);

}  // namespace
}  // namespace till
