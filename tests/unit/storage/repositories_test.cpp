#include "storage/baskets.hpp"
#include "storage/lockouts.hpp"
#include "storage/meta.hpp"
#include "storage/print_jobs.hpp"
#include "storage/sales.hpp"
#include "storage/series.hpp"
#include "storage/settings.hpp"
#include "storage/shifts.hpp"
#include "storage/stock.hpp"
#include "storage_fixture.hpp"

namespace till::storage {
namespace {

using RepositoriesTest = StorageTest;

TEST_F(RepositoriesTest, a_sale_is_found_by_receipt_by_time_and_as_the_last_one) {
  auto first = sale(1, {1'000'000}), second = sale(2, {2'000'000});
  auto refund = sale(3, {3'000'000}, -500);
  refund.kind = domain::SaleKind::refund;
  refund.cites = first.id;
  for (const auto& s : {first, second, refund}) store_now(s);
  EXPECT_EQ(read([](Connection& conn) { return find_sale(conn, "K7QF-2"); })->id, second.id);
  EXPECT_FALSE(read([](Connection& conn) { return find_sale(conn, "K7QF-9"); }));
  EXPECT_EQ(read([&](Connection& conn) { return last_sale(conn, device_); })->id, refund.id);
  const auto last = read([](Connection& conn) { return last_sales(conn, 2); });
  ASSERT_EQ(last.size(), 2u);
  EXPECT_EQ(last[0].receipt, "K7QF-3");
  EXPECT_EQ(last[0].cites, first.id);
  const auto between = read([](Connection& conn) { return sales_between(conn, {1'000'000}, {3'000'000}, 10); });
  ASSERT_EQ(between.size(), 2u);
  EXPECT_EQ(between[1].total, second.total);
  const auto refunds = read([&](Connection& conn) { return refunds_of(conn, first.id); });
  ASSERT_EQ(refunds.size(), 1u);
  EXPECT_EQ(encode(refunds[0]), encode(refund));
  int visited = 0;
  EXPECT_DONE(database_->read([&](Connection& conn) {
    return for_each_sale(conn, {0}, {INT64_MAX}, [&](const domain::Sale&) -> Status {
      ++visited;
      return {};
    });
  }));
  EXPECT_EQ(visited, 3);
}

TEST_F(RepositoriesTest, a_receipt_number_is_never_used_twice) {
  auto first = sale(1, {1}), other = sale(1, {2});
  EXPECT_DONE(write([&](Transaction& tx) { return insert_sale(tx, first); }));
  EXPECT_FALSE(write([&](Transaction& tx) { return insert_sale(tx, other); }));
  EXPECT_FALSE(write([&](Transaction& tx) { return insert_sale(tx, first); }));
  EXPECT_EQ(read([](Connection& conn) { return count<domain::Sale>(conn); }), 1);
}

TEST_F(RepositoriesTest, a_number_taken_by_a_job_that_failed_is_free_again) {
  EXPECT_EQ(value_of(write([](Transaction& tx) { return take_number(tx, "A"); })), 1);
  EXPECT_FALSE(write([](Transaction& tx) -> Status {
    TRY(take_number(tx, "A"));
    return invalid("no");
  }));
  EXPECT_EQ(value_of(write([](Transaction& tx) { return take_number(tx, "A"); })), 2);
  EXPECT_EQ(value_of(write([](Transaction& tx) { return take_number(tx, "B"); })), 1);
  EXPECT_DONE(write([](Transaction& tx) { return raise_number(tx, "A", 2); }));
  EXPECT_EQ(read([](Connection& conn) { return peek_number(conn, "A"); }), 3);
}

TEST_F(RepositoriesTest, gaps_and_doubles_of_receipts_are_detected) {
  for (const int n : {1, 2, 4, 7}) store_now(sale(n, {n}));
  EXPECT_DONE(write([](Transaction& tx) { return raise_number(tx, "K7QF", 10); }));
  auto foreign = sale(2, {9});
  foreign.series = "ZZ";
  foreign.receipt = "ZZ-2";
  store_now(foreign);
  EXPECT_EQ(read([](Connection& conn) { return receipt_gaps(conn); }),
            (std::vector<SeriesGap>{{"K7QF", 3, 3}, {"K7QF", 5, 6}, {"K7QF", 8, 9}, {"ZZ", 1, 1}}));
  EXPECT_EQ(read([](Connection& conn) { return receipt_gaps(conn, 3); }),
            (std::vector<SeriesGap>{{"K7QF", 8, 9}, {"ZZ", 1, 1}}));
  EXPECT_TRUE(read([](Connection& conn) { return doubled_receipts(conn); }).empty());
  store_now(sale(4, {11}));
  EXPECT_EQ(read([](Connection& conn) { return doubled_receipts(conn); }), std::vector<std::string>{"K7QF-4"});
}

TEST_F(RepositoriesTest, stock_is_listed_and_low_stock_alerts) {
  auto tea = product("Tea", "T"), milk = product("Milk", "M"), service = product("Service", "S");
  tea.low_stock_milli = 3000;
  milk.low_stock_milli = 3000;
  service.track_stock = false;
  for (const auto& p : {tea, milk, service}) store_now(p);
  for (const auto& [product, delta] : {std::pair{tea.id, 10'000}, {tea.id, -7'000}, {milk.id, 4'000}}) {
    domain::StockMove move;
    move.id = id();
    move.product = product;
    move.delta_milli = delta;
    move.at = {delta};
    store_now(move);
  }
  const auto low = read([](Connection& conn) { return low_stock(conn, 10); });
  ASSERT_EQ(low.size(), 1u);
  EXPECT_EQ(low[0].name, "Tea");
  EXPECT_EQ(low[0].level_milli, 3000);
  const auto all = read([](Connection& conn) { return stock_levels(conn, 0, 10); });
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].name, "Milk");
  EXPECT_EQ(read([&](Connection& conn) { return stock_moves(conn, tea.id, 1); }).at(0).delta_milli, 10'000);
  EXPECT_EQ(read([&](Connection& conn) { return stock_level_milli(conn, id()); }), 0);
}

TEST_F(RepositoriesTest, a_shift_is_open_until_it_is_closed) {
  const auto event = [&](domain::ShiftEventKind kind, Id shift, std::int64_t at) {
    domain::ShiftEvent e;
    e.id = id();
    e.shift = shift;
    e.kind = kind;
    e.device = device_;
    e.at = {at};
    return e;
  };
  using Kind = domain::ShiftEventKind;
  EXPECT_FALSE(read([&](Connection& conn) { return open_shift(conn, device_); }));
  const auto first = id(), second = id();
  store_now(event(Kind::opened, first, 1));
  store_now(event(Kind::moved, first, 2));
  EXPECT_EQ(read([&](Connection& conn) { return open_shift(conn, device_); })->shift, first);
  EXPECT_FALSE(read([&](Connection& conn) { return open_shift(conn, id()); }));
  store_now(event(Kind::closed, first, 3));
  EXPECT_FALSE(read([&](Connection& conn) { return open_shift(conn, device_); }));
  store_now(event(Kind::opened, second, 4));
  EXPECT_EQ(read([&](Connection& conn) { return open_shift(conn, device_); })->shift, second);
  EXPECT_EQ(read([&](Connection& conn) { return shift_events(conn, first); }).size(), 3u);
  EXPECT_EQ(read([](Connection& conn) { return closed_shifts(conn, 5); }).size(), 1u);
  EXPECT_EQ(read([&](Connection& conn) { return last_closing(conn, device_); })->at, UtcTime{3});
}

TEST_F(RepositoriesTest, a_print_job_waits_until_it_is_printed_or_taken_off) {
  PrintJob job;
  job.printer = "counter";
  job.title = "K7QF-1";
  job.content = {27, 64};
  job.created = {5};
  const auto add = [&] { return value_of(write([&](Transaction& tx) { return add_print_job(tx, job); })); };
  const auto first = add(), second = add(), third = add();
  EXPECT_LT(first, second);
  EXPECT_DONE(write([&](Transaction& tx) { return mark_print_failed(tx, first, "no paper", {6}); }));
  auto next = read([](Connection& conn) { return next_print_job(conn, "counter"); });
  ASSERT_TRUE(next);
  EXPECT_EQ(next->number, first);
  EXPECT_EQ(next->reason, "no paper");
  EXPECT_EQ(next->attempts, 1);
  EXPECT_EQ(next->content, job.content);
  EXPECT_DONE(write([&](Transaction& tx) { return mark_printed(tx, first, {7}); }));
  EXPECT_FALSE(write([&](Transaction& tx) { return mark_printed(tx, first, {8}); }));
  EXPECT_DONE(write([&](Transaction& tx) { return cancel_print_job(tx, second, {8}); }));
  EXPECT_EQ(read([](Connection& conn) { return waiting_print_jobs(conn, 9); }).size(), 1u);
  EXPECT_EQ(read([](Connection& conn) { return count_waiting_print_jobs(conn); }), 1);
  EXPECT_FALSE(read([](Connection& conn) { return next_print_job(conn, "kitchen"); }));
  EXPECT_DONE(write([](Transaction& tx) { return forget_print_jobs(tx, {100}); }));
  EXPECT_FALSE(read([&](Connection& conn) { return print_job(conn, first); }));
  EXPECT_EQ(read([&](Connection& conn) { return print_job(conn, third); })->state, PrintState::waiting);
}

TEST_F(RepositoriesTest, a_parked_basket_is_taken_once) {
  ParkedBasket parked{id(), "Table 4", "Ann", {5}, {990}, 3, {1, 2, 3}};
  EXPECT_DONE(write([&](Transaction& tx) { return park_basket(tx, parked); }));
  EXPECT_EQ(read([](Connection& conn) { return count_parked_baskets(conn); }), 1);
  EXPECT_EQ(read([](Connection& conn) { return parked_baskets(conn); }).at(0).label, "Table 4");
  const auto taken = value_of(write([&](Transaction& tx) { return take_basket(tx, parked.id); }));
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->basket, parked.basket);
  EXPECT_FALSE(value_of(write([&](Transaction& tx) { return take_basket(tx, parked.id); })));
}

TEST_F(RepositoriesTest, the_open_basket_survives_a_restart) {
  EXPECT_FALSE(read([](Connection& conn) { return load_open_basket(conn); }));
  EXPECT_DONE(write([](Transaction& tx) { return save_open_basket(tx, {9}); }));
  EXPECT_DONE(write([](Transaction& tx) { return save_open_basket(tx, {9, 8}); }));
  reopen();
  EXPECT_EQ(read([](Connection& conn) { return load_open_basket(conn); }), (Bytes{9, 8}));
  EXPECT_DONE(write([](Transaction& tx) { return clear_open_basket(tx); }));
  EXPECT_FALSE(read([](Connection& conn) { return load_open_basket(conn); }));
}

TEST_F(RepositoriesTest, settings_users_taxes_and_lockouts_are_asked_by_name) {
  for (const auto& [key, value] : {std::pair{"shop.name", "Corner"}, {"shop.city", "Brno"}, {"till.scale", "1"}}) {
    store_now(domain::Setting{id(), key, value});
  }
  EXPECT_EQ(read([](Connection& conn) { return setting(conn, "shop.name"); }), "Corner");
  EXPECT_FALSE(read([](Connection& conn) { return setting(conn, "none"); }));
  EXPECT_EQ(read([](Connection& conn) { return settings_with(conn, "shop."); }).size(), 2u);
  domain::User user;
  user.id = id();
  user.name = "Žofie";
  store_now(user);
  EXPECT_TRUE(read([](Connection& conn) { return find_user(conn, " žofie "); }));
  user.lifecycle = domain::Lifecycle::archived;
  store_now(user);
  EXPECT_FALSE(read([](Connection& conn) { return find_user(conn, "Žofie"); }));
  domain::Tax tax;
  tax.id = id();
  tax.code = "vat";
  store_now(tax);
  EXPECT_TRUE(read([](Connection& conn) { return find_tax(conn, "vat"); }));
  EXPECT_DONE(write([&](Transaction& tx) { return set_lockout(tx, user.id, {3, 20, 77}); }));
  reopen();
  EXPECT_EQ(read([&](Connection& conn) { return lockout(conn, user.id); }).failures, 3U);
  EXPECT_EQ(read([&](Connection& conn) { return lockout(conn, id()); }).failures, 0U);
  EXPECT_DONE(write([&](Transaction& tx) { return keep_lockouts(tx, {{user.id, {2, 0, 0}}}); }));
  EXPECT_EQ(read([&](Connection& conn) { return lockout(conn, user.id); }).failures, 3U) << "fewer is not news";
  EXPECT_DONE(write([&](Transaction& tx) { return keep_lockouts(tx, {{user.id, {10, 1800, 99}}}); }));
  EXPECT_EQ(read([](Connection& conn) { return lockouts(conn); }).at(user.id).failures, 10U);
}

TEST_F(RepositoriesTest, meta_keeps_bytes_texts_and_numbers) {
  EXPECT_DONE(write([](Transaction& tx) -> Status {
    TRY(set_meta(tx, "bytes", Bytes{0, 1}));
    TRY(set_meta_text(tx, "text", "abc"));
    return set_meta_integer(tx, "number", INT64_MIN + 1);
  }));
  EXPECT_EQ(read([](Connection& conn) { return meta(conn, "bytes"); }), (Bytes{0, 1}));
  EXPECT_EQ(read([](Connection& conn) { return meta_text(conn, "text"); }), "abc");
  EXPECT_EQ(read([](Connection& conn) { return meta_integer(conn, "number"); }), INT64_MIN + 1);
  EXPECT_FALSE(database_->read([](Connection& conn) { return meta_integer(conn, "text"); }));
  EXPECT_DONE(write([](Transaction& tx) { return remove_meta(tx, "text"); }));
  EXPECT_FALSE(read([](Connection& conn) { return meta_text(conn, "text"); }));
}

}  // namespace
}  // namespace till::storage
