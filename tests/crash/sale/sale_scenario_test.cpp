// The power goes at every operation of the disk while a sale, a refund or a shift's end is written through the shop's
// own code. After each, the shop is opened again: what was answered is there, whole, once; nothing is there by half;
// and the next sale takes the next number. Per stop the unsynced sectors are dropped, kept, or torn by a seed.
//
// TILL_CRASH_SEEDS=n tears each stop in n ways instead of one; 50 take some minutes.
#include <gtest/gtest.h>

#include <cstdlib>
#include <functional>

#include "app/selling.hpp"
#include "app/shifts.hpp"
#include "app/shop_state.hpp"
#include "crash_shop.hpp"
#include "storage/baskets.hpp"

namespace till::crash {
namespace {

std::uint64_t seeds() {
  const char* given = std::getenv("TILL_CRASH_SEEDS");
  return given == nullptr ? 1 : std::max<std::uint64_t>(1, std::strtoull(given, nullptr, 10));
}

// True when it was answered with success.
using Work = std::function<bool(app::Shop&)>;
using Count = std::function<std::int64_t(const Books&)>;

class SaleScenario : public ::testing::Test {
 protected:
  void stop_everywhere(const Work& work, const Count& count, std::int64_t before) {
    std::uint64_t stops = 0;
    bool stopped = true;
    for (std::uint64_t k = 1; stopped; ++k) {
      for (std::uint64_t seed = 0; seed < 2 + seeds(); ++seed) {
        const auto loss = seed == 0 ? Loss::dropped : seed == 1 ? Loss::kept : Loss::torn;
        const bool answered = run(k, work);
        stopped = shop_.disk.stopped();
        shop_.cut_power(loss, k * 1000 + seed);
        check(answered, count, before, "stopped at " + std::to_string(k) + ", way of loss " + std::to_string(seed));
        ++stops;
        if (HasFatalFailure()) return;
      }
    }
    std::cout << "[ stops    ] " << stops << " (TILL_CRASH_SEEDS=n for n seeds of torn sectors; now " << seeds()
              << ")\n";
  }

  bool run(std::uint64_t stop_at, const Work& work) {
    shop_.start_over(stop_at);
    const auto shop = shop_.open();
    return shop && work(*shop);
  }

  void check(bool answered, const Count& count, std::int64_t before, const std::string& where) {
    SCOPED_TRACE(where);
    const auto shop = shop_.open();
    ASSERT_NE(shop, nullptr);
    const auto books = read_books(*shop);
    EXPECT_EQ(books.wrong, std::vector<std::string>{});
    EXPECT_GE(count(books), before + (answered ? 1 : 0)) << "what was answered is missing";
    EXPECT_LE(count(books), before + 1) << "it is there twice";
    ASSERT_FALSE(HasFailure());
    goes_on(*shop, books);
  }

  // The next sale takes the number after the last one, whatever happened.
  void goes_on(app::Shop& shop, const Books& books) {
    const auto last = books.sales + books.refunds;
    if (books.closings > 0) {
      ASSERT_TRUE(app::open_shift(shop, cashier(shop), {10000}));
    }
    const auto next = app::finalise(shop, cashier(shop), ticket_of(shop), {{}});
    ASSERT_TRUE(next) << next.error().message << " / " << next.error().cause;
    ASSERT_EQ(next->number, last + 1);
    ASSERT_EQ(read_books(shop).wrong, std::vector<std::string>{});
  }

  CrashShop shop_;
};

Status save_ticket(app::Shop& shop, const domain::Basket& basket) {
  return shop.state().db->write([bytes = domain::encode_basket(basket)](storage::Transaction& tx) {
    return storage::save_open_basket(tx, bytes);
  });
}

TEST_F(SaleScenario, a_finished_sale_is_neither_lost_nor_doubled_nor_there_by_half) {
  const Work sell = [](app::Shop& shop) {
    return app::finalise(shop, cashier(shop), ticket_of(shop), {{}}).has_value();
  };
  stop_everywhere(
      sell, [](const Books& books) { return books.sales; }, kPreparedSales);
}

TEST_F(SaleScenario, a_finished_refund_is_neither_lost_nor_doubled_nor_there_by_half) {
  const Work pay_back = [](app::Shop& shop) {
    const auto sold = app::last_sale_here(shop);
    return sold && app::refund(shop, owner(shop), sold->receipt, {}).has_value();
  };
  stop_everywhere(
      pay_back, [](const Books& books) { return books.refunds; }, 0);
}

TEST_F(SaleScenario, a_closed_shift_is_neither_lost_nor_doubled_nor_there_by_half) {
  const Work close = [](app::Shop& shop) { return app::close_shift(shop, owner(shop), {10444}).has_value(); };
  stop_everywhere(
      close, [](const Books& books) { return books.closings; }, 0);
}

TEST_F(SaleScenario, a_ticket_that_was_sold_is_not_open_again_after_the_power_cut) {
  bool sold = false;
  for (std::uint64_t k = 1; !sold; ++k) {
    const bool answered = run(k, [&](app::Shop& shop) {
      const auto basket = ticket_of(shop);
      return save_ticket(shop, basket) && app::finalise(shop, cashier(shop), basket, {{}});
    });
    sold = answered;
    shop_.cut_power(Loss::dropped, k);
    const auto shop = shop_.open();
    ASSERT_NE(shop, nullptr);
    const auto books = read_books(*shop);
    EXPECT_FALSE(books.sales > kPreparedSales && books.open_tickets > 0) << "stopped at " << k;
    EXPECT_TRUE(!answered || books.sales == kPreparedSales + 1) << "stopped at " << k;
  }
}

// The judge is judged: each of these is a commit that is there by half, or twice.
TEST_F(SaleScenario, whatever_part_of_a_sale_is_missing_or_doubled_is_seen_in_the_books) {
  for (const char* harm :
       {"DELETE FROM sale_line", "DELETE FROM sale_tender", "DELETE FROM sale_tax", "DELETE FROM print_job",
        "DELETE FROM audit_entry WHERE action = 'sale'", "DELETE FROM stock_move WHERE reason = 'sale'",
        "DELETE FROM sale", "DELETE FROM sync_waiting_document", "DELETE FROM sync_uncut WHERE lane = 0",
        "UPDATE stock_level SET level_milli = 7", "UPDATE sale SET number = 2",
        "UPDATE sync_own_feed SET head = head + 1",
        "UPDATE audit_entry SET canonical = CAST(canonical || x'00' AS BLOB) WHERE sequence = 2"}) {
    shop_.start_over(0);
    const auto shop = shop_.open();
    ASSERT_NE(shop, nullptr);
    ASSERT_EQ(read_books(*shop).wrong, std::vector<std::string>{});
    ASSERT_TRUE(shop->state().db->write([&](storage::Transaction& tx) { return tx.exec(harm); })) << harm;
    EXPECT_NE(read_books(*shop).wrong, std::vector<std::string>{}) << harm;
  }
}

TEST_F(SaleScenario, a_stick_that_lies_about_syncing_is_noticed_by_this_very_test) {
  shop_.start_over(0);
  shop_.disk.let_sync_lie(true);
  {
    const auto shop = shop_.open();
    ASSERT_NE(shop, nullptr);
    ASSERT_TRUE(app::finalise(*shop, cashier(*shop), ticket_of(*shop), {{}}));
  }
  shop_.cut_power(Loss::dropped, 1);
  const auto shop = shop_.open();
  ASSERT_NE(shop, nullptr);
  EXPECT_EQ(read_books(*shop).sales, kPreparedSales);
}

}  // namespace
}  // namespace till::crash
