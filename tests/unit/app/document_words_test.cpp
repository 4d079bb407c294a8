// How far a sale, an order, a shift and a count are on their way to the others, as tillctl and the window say it.
#include <boost/json.hpp>

#include "app/catalogue.hpp"
#include "app/ctl/ctl.hpp"
#include "app/orders.hpp"
#include "app/stock_counts.hpp"
#include "two_terminals.hpp"
#include "worker_fixture.hpp"

namespace till::app {
namespace {

namespace json = boost::json;
using Words = std::vector<std::string>;

class DocumentWords : public Driven<TwoTerminals> {
 protected:
  json::value ctl(std::vector<std::string> words) {
    words.insert(words.begin(), "--json");
    const auto output = run_ctl({std::move(words), temp_.file("front"), temp_.file(""), {}}, shops_[0].get());
    EXPECT_EQ(output.exit_code, 0) << output.err;
    return output.exit_code == 0 ? json::parse(output.out) : json::value();
  }
  static std::string word(const json::value& row) { return std::string(row.at("sync").as_string()); }

  // An order, a count, a sale, and a shift that was closed, of the first terminal.
  void work() {
    Shop& shop = *shops_[0];
    EXPECT_DONE(open_shift(shop, anna(0), {10000}));
    const auto order = value_of(open_order(shop, anna(0), {}));
    EXPECT_DONE(add_order_line(shop, anna(0), order, {pens(0).id, {1000}, 0, {}}));
    EXPECT_DONE(count_stock(shop, anna(0), pens(0).id, {5000}));
    domain::Basket basket(shop.state().settings()->rules);
    value_of(basket.add(value_of(domain::find_item(catalogue_lookup(shop), kPens)), {}));
    receipt_ = value_of(finalise(shop, anna(0), basket, {{}})).receipt;
    EXPECT_DONE(close_shift(shop, anna(0), {10149}));
  }
  Words listed() {
    return {word(ctl({"receipt", receipt_, "--format", "json"})), word(ctl({"orders", "list"}).at(0)),
            word(ctl({"stock", "counts", kPens}).at(0)), word(ctl({"shift", "list"}).at(0))};
  }

  std::string receipt_;
};

TEST_F(DocumentWords, are_left_out_while_the_till_works_alone) {
  work();
  EXPECT_EQ(listed(), Words(4, ""));
}

TEST_F(DocumentWords, go_from_waiting_to_confirmed_in_the_lists_of_tillctl) {
  join_both();
  disconnect();
  work();
  EXPECT_EQ(listed(), Words(4, "waiting"));
  EXPECT_TRUE(exchange([&] { return listed() == Words(4, "confirmed"); }));
}

TEST_F(DocumentWords, say_how_far_the_open_shift_is) {
  join_both();
  disconnect();
  EXPECT_DONE(open_shift(*shops_[0], anna(0), {10000}));
  EXPECT_EQ(word(ctl({"shift", "status"})), "waiting");
  EXPECT_TRUE(exchange([&] { return word(ctl({"shift", "status"})) == "confirmed"; }));
  disconnect();
  EXPECT_DONE(move_cash(*shops_[0], anna(0), {500}, "change"));
  EXPECT_EQ(word(ctl({"shift", "status"})), "waiting");
}

// The hub is away for ever here: nothing is confirmed.
TEST_F(DocumentWords, are_on_the_window_beside_receipts_and_shifts) {
  join_both();
  disconnect();
  hub_.stop();
  work();
  EXPECT_DONE(open_shift(*shops_[0], anna(0), {10000}));
  drive(std::move(shops_[0]));
  sign_in_as("Anna", "2580");
  const auto seen = act(SearchReceipts{});
  ASSERT_EQ(seen->receipts.size(), 1u);
  EXPECT_EQ(seen->receipts[0].sync_state, "waiting");
  EXPECT_EQ(seen->shift.sync_state, "waiting");
  ASSERT_EQ(seen->shift.closed.size(), 1u);
  EXPECT_EQ(seen->shift.closed[0].number, "1");
  EXPECT_EQ(seen->shift.closed[0].terminal, "Front");
  EXPECT_EQ(seen->shift.closed[0].sync_state, "waiting");
}

TEST_F(DocumentWords, on_the_window_change_without_a_tap) {
  join_both();
  disconnect();
  work();
  EXPECT_DONE(open_shift(*shops_[0], anna(0), {10000}));
  drive(std::move(shops_[0]));
  sign_in_as("Anna", "2580");
  act(SearchReceipts{});
  EXPECT_TRUE(becomes([](const Snapshot& s) {
    return s.receipts.size() == 1 && s.receipts[0].sync_state == "confirmed" && s.shift.sync_state == "confirmed" &&
           s.shift.closed.size() == 1 && s.shift.closed[0].sync_state == "confirmed";
  }));
}

}  // namespace
}  // namespace till::app
