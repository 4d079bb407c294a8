// Tables and orders, from the guests' arrival to the receipt.
#include "app/orders.hpp"

#include "app/catalogue.hpp"
#include "app/catalogue_rows.hpp"
#include "app/tables.hpp"
#include "shop_fixture.hpp"

namespace till::app {
namespace {

using domain::OrderState;
using domain::TableState;

class Orders : public ShopTest {
 protected:
  void SetUp() override {
    ShopTest::SetUp();
    domain::DiningTable table;
    table.name = "20";
    table.room = "Terrace";
    table.seats = 4;
    table_ = value_of(save_table(*shop_, owner(), table));
    pens_ = value_of(product_by_code(*shop_, kPens)).id;
    bread_ = value_of(product_by_code(*shop_, kBread)).id;
  }
  domain::DiningTable table() { return value_of(table_named(*shop_, to_string(table_))); }
  Id line(const Id& order, const Id& product, std::int64_t pieces = 1) {
    return value_of(add_order_line(*shop_, cashier(), order, {product, {pieces * 1000}, 0, {}}));
  }
  OrderState state(const Id& order) { return value_of(order_of(*shop_, order)).state; }

  Id table_, pens_, bread_;
};

TEST_F(Orders, an_order_goes_from_the_table_to_the_receipt) {
  open_the_shift();
  const auto order = value_of(open_order(*shop_, cashier(), table_, "birthday"));
  EXPECT_EQ(table().state, TableState::occupied);
  const auto pens = line(order, pens_, 2);
  const auto bread = line(order, bread_);
  EXPECT_DONE(change_order_line(*shop_, cashier(), order, pens, {domain::Quantity{3000}, 2, "wrapped"}));
  EXPECT_DONE(take_off_order_line(*shop_, cashier(), order, bread, "sold out"));
  EXPECT_DONE(set_order_state(*shop_, cashier(), order, OrderState::sent));
  const auto now = value_of(order_of(*shop_, order));
  ASSERT_EQ(now.lines.size(), 1u);
  EXPECT_EQ(now.lines[0].note, "wrapped");
  EXPECT_EQ(now.total.minor, 3 * 149);
  EXPECT_EQ(now.table, "20");
  const auto stock = stock_milli("NS-011");
  const auto sale = value_of(pay_order(*shop_, cashier(), order, {{}}));
  EXPECT_EQ(sale.order, order);
  EXPECT_EQ(sale.total.minor, 3 * 149);
  EXPECT_EQ(stock - stock_milli("NS-011"), 3000);
  EXPECT_EQ(state(order), OrderState::completed);
  EXPECT_EQ(value_of(order_of(*shop_, order)).receipt, sale.receipt);
  EXPECT_EQ(table().state, TableState::cleaning);
  EXPECT_REFUSED(pay_order(*shop_, cashier(), order, {{}}), invalid, sale.receipt);
  EXPECT_REFUSED(add_order_line(*shop_, cashier(), order, {pens_, {}, 0, {}}), invalid, "paid");
  EXPECT_TRUE(value_of(running_orders(*shop_)).empty());
  EXPECT_EQ(value_of(last_orders(*shop_)).size(), 1u);
  EXPECT_EQ(journalled("order.complete"), 1);
}

TEST_F(Orders, the_price_is_the_one_that_was_ordered_even_of_a_product_that_is_gone) {
  open_the_shift();
  const auto order = value_of(open_order(*shop_, cashier(), {}));
  line(order, bread_);
  EXPECT_DONE(change_price(*shop_, owner(), bread_, {999}));
  EXPECT_DONE(set_available(*shop_, owner(), bread_, false));
  value_of(remove_product(*shop_, owner(), bread_));
  EXPECT_EQ(value_of(pay_order(*shop_, cashier(), order, {{}})).total.minor, 295);
}

TEST_F(Orders, a_ticket_filled_from_an_order_pays_it_whatever_happened_to_the_till_in_between) {
  open_the_shift();
  const auto order = value_of(open_order(*shop_, cashier(), {}));
  line(order, pens_);
  const auto saved = domain::encode_basket(value_of(basket_of_order(*shop_, order)));
  const auto basket = value_of(domain::decode_basket(saved));
  EXPECT_EQ(basket.order(), order);
  const auto plain = domain::encode_basket(basket_of({kPens}));
  EXPECT_TRUE(value_of(domain::decode_basket(plain)).order().is_nil());
  EXPECT_EQ(value_of(finalise(*shop_, cashier(), basket, {{}})).order, order);
  EXPECT_EQ(state(order), OrderState::completed);
  EXPECT_REFUSED(finalise(*shop_, cashier(), basket, {{}}), invalid, "paid already");
  EXPECT_EQ(number("SELECT count(*) FROM sale"), 1);
}

TEST_F(Orders, calling_off_takes_a_supervisor_and_is_for_good) {
  const auto order = value_of(open_order(*shop_, cashier(), table_));
  line(order, pens_);
  EXPECT_REFUSED(cancel_order(*shop_, cashier(), order, "left"), denied, "supervisor");
  EXPECT_DONE(cancel_order(*shop_, allowed(domain::Right::cancel_order), order, "left"));
  EXPECT_EQ(state(order), OrderState::cancelled);
  EXPECT_EQ(table().state, TableState::cleaning);
  EXPECT_REFUSED(set_order_state(*shop_, owner(), order, OrderState::open), invalid, "cancelled");
  EXPECT_REFUSED(basket_of_order(*shop_, order), invalid, "cancelled");
}

TEST_F(Orders, what_makes_no_sense_is_refused_with_a_sentence) {
  const auto order = value_of(open_order(*shop_, cashier(), {}));
  EXPECT_REFUSED(basket_of_order(*shop_, order), invalid, "nothing on this order");
  EXPECT_REFUSED(add_order_line(*shop_, cashier(), order, {pens_, {1500}, 0, {}}), invalid, "whole pieces");
  EXPECT_REFUSED(add_order_line(*shop_, cashier(), order, {pens_, {0}, 0, {}}), invalid, "more than nothing");
  EXPECT_REFUSED(add_order_line(*shop_, cashier(), order, {pens_, {}, 99, {}}), invalid, "course");
  EXPECT_DONE(set_available(*shop_, owner(), pens_, false));
  EXPECT_REFUSED(add_order_line(*shop_, cashier(), order, {pens_, {}, 0, {}}), invalid, "not available");
  EXPECT_REFUSED(change_order_line(*shop_, cashier(), order, pens_, {domain::Quantity{1000}, {}, {}}), invalid,
                 "not on the order");
  EXPECT_REFUSED(set_order_state(*shop_, cashier(), order, OrderState::completed), invalid, "paying");
  EXPECT_REFUSED(order_named(*shop_, "X-1"), invalid, "no order");
  EXPECT_REFUSED(open_order(*shop_, cashier(), pens_), invalid, "table does not exist");
}

TEST_F(Orders, an_order_moves_to_another_table) {
  domain::DiningTable other;
  other.name = "21";
  other.id = value_of(save_table(*shop_, owner(), other));
  const auto order = value_of(open_order(*shop_, cashier(), table_));
  EXPECT_DONE(move_order(*shop_, cashier(), order, other.id));
  EXPECT_EQ(table().state, TableState::cleaning);
  EXPECT_EQ(value_of(table_named(*shop_, "21")).state, TableState::occupied);
  EXPECT_DONE(move_order(*shop_, cashier(), order, {}));
  EXPECT_EQ(value_of(order_of(*shop_, order)).table, "");
}

TEST_F(Orders, a_table_is_reserved_occupied_cleaned_and_kept_while_an_order_runs) {
  EXPECT_REFUSED(reserve_table(*shop_, cashier(), table_, " ", clock_.now()), invalid, "for whom");
  EXPECT_DONE(reserve_table(*shop_, cashier(), table_, "Vogt", clock_.now()));
  EXPECT_EQ(table().reserved_for, "Vogt");
  const auto order = value_of(open_order(*shop_, cashier(), table_));
  EXPECT_EQ(table().reserved_for, "");
  EXPECT_REFUSED(set_table_state(*shop_, cashier(), table_, TableState::available), invalid, "is running");
  EXPECT_REFUSED(remove_table(*shop_, owner(), table_), invalid, "is running");
  EXPECT_REFUSED(remove_table(*shop_, cashier(), table_), denied, "cashier");
  EXPECT_DONE(cancel_order(*shop_, owner(), order, ""));
  EXPECT_DONE(set_table_state(*shop_, cashier(), table_, TableState::available));
  EXPECT_REFUSED(set_table_state(*shop_, cashier(), table_, TableState::reserved), invalid, "for whom");
  auto renamed = table();
  renamed.state = TableState::cleaning;
  renamed.name = "22";
  value_of(save_table(*shop_, owner(), renamed));
  EXPECT_EQ(table().state, TableState::available) << "laying out tables does not serve them";
  domain::DiningTable same;
  same.name = "22";
  same.room = "terrace";
  EXPECT_REFUSED(save_table(*shop_, owner(), same), invalid, "already");
  EXPECT_DONE(remove_table(*shop_, owner(), table_));
  EXPECT_EQ(journalled("table.remove"), 1);
}

}  // namespace
}  // namespace till::app
