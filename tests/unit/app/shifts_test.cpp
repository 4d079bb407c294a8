#include "app/shifts.hpp"

#include "shop_fixture.hpp"

namespace till::app {
namespace {

class Shifts : public ShopTest {};

TEST_F(Shifts, only_one_is_open_at_a_time) {
  EXPECT_DONE(open_shift(*shop_, cashier(), {10000}));
  EXPECT_REFUSED(open_shift(*shop_, cashier(), {5000}), invalid, "a shift is open already");
  EXPECT_EQ(number("SELECT count(*) FROM shift_event"), 1);
}

TEST_F(Shifts, moving_cash_needs_a_reason_an_amount_and_an_open_shift) {
  EXPECT_REFUSED(move_cash(*shop_, owner(), {500}, "change"), invalid, "the shift is closed");
  open_the_shift();
  EXPECT_REFUSED(move_cash(*shop_, owner(), {500}, "  "), invalid, "reason");
  EXPECT_REFUSED(move_cash(*shop_, owner(), {0}, "change"), invalid, "zero");
  EXPECT_DONE(move_cash(*shop_, owner(), {500}, "change from the bank"));
  EXPECT_DONE(move_cash(*shop_, owner(), {-2000}, "milk"));
  const auto totals = value_of(shift_now(*shop_));
  ASSERT_TRUE(totals);
  EXPECT_EQ(totals->expected_cash.minor, 8500);
}

TEST_F(Shifts, a_card_number_in_a_reason_is_masked) {
  open_the_shift();
  EXPECT_DONE(move_cash(*shop_, owner(), {500}, "paid by 4111111111111111"));
  EXPECT_EQ(number("SELECT count(*) FROM shift_event WHERE instr(reason, '41111111') > 0"), 0);
}

TEST_F(Shifts, closing_says_by_how_much_the_drawer_is_off) {
  open_the_shift();
  sell({kPens});
  EXPECT_DONE(count_cash(*shop_, cashier(), {10100}));
  const auto closed = value_of(close_shift(*shop_, owner(), {10100}));
  EXPECT_EQ(closed.totals.expected_cash.minor, 10149);
  EXPECT_EQ(closed.totals.difference.minor, -49);
  EXPECT_EQ(closed.closing.expected.minor, 10149);
  EXPECT_NE(closed.closing.report.find("-0.49"), std::string::npos) << closed.closing.report;
  EXPECT_EQ(number("SELECT count(*) FROM print_job WHERE kind = 'z'"), 1);
  EXPECT_FALSE(value_of(shift_now(*shop_)));
}

TEST_F(Shifts, z_numbers_count_up_without_gap_and_closing_needs_no_sale) {
  for (int n = 1; n <= 3; ++n) {
    open_the_shift();
    EXPECT_EQ(value_of(close_shift(*shop_, owner(), {10000})).closing.z_number, n);
    if (n == 2) reopen();
  }
  EXPECT_REFUSED(close_shift(*shop_, owner(), {10000}), invalid, "the shift is closed");
}

TEST_F(Shifts, a_refused_close_takes_no_z_number) {
  open_the_shift();
  EXPECT_FALSE(close_shift(*shop_, cashier(), {10000}));
  EXPECT_FALSE(close_shift(*shop_, owner(), {-1}));
  EXPECT_EQ(value_of(close_shift(*shop_, owner(), {10000})).closing.z_number, 1);
}

TEST_F(Shifts, a_shift_survives_a_restart) {
  open_the_shift();
  sell({kPens});
  reopen();
  const auto totals = value_of(shift_now(*shop_));
  ASSERT_TRUE(totals);
  EXPECT_EQ(totals->sale_count, 1);
  EXPECT_EQ(totals->expected_cash.minor, 10149);
}

TEST_F(Shifts, the_grand_total_goes_on_from_shift_to_shift) {
  open_the_shift();
  sell({kPens});
  clock_.advance(std::chrono::minutes(1));
  EXPECT_DONE(close_shift(*shop_, owner(), {10149}));
  clock_.advance(std::chrono::minutes(1));
  open_the_shift();
  sell({kBread});
  EXPECT_EQ(value_of(close_shift(*shop_, owner(), {10295})).totals.grand_total.minor, 149 + 295);
}

TEST_F(Shifts, the_x_report_counts_and_closes_nothing) {
  open_the_shift();
  sell({kPens});
  const auto report = value_of(x_report(*shop_, owner(), true));
  EXPECT_NE(report.find("1.49"), std::string::npos) << report;
  EXPECT_EQ(number("SELECT count(*) FROM print_job WHERE kind = 'x'"), 1);
  EXPECT_TRUE(value_of(shift_now(*shop_)));
}

}  // namespace
}  // namespace till::app
