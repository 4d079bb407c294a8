#include <gtest/gtest.h>

#include "domain/basket_file.hpp"
#include "vector_file.hpp"

namespace till {
namespace {

namespace json = boost::json;

struct PricingCase {
  std::string name;
  json::object content;
};

void PrintTo(const PricingCase& c, std::ostream* out) {
  *out << c.name;
}

std::vector<PricingCase> load(const std::string& file) {
  std::vector<PricingCase> out;
  for (const auto& value : vectors::cases(file)) out.push_back({vectors::text(value.at("case")), value.as_object()});
  return out;
}

std::string label(const testing::TestParamInfo<PricingCase>& info) {
  std::string out;
  for (const char c : info.param.name) out += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return out;
}

class Pricing : public testing::TestWithParam<PricingCase> {};

TEST_P(Pricing, AnswersAsTheCaseSays) {
  const auto& content = GetParam().content;
  const auto answered = domain::quote(json::serialize(content.at("basket")));
  if (const auto* refused = content.if_contains("refused")) {
    ASSERT_FALSE(answered) << *answered;
    EXPECT_NE(answered.error().message.find(vectors::text(*refused)), std::string::npos) << answered.error().message;
    return;
  }
  ASSERT_TRUE(answered) << answered.error().message;
  EXPECT_EQ(vectors::first_difference(content.at("expect"), json::parse(*answered)), "") << *answered;
}

// Taxes in every order of included and excluded, mirrored returns, cash, and what is refused.
INSTANTIATE_TEST_SUITE_P(More, Pricing, testing::ValuesIn(load("pricing_more.json")), label);
INSTANTIATE_TEST_SUITE_P(Given, Pricing, testing::ValuesIn(load("pricing.json")), label);

}  // namespace
}  // namespace till
