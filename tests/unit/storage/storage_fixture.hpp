// A database in a folder of its own, and entities with something in every field.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "core/random.hpp"
#include "storage/database.hpp"
#include "storage/env.hpp"
#include "storage/tables.hpp"
#include "support/temp_folder.hpp"

namespace till::storage {

// gtest's assertions do not know Result: this shows the sentence and the cause.
#define EXPECT_DONE(expression)                                                                                      \
  do {                                                                                                               \
    const auto till_done = (expression);                                                                             \
    EXPECT_TRUE(till_done.has_value()) << (till_done ? ""                                                            \
                                                     : till_done.error().message + " / " + till_done.error().cause); \
  } while (false)

template <class T>
T value_of(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message + " / " + result.error().cause);
  return std::move(*result);
}

using test::TempFolder;

class StorageTest : public ::testing::Test {
 protected:
  OpenOptions options() {
    OpenOptions o;
    o.folder = folder_.path();
    return o;
  }
  void open() { database_ = value_of(Database::open(*env_, options())); }
  void reopen() {
    database_.reset();
    open();
  }
  void SetUp() override { open(); }

  template <class F>
  auto write(F&& f) {
    return database_->write(std::forward<F>(f));
  }
  template <class F>
  auto read(F&& f) {
    return value_of(database_->read(std::forward<F>(f)));
  }
  template <class E>
  void store_now(const E& entity) {
    EXPECT_DONE(database_->write([&](Transaction& tx) { return store(tx, entity); }));
  }
  Id id() {
    Id id;
    random_.fill(id.bytes);
    return id;
  }
  domain::Product product(const std::string& name, const std::string& sku, std::vector<std::string> barcodes = {});
  domain::Sale sale(std::int64_t number, UtcTime at, std::int64_t total_minor = 1210);

  TempFolder folder_;
  std::unique_ptr<Env> env_ = make_real_env();
  std::unique_ptr<Database> database_;
  SeededRandom random_{7};
  Id device_ = Id{{1}}, shift_ = Id{{2}};
};

inline domain::Product StorageTest::product(const std::string& name, const std::string& sku,
                                            std::vector<std::string> barcodes) {
  domain::Product p;
  p.id = id();
  p.name = name;
  p.sku = sku;
  p.category = Id{{9}};
  p.price = {1589};
  p.taxes = {Id{{3}}, Id{{4}}};
  p.barcodes = std::move(barcodes);
  return p;
}

inline domain::Sale StorageTest::sale(std::int64_t number, UtcTime at, std::int64_t total_minor) {
  domain::Sale s;
  s.id = id();
  s.series = "K7QF";
  s.number = number;
  s.receipt = "K7QF-" + std::to_string(number);
  s.at = at;
  s.device = device_;
  s.shift = shift_;
  s.user_name = "Ann";
  s.total = s.due = s.paid = {total_minor};
  s.tax = {total_minor * 21 / 121};
  s.net = s.total - s.tax;
  domain::SaleLine line;
  line.line_id = "a";
  line.product = Id{{5}};
  line.sku = "TEA";
  line.name = "Tea";
  line.unit_price = line.total = s.total;
  line.net = s.net;
  s.taxes = {{Id{{3}}, "vat", "VAT 21 %", 21'000'000, s.net, s.tax}};
  line.taxes = s.taxes;
  s.lines = {line};
  domain::Tender tender;
  tender.amount = tender.given = s.total;
  s.tenders = {tender};
  return s;
}

}  // namespace till::storage
