#include "domain/basket_file.hpp"

#include <gtest/gtest.h>

#include "builders.hpp"
#include "domain/sale_builder.hpp"

namespace till::domain {
namespace {

using namespace testing_tools;

constexpr auto kBasket =
    R"({"currency": {"code": "EUR", "unit": "0.01"}, "lines": [{"id": "a", "qty": "1", "unit_price": "1.00"}]})";

std::string refusal(std::string_view json) {
  const auto answered = quote(json);
  return answered ? "accepted: " + *answered : answered.error().message;
}

CatalogueLookup pens() {
  CatalogueLookup out;
  out.item = [](std::string_view code) -> Result<std::optional<CatalogueItem>> {
    if (code != "4006381333931") return std::optional<CatalogueItem>{};
    return std::optional{item(1, "Pen", 1589)};
  };
  return out;
}

TEST(BasketFile, AnswersWithEveryKeyOfTheContract) {
  EXPECT_EQ(*quote(R"({"currency": {"code": "EUR", "unit": "0.01"}, "tax_rounding": "line",
      "cash_rounding": {"unit": "0.05", "mode": "nearest"}, "taxes": {"vat": {"kind": "percent", "rate": "21", "included": true}},
      "lines": [{"id": "a", "qty": "2", "unit_price": "15.89", "taxes": ["vat"]}], "tenders": [{"kind": "cash", "amount": "exact"}]})"),
            R"({"lines":[{"id":"a","net":"26.26","taxes":{"vat":"5.52"},"total":"31.78"}],"net":"26.26",)"
            R"("taxes":{"vat":"5.52"},"tax":"5.52","total":"31.78","rounding":"0.02","due":"31.80","paid":"31.80",)"
            R"("change":"0.00","remaining":"0.00"})");
}

TEST(BasketFile, RefusesWhatIsNotJson) {
  for (const auto* text : {"", "{", "[1,2", "{\"lines\": [}", "\xff\xfe", "nul", "{} {}"})
    EXPECT_EQ(refusal(text), "the basket file is not proper JSON; check brackets, commas and quotes") << text;
  EXPECT_EQ(refusal("[]"), "the basket file must be an object in braces");
}

TEST(BasketFile, RefusesDeepNesting) {
  EXPECT_NE(refusal(std::string(200'000, '[')).find("not proper JSON"), std::string::npos);
  EXPECT_NE(refusal(std::string(20, '[') + std::string(20, ']')).find("not proper JSON"), std::string::npos);
}

TEST(BasketFile, RefusesMoreThanAMebibyte) {
  EXPECT_EQ(refusal(std::string(1024 * 1024 + 1, ' ')), "the basket file is larger than 1024 KiB; split it");
}

TEST(BasketFile, RefusesBareNumbers) {
  EXPECT_EQ(refusal(R"({"currency": {"code": "EUR"}, "lines": [{"id": "a", "qty": 1, "unit_price": "1.00"}]})"),
            "\"qty\" of line 'a' is a bare number; write it in quotes, like \"15.70\"");
  EXPECT_EQ(refusal(R"({"currency": {"code": "EUR"}, "lines": [{"id": "a", "qty": "1", "unit_price": 1.5}]})"),
            "\"unit_price\" of line 'a' is a bare number; write it in quotes, like \"15.70\"");
}

TEST(BasketFile, RefusesUnknownAndDoubledKeysByName) {
  EXPECT_EQ(refusal(R"({"currency": {"code": "EUR"}, "lines": [], "tendres": []})"),
            "the basket file has the unknown key 'tendres'; remove or correct it");
  EXPECT_EQ(refusal(R"({"currency": {"code": "EUR"}, "lines": [{"id": "a", "id": "b"}]})"),
            "the basket file has the key 'id' twice in one object; keep one");
  EXPECT_EQ(refusal(R"({"currency": {"code": "EUR"}, "lines": [], "lin\u0065s": []})"),
            "the basket file has the key 'lines' twice in one object; keep one");
}

TEST(BasketFile, RefusesLinesThatSayTooLittle) {
  EXPECT_EQ(refusal(R"({"currency": {"code": "EUR"}, "lines": [{"qty": "1", "unit_price": "1"}]})"),
            "line 1 has no \"id\"; add it");
  EXPECT_EQ(refusal(R"({"currency": {"code": "EUR"}, "lines": [{"id": "a", "unit_price": "1"}]})"),
            "line 'a' has no \"qty\"; add it");
  EXPECT_EQ(refusal(R"({"currency": {"code": "EUR"}, "lines": [{"id": "a", "qty": "1"}]})"),
            "line 'a' has no \"unit_price\"; add it, or a \"product\" to look up");
  EXPECT_EQ(refusal(R"({"lines": [{"id": "a", "qty": "1"}]})"),
            "the basket file has no \"currency\"; add {\"code\": \"EUR\", \"unit\": \"0.01\"}");
}

TEST(BasketFile, RefusesCurrenciesThatAreNone) {
  EXPECT_NE(refusal(R"({"currency": {"code": "QQQ"}, "lines": []})").find("not a currency code"), std::string::npos);
  EXPECT_NE(refusal(R"({"currency": {"code": "EUR", "unit": "0"}, "lines": []})").find("unit above zero"),
            std::string::npos);
  EXPECT_NE(refusal(R"({"currency": {"code": "EUR", "unit": "-0.01"}, "lines": []})").find("unit above zero"),
            std::string::npos);
}

TEST(BasketFile, FillsInWhatAProductLineLeavesOut) {
  const auto document = parse_basket_file(
      R"({"currency": {"code": "EUR"}, "lines": [{"id": "a", "product": "4006381333931", "qty": "2"}]})", pens());
  ASSERT_TRUE(document) << document.error().message;
  EXPECT_EQ(document->described[0].name, "Pen");
  const auto answered = answer(*document);
  ASSERT_TRUE(answered);
  EXPECT_EQ(answered->priced.total.minor, 3178);
  EXPECT_EQ(answered->priced.tax.minor, 552);
}

TEST(BasketFile, KeepsWhatAProductLineSays) {
  const auto document = parse_basket_file(
      R"({"currency": {"code": "EUR"}, "lines": [{"id": "a", "product": "4006381333931", "qty": "1", "unit_price": "9.00", "taxes": [], "name": "Old pen"}]})",
      pens());
  ASSERT_TRUE(document) << document.error().message;
  EXPECT_EQ(document->described[0].name, "Old pen");
  EXPECT_EQ(document->described[0].product, id_of(1));
  EXPECT_EQ(answer(*document)->priced.total.minor, 900);
  EXPECT_EQ(answer(*document)->priced.tax.minor, 0);
}

TEST(BasketFile, RefusesAProductWithoutACatalogue) {
  EXPECT_NE(refusal(R"({"currency": {"code": "EUR"}, "lines": [{"id": "a", "product": "4006381333931", "qty": "1"}]})")
                .find("needs a catalogue"),
            std::string::npos);
  const auto unknown =
      parse_basket_file(R"({"currency": {"code": "EUR"}, "lines": [{"id": "a", "product": "1", "qty": "1"}]})", pens());
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().message, "line 'a': no item has the code '1'; check the code or sell it in a department");
}

TEST(BasketFile, RefusesAFractionOfAPiece) {
  const auto half = parse_basket_file(
      R"({"currency": {"code": "EUR"}, "lines": [{"id": "a", "product": "4006381333931", "qty": "0.5"}]})", pens());
  ASSERT_FALSE(half);
  EXPECT_NE(half.error().message.find("by the piece"), std::string::npos);
}

TEST(BasketFile, TakesAShopsRulesUnlessItSaysOtherwise) {
  BasketDefaults shop{*currency_of("EUR"), TaxRounding::document, CashRounding{{5}, RoundingMode::up}};
  const auto plain = parse_basket_file(R"({"lines": [{"id": "a", "qty": "1", "unit_price": "1.01"}]})", {}, shop);
  ASSERT_TRUE(plain) << plain.error().message;
  EXPECT_EQ(plain->request.tax_rounding, TaxRounding::document);
  EXPECT_EQ(plain->cash_rounding, shop.cash_rounding);
  const auto none = parse_basket_file(
      R"({"cash_rounding": null, "lines": [{"id": "a", "qty": "1", "unit_price": "1.01"}]})", {}, shop);
  ASSERT_TRUE(none);
  EXPECT_FALSE(none->cash_rounding);
  const auto other = parse_basket_file(
      R"({"currency": {"code": "USD"}, "lines": [{"id": "a", "qty": "1", "unit_price": "1"}]})", {}, shop);
  ASSERT_FALSE(other);
  EXPECT_NE(other.error().message.find("this shop sells in EUR"), std::string::npos);
}

TEST(BasketFile, BecomesASaleOnlyWhenItIsPaid) {
  auto document = parse_basket_file(kBasket);
  ASSERT_TRUE(document);
  const auto unpaid = to_sale(*document, header());
  ASSERT_FALSE(unpaid);
  EXPECT_EQ(unpaid.error().message, "1.00 is still to be paid; add a tender");
  document->tenders = {cash(500)};
  const auto paid = to_sale(*document, header());
  ASSERT_TRUE(paid) << paid.error().message;
  EXPECT_EQ(paid->change.minor, 400);
  EXPECT_EQ(paid->receipt, "K7QF-000001");
  EXPECT_TRUE(check_sale(*paid));
}

TEST(BasketFile, MasksCardNumbersInFreeText) {
  const auto document = parse_basket_file(
      R"({"currency": {"code": "EUR"}, "note": "card 4111 1111 1111 1111", "lines": [{"id": "a", "qty": "1", "unit_price": "1.00"}]})");
  ASSERT_TRUE(document);
  EXPECT_EQ(document->note, "card **** **** **** 1111");
}

}  // namespace
}  // namespace till::domain
