// Every entity: made, changed, deleted and its special actions on two terminals that do not know of each other.
#include "entity_exchange.hpp"
#include "storage/orders.hpp"
#include "storage/prices.hpp"
#include "storage/stock.hpp"

namespace till::storage {
namespace {

using domain::Lifecycle;

template <class E>
void remove(E& row) {
  row.lifecycle = Lifecycle::deleted;
}

using Entities = EntityExchange;

TEST_F(Entities, products_and_their_availability) {
  domain::Product p;
  p.sku = "TEA";
  p.name = "Tea";
  p.price = {250};
  expect_rows_converge<domain::Product>(p, {[](auto& r) { r.price = {260}; }, remove<domain::Product>},
                                        {[](auto& r) { r.available = false; }, [&](auto& r) { r.supplier = id(); }});
  EXPECT_FALSE(a_.read([](Connection& c) { return load_all<domain::Product>(c); })[0].available);
}

TEST_F(Entities, categories) {
  domain::Category c;
  c.name = "Coffee";
  expect_rows_converge<domain::Category>(c, {[](auto& r) { r.name = "Coffee and tea"; }, remove<domain::Category>},
                                         {[](auto& r) { r.position = 3; }, [](auto& r) { r.name = "Hot drinks"; }});
}

TEST_F(Entities, taxes) {
  domain::Tax t;
  t.code = "vat";
  t.rate_micro = 19'000'000;
  expect_rows_converge<domain::Tax>(t, {[](auto& r) { r.rate_micro = 20'000'000; }},
                                    {[](auto& r) { r.rate_micro = 21'000'000; }, remove<domain::Tax>});
}

TEST_F(Entities, prices) {
  domain::Price p;
  p.product = id();
  p.amount = {300};
  expect_rows_converge<domain::Price>(p, {[](auto& r) { r.amount = {310}; }, [](auto& r) { r.valid_until = {900}; }},
                                      {[](auto& r) { r.list = "happy hour"; }, remove<domain::Price>});
  EXPECT_TRUE(a_.read([&](Connection& c) { return prices_of(c, p.product); }).empty());
}

TEST_F(Entities, customers) {
  domain::Customer c;
  c.name = "Margarete Vogt";
  expect_rows_converge<domain::Customer>(c, {[](auto& r) { r.phone = "1"; }, [](auto& r) { r.phone = "2"; }},
                                         {[](auto& r) { r.email = "m@example.org"; }, remove<domain::Customer>});
}

TEST_F(Entities, users_and_a_changed_role) {
  domain::User u;
  u.name = "Mia";
  expect_rows_converge<domain::User>(u, {[](auto& r) { r.role = domain::Role::supervisor; }},
                                     {[](auto& r) { r.role = domain::Role::manager; }, remove<domain::User>});
}

TEST_F(Entities, settings) {
  domain::Setting s;
  s.key = "receipt.footer";
  expect_rows_converge<domain::Setting>(s, {[](auto& r) { r.value = "Thank you"; }}, {[](auto& r) { r.value = ""; }});
}

TEST_F(Entities, devices_named_revoked_and_moved_to_a_store) {
  domain::Device d;
  d.name = "Till 2";
  expect_rows_converge<domain::Device>(d, {[](auto& r) { r.name = "Front"; }, [&](auto& r) { r.store = id(); }},
                                       {[](auto& r) { r.revoked = true; }});
}

TEST_F(Entities, suppliers) {
  domain::Supplier s;
  s.name = "Hahn";
  expect_rows_converge<domain::Supplier>(s, {[](auto& r) { r.phone = "1"; }, remove<domain::Supplier>},
                                         {[](auto& r) { r.contact = "Frau Ott"; }, [](auto& r) { r.phone = "2"; }});
}

TEST_F(Entities, stores) {
  domain::Store s;
  s.name = "Station";
  expect_rows_converge<domain::Store>(s, {[](auto& r) { r.price_list = "station"; }},
                                      {[](auto& r) { r.code = "ST"; }, remove<domain::Store>});
}

TEST_F(Entities, printers_added_configured_and_removed) {
  domain::Printer p;
  p.name = "Kitchen";
  expect_rows_converge<domain::Printer>(
      p, {[](auto& r) { r.columns = 32; }, [](auto& r) { r.address = "tcp://x:1"; }},
      {[](auto& r) { r.role = domain::PrinterRole::kitchen; }, remove<domain::Printer>});
}

TEST_F(Entities, printer_assignments_made_for_the_same_target_are_one_row) {
  domain::PrinterAssignment p;
  p.id = id();
  p.room = "Terrace";
  auto other = p;
  p.printer = id();
  other.printer = id();
  a_.put(p);
  later();
  b_.put(other);
  expect_the_same_everywhere(rows<domain::PrinterAssignment>);
  EXPECT_EQ(a_.get<domain::PrinterAssignment>(p.id).printer, other.printer);
}

TEST_F(Entities, media_files) {
  domain::MediaFile m;
  m.sha256 = Bytes(32, 7);
  expect_rows_converge<domain::MediaFile>(m, {[](auto& r) { r.name = "espresso.png"; }},
                                          {[](auto& r) { r.name = "coffee.png"; }, remove<domain::MediaFile>});
}

TEST_F(Entities, tables_occupied_reserved_cleaned_and_free_again) {
  domain::DiningTable t;
  t.name = "7";
  using domain::TableState;
  expect_rows_converge<domain::DiningTable>(t,
                                            {[&](auto& r) { r.state = TableState::occupied, r.order = id(); },
                                             [](auto& r) { r.state = TableState::cleaning; }},
                                            {[](auto& r) { r.state = TableState::reserved, r.reserved_for = "Vogt"; }});
}

TEST_F(Entities, sales_refunds_and_their_payments_are_a_set) {
  domain::Sale sale;
  sale.receipt = "K7QF-000001";
  sale.order = id();
  sale.tenders.resize(2);
  sale.total = sale.due = sale.paid = {1000};
  auto refund = sale;
  sale.id = id();
  refund.id = id();
  refund.kind = domain::SaleKind::refund;
  refund.cites = sale.id;
  a_.add(sale);
  later();
  b_.add(refund);
  expect_the_same_everywhere(rows<domain::Sale>);
}

TEST_F(Entities, shift_events_are_a_set) {
  for (WritingTill* writer : {&a_, &b_}) {
    for (const auto kind : {domain::ShiftEventKind::opened, domain::ShiftEventKind::closed}) {
      domain::ShiftEvent event;
      event.id = id();
      event.kind = kind;
      writer->add(event);
    }
  }
  expect_the_same_everywhere(rows<domain::ShiftEvent>);
}

TEST_F(Entities, the_journal_is_a_set) {
  for (WritingTill* writer : {&a_, &b_}) {
    domain::AuditEntry entry;
    entry.id = id();
    entry.device = writer->device;
    entry.sequence = 1;
    writer->add(entry);
  }
  expect_the_same_everywhere(rows<domain::AuditEntry>);
}

class StockExchange : public EntityExchange {
 protected:
  void SetUp() override {
    product_.id = id();
    product_.name = "Rolls";
    product_.low_stock_milli = 5000;
    a_.put(product_);
    b_.hear(a_.records());
  }
  void move(WritingTill& at, std::int64_t delta) {
    later();
    domain::StockMove move;
    move.id = id();
    move.product = product_.id;
    move.delta_milli = delta;
    at.add(move);
  }
  void count(WritingTill& at, std::int64_t counted) {
    later();
    domain::StockCount count;
    count.id = id();
    count.product = product_.id;
    at.change([&](Transaction& tx) -> Status {
      const auto seen = TRY(stock_seen(tx, product_.id, {}));
      count.counted_milli = counted;
      count.moved_milli = seen.moved_milli;
      count.expected_milli = seen.level_milli;
      count.order_us = std::max(clock_.now().us, seen.last_count_us + 1);
      return at.replica.add(tx, count);
    });
    EXPECT_EQ(level(at), counted);
  }
  std::int64_t level(WritingTill& at) {
    EXPECT_TRUE(at.read([](Connection& conn) { return wrong_stock_levels(conn); }).empty());
    return at.read([&](Connection& conn) { return stock_level_milli(conn, product_.id); });
  }
  void expect_stock(std::int64_t wanted) {
    expect_the_same_everywhere([&](Connection& conn) -> Result<Bytes> {
      ByteWriter out;
      out.u64(static_cast<std::uint64_t>(TRY(stock_level_milli(conn, product_.id))));
      out.u64(TRY(wrong_stock_levels(conn)).size());
      out.u64(TRY(low_stock(conn, 10)).size());
      return out.take();
    });
    EXPECT_EQ(level(a_), wanted);
  }
  domain::Product product_;
};

TEST_F(StockExchange, moves_add_up) {
  move(a_, 10'000);
  move(b_, -3000);
  move(a_, -1000);
  expect_stock(6000);
}

TEST_F(StockExchange, what_is_sold_elsewhere_while_counting_comes_off_the_count) {
  move(a_, 10'000);
  b_.hear(a_.records());
  move(b_, -2000);
  count(a_, 9000);
  expect_stock(7000);
}

TEST_F(StockExchange, of_two_counts_made_apart_the_later_one_stands) {
  move(a_, 10'000);
  b_.hear(a_.records());
  count(a_, 7000);
  count(b_, 8000);
  move(a_, -4000);
  expect_stock(4000);
  EXPECT_EQ(a_.read([](Connection& conn) { return low_stock(conn, 10); }).size(), 1u) << "and the alert is up";
}

class OrderExchange : public EntityExchange {
 protected:
  void SetUp() override {
    order_.id = id();
    order_.number = "K7QF-O1";
    a_.put(order_);
    b_.hear(a_.records());
  }
  Id event(WritingTill& at, domain::OrderEventKind kind, const Id& line = {}, std::int64_t milli = 1000) {
    later();
    domain::OrderEvent e;
    e.id = id();
    e.order = order_.id;
    e.kind = kind;
    e.line = kind == domain::OrderEventKind::add ? id() : line;
    e.sets = domain::kSetsQuantity;
    e.quantity = {milli};
    e.unit_price = {360};
    e.order_us = clock_.now().us;
    at.add(e);
    return e.line;
  }
  void set_state(WritingTill& at, domain::OrderState state) {
    edit_at<domain::Order>(at, order_.id, [&](domain::Order& o) { o.state = state; });
  }
  OrderView seen(WritingTill& at) {
    return at.read([&](Connection& conn) { return order_view(conn, order_.id); }).value();
  }
  void expect_the_same_order() {
    expect_the_same_everywhere([&](Connection& conn) -> Result<Bytes> {
      const auto view = TRY(order_view(conn, order_.id));
      ByteWriter out;
      out.u8(static_cast<std::uint8_t>(view->state));
      out.u64(static_cast<std::uint64_t>(view->total.minor));
      for (const auto& line : view->lines) out.raw(line.line.view());
      out.u64(TRY(running_orders(conn, 10)).size());
      return out.take();
    });
  }
  domain::Order order_;
};

using domain::OrderEventKind;
using domain::OrderState;

TEST_F(OrderExchange, two_waiters_keep_their_lines_and_the_status_goes_on) {
  const auto first = event(a_, OrderEventKind::add);
  event(b_, OrderEventKind::add);
  set_state(b_, OrderState::sent);
  event(a_, OrderEventKind::change, first, 3000);
  expect_the_same_order();
  EXPECT_EQ(seen(a_).total.minor, 4 * 360);
  EXPECT_EQ(seen(a_).state, OrderState::sent);
}

TEST_F(OrderExchange, a_cancelled_order_stays_cancelled_against_edits) {
  event(a_, OrderEventKind::cancel);
  set_state(a_, OrderState::cancelled);
  event(b_, OrderEventKind::add);
  set_state(b_, OrderState::ready);
  expect_the_same_order();
  EXPECT_EQ(seen(b_).state, OrderState::cancelled);
}

TEST_F(OrderExchange, a_payment_wins_over_a_cancellation) {
  event(a_, OrderEventKind::cancel);
  domain::Sale sale;
  sale.id = id();
  sale.receipt = "K7QF-000007";
  sale.order = order_.id;
  b_.add(sale);
  set_state(b_, OrderState::completed);
  expect_the_same_order();
  EXPECT_EQ(seen(a_).state, OrderState::completed);
  EXPECT_EQ(seen(a_).receipt, "K7QF-000007");
}

TEST_F(OrderExchange, an_order_paid_on_two_terminals_is_found) {
  for (WritingTill* writer : {&a_, &b_}) {
    domain::Sale sale;
    sale.id = id();
    sale.order = order_.id;
    writer->add(sale);
  }
  expect_the_same_order();
  EXPECT_EQ(a_.read([](Connection& conn) { return orders_paid_twice(conn); }), std::vector<std::string>{"K7QF-O1"});
}

}  // namespace
}  // namespace till::storage
