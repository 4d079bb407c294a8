#include "storage/tables.hpp"

#include <set>

#include "storage/stock.hpp"
#include "storage_fixture.hpp"

namespace till::storage {
namespace {

class TablesTest : public StorageTest {
 protected:
  template <class E>
  void expect_round_trip(E entity) {
    entity.id = id();
    store_now(entity);
    const auto back = read([&](Connection& conn) { return load<E>(conn, entity.id); });
    ASSERT_TRUE(back);
    EXPECT_EQ(back->id, entity.id);
    EXPECT_EQ(encode(*back), encode(entity));
  }
};

TEST_F(TablesTest, every_entity_comes_back_as_it_was_stored) {
  auto p = product("Crème brûlée", "CB-1", {"4006381333931", "20123"});
  p.special_price = {-3};
  p.has_special = true;
  p.tare = {120};
  p.low_stock_milli = INT64_MIN;
  p.colour_rgb = 0xffffffff;
  expect_round_trip(p);
  domain::Tax tax;
  tax.name = "VAT";
  tax.kind = domain::TaxKind::division;
  tax.rate_micro = -21'000'000;
  tax.included = true;
  expect_round_trip(tax);
  domain::Category category;
  category.name = "Käse";
  category.parent = id();
  category.position = -4;
  expect_round_trip(category);
  domain::Customer customer;
  customer.name = "O'Brien; DROP TABLE sale";
  customer.note = std::string("a\0b", 3);
  expect_round_trip(customer);
  domain::User user;
  user.role = domain::Role::manager;
  user.pin_verifier = {0, 1, 255};
  expect_round_trip(user);
  expect_round_trip(domain::User{});
  domain::Setting setting;
  setting.key = "shop.name";
  expect_round_trip(setting);
  domain::Device device;
  device.signing_key = Bytes(32, 7);
  device.revoked = true;
  expect_round_trip(device);
  domain::ShiftEvent event;
  event.kind = domain::ShiftEventKind::closed;
  event.z_number = 4;
  event.report = "Z 4\n";
  expect_round_trip(event);
  domain::AuditEntry entry;
  entry.sequence = 9;
  entry.action = "sale";
  expect_round_trip(entry);
  domain::StockMove move;
  move.delta_milli = -1500;
  expect_round_trip(move);
  auto paid = sale(1, {1'000'000});
  paid.order = id();
  expect_round_trip(paid);
  domain::Supplier supplier;
  supplier.name = "Rösterei Hahn";
  supplier.lifecycle = domain::Lifecycle::archived;
  expect_round_trip(supplier);
  domain::Price price;
  price.list = "happy hour";
  price.amount = {-1};
  price.valid_until = {INT64_MAX};
  expect_round_trip(price);
  domain::Store branch;
  branch.code = "K2";
  expect_round_trip(branch);
  domain::Printer printer;
  printer.role = domain::PrinterRole::label;
  expect_round_trip(printer);
  domain::PrinterAssignment assignment;
  assignment.prints_for = domain::PrintsFor::category;
  assignment.target = id();
  expect_round_trip(assignment);
  domain::MediaFile media;
  media.sha256 = Bytes(32, 0);
  media.kind = domain::MediaKind::receipt_logo;
  expect_round_trip(media);
  domain::DiningTable table;
  table.state = domain::TableState::cleaning;
  table.x_mm = -40;
  table.order = id();
  expect_round_trip(table);
  domain::Order order;
  order.state = domain::OrderState::cancelled;
  order.created_at = {5};
  expect_round_trip(order);
  domain::OrderEvent order_event;
  order_event.kind = domain::OrderEventKind::cancel;
  order_event.sets = 255;
  order_event.quantity = {-500};
  expect_round_trip(order_event);
  domain::StockCount stock_count;
  stock_count.counted_milli = 12'000;
  stock_count.order_us = INT64_MAX;
  expect_round_trip(stock_count);
}

TEST_F(TablesTest, what_is_not_there_is_not_an_error) {
  EXPECT_FALSE(read([&](Connection& conn) { return load<domain::Product>(conn, id()); }));
  EXPECT_FALSE(read([&](Connection& conn) { return stored<domain::Sale>(conn, id()); }));
}

TEST_F(TablesTest, a_row_without_identity_is_refused) {
  EXPECT_FALSE(write([](Transaction& tx) { return store(tx, domain::Tax{}); }));
}

TEST_F(TablesTest, a_catalogue_row_is_replaced_whole) {
  auto p = product("Tea", "T");
  store_now(p);
  p.name = "Green tea";
  p.barcodes = {"1"};
  store_now(p);
  EXPECT_EQ(read([](Connection& conn) { return count<domain::Product>(conn); }), 1);
  EXPECT_EQ(read([&](Connection& conn) { return load<domain::Product>(conn, p.id); })->name, "Green tea");
}

TEST_F(TablesTest, a_sale_that_arrives_twice_counts_once_and_the_first_stands) {
  auto s = sale(1, {1'000'000});
  store_now(s);
  auto again = s;
  again.total = {1};
  store_now(again);
  EXPECT_EQ(read([](Connection& conn) { return count<domain::Sale>(conn); }), 1);
  EXPECT_EQ(read([&](Connection& conn) { return load<domain::Sale>(conn, s.id); })->total, s.total);
  EXPECT_EQ(read([](Connection& conn) { return conn.integer("SELECT count(*) FROM sale_line"); }), 1);
}

TEST_F(TablesTest, a_stock_move_that_arrives_twice_moves_the_level_once) {
  domain::StockMove move;
  move.id = id();
  move.product = id();
  move.delta_milli = -2000;
  store_now(move);
  store_now(move);
  EXPECT_EQ(read([&](Connection& conn) { return stock_level_milli(conn, move.product); }), -2000);
  EXPECT_TRUE(read([](Connection& conn) { return wrong_stock_levels(conn); }).empty());
  EXPECT_DONE(write([](Transaction& tx) { return tx.run("UPDATE stock_level SET level_milli = 5"); }));
  EXPECT_EQ(read([](Connection& conn) { return wrong_stock_levels(conn); }), std::vector<Id>{move.product});
}

TEST_F(TablesTest, all_of_a_table_are_visited_in_order_and_an_error_ends_it) {
  for (int i = 0; i < 5; ++i) store_now(product("p" + std::to_string(i), "s"));
  const auto all = read([](Connection& conn) { return load_all<domain::Product>(conn); });
  ASSERT_EQ(all.size(), 5u);
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.id < b.id; }));
  int visited = 0;
  const auto ended = database_->read([&](Connection& conn) {
    return for_each<domain::Product>(conn, [&](const domain::Product&) -> Status {
      if (++visited == 2) return invalid("enough");
      return {};
    });
  });
  EXPECT_FALSE(ended);
  EXPECT_EQ(visited, 2);
}

TEST_F(TablesTest, an_entity_is_found_by_its_number) {
  std::uint16_t found = 0;
  EXPECT_TRUE(with_entity(20, [&]<class E>() { found = E::kEntity; }));
  EXPECT_EQ(found, domain::Sale::kEntity);
  EXPECT_FALSE(with_entity(999, [&]<class E>() { found = 0; }));
  std::set<std::uint16_t> numbers;
  each_entity([&]<class E>() { EXPECT_TRUE(numbers.insert(E::kEntity).second) << E::kEntity << " is used twice"; });
  EXPECT_GE(numbers.size(), 21u);
}

}  // namespace
}  // namespace till::storage
