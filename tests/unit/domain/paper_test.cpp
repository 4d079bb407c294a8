#include <gtest/gtest.h>

#include "builders.hpp"
#include "core/text.hpp"
#include "domain/refund.hpp"
#include "domain/shift_report.hpp"

namespace till::domain {
namespace {

using namespace testing_tools;

Sale pens(std::vector<TenderRequest> tenders = {cash(5000)}) {
  Basket basket({*currency_of("EUR"), TaxRounding::line, CashRounding{{5}, RoundingMode::nearest}});
  EXPECT_TRUE(basket.add(item(1, "Pen", 1589), of(2000)));
  return *basket.to_sale(header(), tenders);
}

ReceiptSettings shop() {
  ReceiptSettings out;
  out.shop_name = "Corner Shop";
  out.address = {"High Street 1"};
  out.tax_number = "X123";
  out.footer = {"Thank you"};
  return out;
}

TEST(Receipt, PrintsWhatWasStored) {
  const auto text = to_text(make_receipt(pens(), shop()), 32);
  for (const auto* line :
       {"          Corner Shop\n", "Pen                      31.78 A\n", "  2 x 15.89\n",
        "TOTAL EUR                  31.78\n", "Rounding                    0.02\n",
        "To pay                     31.80\n", "Cash                       50.00\n",
        "Change                     18.20\n", "A vat21           26.26     5.52\n", "           Thank you\n"})
    EXPECT_NE(text.find(line), std::string::npos) << line << "in\n" << text;
}

TEST(Receipt, NeverComputesAgain) {
  auto sale = pens();
  sale.total = {1};
  EXPECT_NE(to_text(make_receipt(sale, shop()), 32).find("TOTAL EUR                   0.01"), std::string::npos);
}

TEST(Receipt, CopyCarriesItsMark) {
  EXPECT_EQ(to_text(make_receipt(pens(), shop()), 42).find("COPY"), std::string::npos);
  EXPECT_NE(to_text(make_receipt(pens(), shop(), 2), 42).find("*** COPY *** 2"), std::string::npos);
}

TEST(Receipt, OfARefundNamesItsSale) {
  const auto sale = pens();
  const auto refund = make_refund(sale, {}, {}, header("K7QF-000002"));
  ASSERT_TRUE(refund);
  const auto text = to_text(make_receipt(*refund, shop()), 42);
  EXPECT_NE(text.find("REFUND"), std::string::npos);
  EXPECT_NE(text.find("Refund of receipt K7QF-000001"), std::string::npos);
  EXPECT_NE(text.find("-31.80"), std::string::npos);
}

TEST(Receipt, ShowsCardsByTheirLastDigitsOnly) {
  const auto text = to_text(make_receipt(pens({card()}), shop()), 42);
  EXPECT_NE(text.find("Card VISA ****4242"), std::string::npos);
  EXPECT_NE(text.find("Ref. T-1"), std::string::npos);
}

TEST(Receipt, QrSaysReceiptTimeAndTotal) {
  EXPECT_TRUE(qr_payload(pens()).starts_with("Till 1|K7QF-000001|2026-09-21T"));
  EXPECT_NE(qr_payload(pens()).find("|31.78 EUR|"), std::string::npos);
}

TEST(PaperText, KeepsEveryLineWithinThePaper) {
  PaperDocument paper;
  paper.text("A very long line of text that has to be broken at blanks, never within a word");
  paper.text("Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenfarbe");
  paper.columns("A name that leaves no room for its amount", "1,234.50 A");
  paper.rule();
  paper.text("", Align::centre);
  const auto text = to_text(paper, 24);
  for (const auto& line : split(text, '\n')) EXPECT_LE(code_points(line), 24U) << line;
  EXPECT_NE(text.find("\n              1,234.50 A\n"), std::string::npos) << text;
}

ShiftEvent event(ShiftEventKind kind, std::int64_t amount, std::int64_t at = 1) {
  ShiftEvent out;
  out.kind = kind;
  out.amount = {amount};
  out.at = {at};
  out.user_name = "Ann";
  out.terminal = "Till 1";
  return out;
}

TEST(ShiftReport, WithoutASaleIsLegal) {
  ShiftReportInput input;
  input.events = {event(ShiftEventKind::opened, 10000)};
  const auto totals = shift_totals(input);
  ASSERT_TRUE(totals);
  EXPECT_EQ(totals->expected_cash.minor, 10000);
  EXPECT_FALSE(totals->has_count);
  const auto text = to_text(make_shift_report(*totals, shop(), {5}), 42);
  EXPECT_NE(text.find("X REPORT"), std::string::npos);
  EXPECT_EQ(text.find("Difference"), std::string::npos);
}

TEST(ShiftReport, WithoutAnOpeningIsRefused) {
  EXPECT_FALSE(shift_totals({}));
}

TEST(ShiftReport, SumsWhatIsStored) {
  const auto sale = pens();
  auto by_card = pens({card()});
  by_card.receipt = "K7QF-000002";
  by_card.at.us += 1;
  auto refund = *make_refund(sale, {}, {{{"1", {}}}, {}, {}, {}, {}}, header("K7QF-000003"));
  refund.at.us += 2;
  ShiftReportInput input;
  input.events = {event(ShiftEventKind::opened, 10000), event(ShiftEventKind::moved, 5000),
                  event(ShiftEventKind::moved, -2000),  event(ShiftEventKind::no_sale, 0),
                  event(ShiftEventKind::counted, 1, 2), event(ShiftEventKind::closed, 14600, 3)};
  input.events.back().z_number = 7;
  input.sales = {refund, sale, by_card};
  input.copy_count = 4;
  input.grand_total_before = {100000};
  const auto totals = shift_totals(input);
  ASSERT_TRUE(totals);
  EXPECT_EQ(totals->sale_count, 2);
  EXPECT_EQ(totals->sales.minor, 6356);
  EXPECT_EQ(totals->refunds.minor, 1589);
  EXPECT_EQ(totals->turnover.minor, 4767);
  EXPECT_EQ(totals->net + totals->tax, totals->turnover);
  ASSERT_EQ(totals->taxes.size(), 1U);
  EXPECT_EQ(totals->taxes[0].amount.minor, 552 + 552 - 276);
  ASSERT_EQ(totals->tenders.size(), 2U);
  EXPECT_EQ(totals->tenders[0].amount.minor, 3180 - 1589);
  EXPECT_EQ(totals->tenders[1].amount.minor, 3178);
  EXPECT_EQ(totals->expected_cash.minor, 10000 + 3180 - 1589 + 5000 - 2000);
  EXPECT_EQ(totals->difference.minor, 14600 - totals->expected_cash.minor);
  EXPECT_EQ(totals->no_sale_count, 1);
  EXPECT_EQ(totals->first_receipt, "K7QF-000001");
  EXPECT_EQ(totals->last_receipt, "K7QF-000003");
  EXPECT_EQ(totals->grand_total.minor, 104767);
  const auto text = to_text(make_shift_report(*totals, shop(), {5}), 42);
  EXPECT_NE(text.find("Z REPORT 7"), std::string::npos);
  EXPECT_NE(text.find("Card (1)                             31.78"), std::string::npos) << text;
}

}  // namespace
}  // namespace till::domain
