// Sales, refunds and voids through the open shop.
#include "app/selling.hpp"

#include "domain/basket_file.hpp"
#include "shop_fixture.hpp"

namespace till::app {
namespace {

class Selling : public ShopTest {};

TEST_F(Selling, one_transaction_holds_everything_of_a_sale) {
  open_the_shift();
  const auto before = journalled("sale");
  const auto sale = sell({kPens, kPens, kBread});
  EXPECT_EQ(sale.total.minor, 593);
  EXPECT_EQ(sale.number, 1);
  EXPECT_EQ(sale.receipt, sale.series + "-000001");
  EXPECT_EQ(number("SELECT count(*) FROM sale WHERE receipt = '" + sale.receipt + "'"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM sale_line"), 2);
  EXPECT_EQ(number("SELECT sum(amount) FROM sale_tender"), 593);
  EXPECT_EQ(number("SELECT count(*) FROM sale_tax"), 2);
  EXPECT_EQ(number("SELECT count(*) FROM print_job WHERE kind = 'receipt' AND state = 0"), 1);
  EXPECT_EQ(journalled("sale"), before + 1);
  EXPECT_EQ(stock_milli("NS-011"), 24'000);
  EXPECT_EQ(stock_milli("BK-001"), 9'000);
  EXPECT_EQ(number("SELECT count(*) FROM sync_waiting_document WHERE id IN (SELECT id FROM sale)"), 1);
}

TEST_F(Selling, is_refused_while_the_shift_is_closed_and_writes_nothing) {
  EXPECT_REFUSED(finalise(*shop_, cashier(), basket_of({kPens}), {{}}), invalid, "the shift is closed");
  EXPECT_EQ(number("SELECT count(*) FROM sale"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM print_job"), 0);
  EXPECT_EQ(stock_milli("NS-011"), 26'000);
}

TEST_F(Selling, is_refused_when_it_is_not_paid_and_takes_no_number) {
  open_the_shift();
  domain::TenderRequest half;
  half.amount = domain::Money{100};
  EXPECT_FALSE(finalise(*shop_, cashier(), basket_of({kPens}), {half}));
  EXPECT_FALSE(finalise(*shop_, cashier(), basket_of({kPens}), {}));
  EXPECT_FALSE(finalise(*shop_, cashier(), domain::Basket(shop_->state().settings()->rules), {{}}));
  EXPECT_EQ(number("SELECT count(*) FROM sale"), 0);
  EXPECT_EQ(sell({kPens}).number, 1);
}

TEST_F(Selling, numbers_follow_each_other_without_gap_over_a_restart) {
  open_the_shift();
  EXPECT_EQ(sell({kPens}).number, 1);
  reopen();
  EXPECT_EQ(sell({kPens}).number, 2);
  EXPECT_EQ(sell({kPens}).number, 3);
}

TEST_F(Selling, a_deposit_is_a_line_of_its_own) {
  open_the_shift();
  const auto sale = sell({"DR-001"});
  EXPECT_EQ(sale.lines.size(), 2u);
  EXPECT_EQ(sale.total.minor, 145);
}

TEST_F(Selling, a_card_number_in_a_reference_is_masked_before_it_is_stored) {
  open_the_shift();
  domain::TenderRequest card;
  card.kind = domain::TenderKind::card;
  card.reference = "4111111111111111";
  card.last4 = "1111";
  const auto sale = value_of(finalise(*shop_, cashier(), basket_of({kPens}), {card}));
  EXPECT_EQ(sale.tenders[0].reference.find("411111111111"), std::string::npos);
  EXPECT_EQ(sale.tenders[0].last4, "1111");
  EXPECT_EQ(number("SELECT count(*) FROM sale WHERE instr(bytes, '41111111') > 0"), 0);
}

TEST_F(Selling, a_receipt_that_is_not_there_is_named) {
  EXPECT_REFUSED(sale_by_receipt(*shop_, "XXXX-000099"), invalid, "XXXX-000099");
}

class Refunds : public ShopTest {
 protected:
  void SetUp() override {
    ShopTest::SetUp();
    open_the_shift();
  }
  static domain::RefundRequest part(const std::string& line, std::int64_t milli) {
    domain::RefundRequest request;
    request.parts.push_back({line, {milli}});
    return request;
  }
};

TEST_F(Refunds, of_parts_add_up_to_what_was_paid) {
  const auto sale = sell({kPens}, {3000});
  const auto& line = sale.lines[0].line_id;
  const auto first = value_of(refund(*shop_, owner(), sale.receipt, part(line, 1000)));
  const auto second = value_of(refund(*shop_, owner(), sale.receipt, part(line, 2000)));
  EXPECT_EQ(first.total.minor + second.total.minor, -sale.total.minor);
  EXPECT_EQ(first.cites_receipt, sale.receipt);
  EXPECT_EQ(second.number, 3);
  EXPECT_EQ(stock_milli("NS-011"), 26'000);
  EXPECT_EQ(journalled("refund"), 2);
  EXPECT_FALSE(refund(*shop_, owner(), sale.receipt, part(line, 1000)));
  EXPECT_FALSE(refund(*shop_, owner(), sale.receipt, {}));
  EXPECT_EQ(number("SELECT count(*) FROM sale WHERE kind = 1"), 2);
}

TEST_F(Refunds, of_more_than_is_left_are_refused) {
  const auto sale = sell({kPens}, {2000});
  const auto& line = sale.lines[0].line_id;
  EXPECT_FALSE(refund(*shop_, owner(), sale.receipt, part(line, 3000)));
  EXPECT_DONE(refund(*shop_, owner(), sale.receipt, part(line, 1000)));
  EXPECT_FALSE(refund(*shop_, owner(), sale.receipt, part(line, 2000)));
  EXPECT_FALSE(refund(*shop_, owner(), sale.receipt, part("zz", 1000)));
  EXPECT_EQ(stock_milli("NS-011"), 25'000);
}

TEST_F(Refunds, of_a_refund_are_refused) {
  const auto sale = sell({kPens});
  const auto back = value_of(refund(*shop_, owner(), sale.receipt, {}));
  EXPECT_FALSE(refund(*shop_, owner(), back.receipt, {}));
}

TEST_F(Refunds, need_an_open_shift) {
  const auto sale = sell({kPens});
  EXPECT_DONE(close_shift(*shop_, owner(), {10149}));
  EXPECT_REFUSED(refund(*shop_, owner(), sale.receipt, {}), invalid, "the shift is closed");
}

TEST_F(Refunds, voiding_a_sale_takes_all_of_it_back_once) {
  const auto sale = sell({kPens, kBread});
  const auto back = value_of(void_sale(*shop_, user("Tobias"), sale.receipt));
  EXPECT_EQ(back.total.minor, -sale.total.minor);
  EXPECT_EQ(back.note, "voided");
  EXPECT_EQ(stock_milli("BK-001"), 10'000);
  EXPECT_FALSE(void_sale(*shop_, user("Tobias"), sale.receipt));
}

TEST_F(Refunds, voiding_a_rounded_cash_sale_pays_out_what_was_paid) {
  EXPECT_DONE(close_shift(*shop_, owner(), {10000}));
  auto rules = shop_->state().settings()->rules;
  rules.cash_rounding = domain::CashRounding{{5}, domain::RoundingMode::nearest};
  open_the_shift();
  domain::Basket basket(rules);
  value_of(basket.add(value_of(domain::find_item(catalogue_lookup(*shop_), kPens)), {}));
  const auto sale = value_of(finalise(*shop_, cashier(), basket, {{}}));
  EXPECT_EQ(sale.due.minor, 150);
  EXPECT_EQ(value_of(void_sale(*shop_, owner(), sale.receipt)).due.minor, -150);
}

}  // namespace
}  // namespace till::app
