#include "storage/sync_wanted.hpp"

#include "entity_exchange.hpp"
#include "storage/duplicates.hpp"
#include "storage/stock.hpp"

namespace till::storage {
namespace {

class SelectiveSync : public EntityExchange {
 protected:
  void SetUp() override {
    for (WritingTill* writer : {&a_, &b_, &c_}) {
      domain::Device device;
      device.id = writer->device;
      device.store = writer == &b_ ? other_store_ : store_;
      writer->put(device);
    }
    c_.hear(a_.records());
  }
  void choose(const SyncChoice& choice) {
    EXPECT_DONE(c_.database->write([&](Transaction& tx) { return set_sync_choice(tx, choice); }));
  }
  // As the applier does it.
  void hear_what_is_wanted(const std::vector<sync::Record>& records) {
    EXPECT_DONE(c_.database->write([&](Transaction& tx) -> Status {
      SyncWanted wanted(tx);
      for (const auto& record : records) {
        sync::Record here = record, aside = record;
        here.ops.clear();
        aside.ops.clear();
        for (const auto& op : record.ops)
          (TRY(wanted.wants(op.entity, record.feed.device)) ? here : aside).ops.push_back(op);
        TRY(WritingTill::apply(tx, here));
        if (!aside.ops.empty()) TRY(set_aside(tx, aside));
      }
      return {};
    }));
  }
  void take_up_all() {
    EXPECT_DONE(c_.database->write([&](Transaction& tx) -> Status {
      for (;;) {
        const auto records = TRY(take_up(tx, 2));
        if (records.empty()) return {};
        for (const auto& record : records) TRY(WritingTill::apply(tx, record));
      }
    }));
  }
  std::uint64_t waiting() {
    return c_.read([](Connection& conn) { return set_aside_count(conn); });
  }
  domain::StockMove move() {
    domain::StockMove move;
    move.id = id();
    move.product = product_;
    move.delta_milli = -1000;
    return move;
  }
  Id store_{{1}}, other_store_{{2}}, product_{{3}};
};

TEST_F(SelectiveSync, everything_is_wanted_until_somebody_chooses) {
  EXPECT_EQ(c_.read([](Connection& conn) { return sync_choice(conn); }), SyncChoice{});
  hear_what_is_wanted(b_.records());
  EXPECT_EQ(waiting(), 0u);
}

TEST_F(SelectiveSync, an_entity_that_is_left_out_comes_with_the_next_choice_as_if_it_had_always_come) {
  choose({{domain::Supplier::kEntity}, {}});
  domain::Supplier supplier;
  supplier.id = id();
  for (const char* name : {"one", "two", "three", "four", "five"}) {
    supplier.name = name;
    later();
    a_.put(supplier);
  }
  hear_what_is_wanted(a_.records());
  EXPECT_EQ(waiting(), 5u);
  take_up_all();
  EXPECT_EQ(waiting(), 5u);
  EXPECT_FALSE(c_.read([&](Connection& conn) { return stored<domain::Supplier>(conn, supplier.id); }));
  choose({});
  take_up_all();
  EXPECT_EQ(waiting(), 0u);
  EXPECT_EQ(c_.get<domain::Supplier>(supplier.id).name, "five");
  EXPECT_EQ(c_.read([](Connection& conn) -> Result<std::int64_t> {
    return TRY(conn.integer("SELECT sum(conflicts) FROM sync_row")).value_or(0);
  }),
            0);
}

TEST_F(SelectiveSync, documents_of_another_store_wait_and_rows_of_the_catalogue_do_not) {
  hear_what_is_wanted(b_.records());
  choose({{}, {store_}});
  domain::Product product;
  product.id = product_;
  product.name = "Tea";
  b_.put(product);
  b_.add(move());
  a_.add(move());
  hear_what_is_wanted(b_.records());
  hear_what_is_wanted(a_.records());
  EXPECT_EQ(c_.get<domain::Product>(product_).name, "Tea");
  EXPECT_EQ(waiting(), 1u);
  EXPECT_EQ(c_.read([&](Connection& conn) { return stock_level_milli(conn, product_); }), -1000);
  choose({{}, {store_, other_store_}});
  take_up_all();
  EXPECT_EQ(c_.read([&](Connection& conn) { return stock_level_milli(conn, product_); }), -2000);
}

TEST_F(SelectiveSync, of_a_terminal_that_is_not_known_yet_documents_wait_for_its_row) {
  choose({{}, {store_, other_store_}});
  b_.add(move());
  const auto records = b_.records();
  std::vector<sync::Record> documents, rows;
  for (const auto& record : records) (record.feed.lane == sync::Lane::critical ? documents : rows).push_back(record);
  hear_what_is_wanted(documents);
  EXPECT_EQ(waiting(), 1u);
  hear_what_is_wanted(rows);
  take_up_all();
  EXPECT_EQ(waiting(), 0u);
}

TEST_F(SelectiveSync, what_a_till_needs_cannot_be_left_out) {
  for (const auto entity : {domain::Product::kEntity, domain::User::kEntity, domain::Setting::kEntity,
                            domain::Device::kEntity, domain::Store::kEntity, std::uint16_t{999}}) {
    EXPECT_FALSE(c_.database->write([&](Transaction& tx) { return set_sync_choice(tx, {{entity}, {}}); })) << entity;
  }
}

TEST_F(SelectiveSync, what_was_chosen_twice_is_flagged_the_same_on_every_terminal) {
  domain::Product first, second;
  first.id = id();
  later();
  second.id = id();
  first.sku = "tea";
  second.sku = "TEA";
  first.name = "Green tea";
  second.name = "Black tea";
  first.barcodes = second.barcodes = {"4006381333931"};
  a_.put(first);
  b_.put(second);
  domain::DiningTable table;
  table.name = "7";
  for (WritingTill* writer : {&a_, &b_}) {
    table.id = id();
    writer->put(table);
  }
  domain::Customer customer;
  customer.email = "m@example.org";
  for (WritingTill* writer : {&a_, &b_}) {
    customer.id = id();
    writer->put(customer);
    customer.email = "M@example.org";
  }
  const auto of_a = a_.records();
  a_.hear(b_.records());
  b_.hear(of_a);
  for (WritingTill* writer : {&a_, &b_}) {
    const auto found = writer->read([](Connection& conn) { return find_duplicates(conn, 10); });
    ASSERT_EQ(found.size(), 4u);
    EXPECT_EQ(found[0].what, "SKU");
    EXPECT_EQ(found[0].owner.id, first.id);
    ASSERT_EQ(found[0].flagged.size(), 1u);
    EXPECT_EQ(found[0].flagged[0].name, "Black tea");
    EXPECT_EQ(found[1].what, "barcode");
    EXPECT_EQ(found[2].what, "e-mail");
    EXPECT_EQ(found[3].what, "table");
  }
  second.sku = "TEA-2";
  second.barcodes = {};
  later();
  b_.put(second);
  EXPECT_EQ(b_.read([](Connection& conn) { return find_duplicates(conn, 10); }).size(), 2u);
}

}  // namespace
}  // namespace till::storage
