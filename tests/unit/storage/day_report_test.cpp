#include "storage/day_report.hpp"

#include "storage_fixture.hpp"

namespace till::storage {
namespace {

constexpr std::int64_t kHour_us = 3'600'000'000;

class DayReportTest : public StorageTest {
 protected:
  void SetUp() override {
    StorageTest::SetUp();
    for (int day = 0; day < 3; ++day) store_now(sale(day + 1, {(day * 24 + 23) * kHour_us}, 1210));
    auto refund = sale(4, {(2 * 24 + 23) * kHour_us + 1}, -605);
    refund.kind = domain::SaleKind::refund;
    store_now(refund);
    auto other = sale(5, {50 * kHour_us}, 300);
    other.device = Id{{99}};
    other.shift = Id{{98}};
    other.user_name = "Bob";
    other.tenders[0].kind = domain::TenderKind::card;
    other.lines[0].product = {};
    other.lines[0].name = "Open department";
    store_now(other);
  }
};

TEST_F(DayReportTest, totals_are_the_sum_of_what_was_stored) {
  const auto t = read([](Connection& conn) { return sales_totals(conn, {}); });
  EXPECT_EQ(t.sale_count, 4);
  EXPECT_EQ(t.refund_count, 1);
  EXPECT_EQ(t.total.minor, 3 * 1210 - 605 + 300);
  EXPECT_EQ(t.refunded.minor, -605);
  EXPECT_EQ(t.net + t.tax, t.total);
}

TEST_F(DayReportTest, an_empty_stretch_is_zero_and_its_end_is_outside) {
  EXPECT_EQ(read([](Connection& conn) { return sales_totals(conn, {{1}, {2}, {}, {}}); }).sale_count, 0);
  const ReportRange first_day{{0}, {23 * kHour_us}, {}, {}};
  EXPECT_EQ(read([&](Connection& conn) { return sales_totals(conn, first_day); }).sale_count, 0);
  EXPECT_TRUE(read([&](Connection& conn) { return tender_totals(conn, first_day); }).empty());
}

TEST_F(DayReportTest, tenders_and_taxes_add_up_by_kind) {
  const auto tenders = read([](Connection& conn) { return tender_totals(conn, {}); });
  ASSERT_EQ(tenders.size(), 2u);
  EXPECT_EQ(tenders[0].amount.minor, 3 * 1210 - 605);
  EXPECT_EQ(tenders[0].count, 4);
  EXPECT_EQ(tenders[1].kind, domain::TenderKind::card);
  EXPECT_EQ(tenders[1].amount.minor, 300);
  const auto taxes = read([](Connection& conn) { return tax_totals(conn, {}); });
  ASSERT_EQ(taxes.size(), 1u);
  EXPECT_EQ(taxes[0].code, "vat");
  EXPECT_EQ(taxes[0].amount, read([](Connection& conn) { return sales_totals(conn, {}); }).tax);
}

TEST_F(DayReportTest, a_shift_or_a_till_is_asked_alone) {
  ReportRange other;
  other.shift = Id{{98}};
  EXPECT_EQ(read([&](Connection& conn) { return sales_totals(conn, other); }).total.minor, 300);
  EXPECT_EQ(read([&](Connection& conn) { return tender_totals(conn, other); }).at(0).amount.minor, 300);
  ReportRange own;
  own.device = device_;
  own.shift = shift_;
  EXPECT_EQ(read([&](Connection& conn) { return tax_totals(conn, own); }).at(0).base.minor,
            read([&](Connection& conn) { return sales_totals(conn, own); }).net.minor);
  EXPECT_EQ(read([&](Connection& conn) { return item_totals(conn, own, 5); }).size(), 1u);
}

TEST_F(DayReportTest, a_day_begins_at_midnight_of_the_zone) {
  const auto utc = read([](Connection& conn) { return day_totals(conn, {}, 0); });
  ASSERT_EQ(utc.size(), 3u);
  EXPECT_EQ(utc[0].day, 0);
  EXPECT_EQ(utc[2].totals.refund_count, 1);
  const auto east = read([](Connection& conn) { return day_totals(conn, {}, 2 * 3600); });
  EXPECT_EQ(east[0].day, 1);
}

TEST_F(DayReportTest, items_and_users_are_ranked_and_named) {
  const auto items = read([](Connection& conn) { return item_totals(conn, {}, 5); });
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].name, "Tea");
  EXPECT_EQ(items[0].quantity_milli, 4000);
  EXPECT_EQ(items[1].name, "Open department");
  EXPECT_TRUE(items[1].product.is_nil());
  const auto users = read([](Connection& conn) { return user_totals(conn, {}); });
  ASSERT_EQ(users.size(), 2u);
  EXPECT_EQ(users[1].name, "Bob");
}

}  // namespace
}  // namespace till::storage
