// A tiny shop in a temporary folder (tests/unit/app/tiny_shop: seven products, four users whose PINs are in users.csv),
// open, on a clock of the test's own. Nothing is written outside the temporary folder: the PC's key lies there, too.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "app/actor.hpp"
#include "app/selling.hpp"
#include "app/shifts.hpp"
#include "app/shop.hpp"
#include "app/shop_state.hpp"
#include "core/clock.hpp"
#include "domain/basket.hpp"
#include "support/temp_folder.hpp"

namespace till::app {

// gtest's assertions do not know Result: this shows the sentence and the cause.
#define EXPECT_DONE(expression)                                                                                      \
  do {                                                                                                               \
    const auto till_done = (expression);                                                                             \
    EXPECT_TRUE(till_done.has_value()) << (till_done ? ""                                                            \
                                                     : till_done.error().message + " / " + till_done.error().cause); \
  } while (false)

// Refused, of that kind, with a sentence that has this in it.
#define EXPECT_REFUSED(expression, wanted_kind, part)                                                      \
  do {                                                                                                     \
    const auto till_refused = (expression);                                                                \
    ASSERT_FALSE(till_refused.has_value());                                                                \
    EXPECT_EQ(till_refused.error().kind, ErrorKind::wanted_kind);                                          \
    EXPECT_NE(till_refused.error().message.find(part), std::string::npos) << till_refused.error().message; \
  } while (false)

template <class T>
T value_of(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message + " / " + result.error().cause);
  return std::move(*result);
}

inline const std::string kPens = "4006381333931";   // 1.49, 26 in stock
inline const std::string kBread = "4000000000013";  // 2.95, 10 in stock

using test::TempFolder;

// The tiny shop, made in that folder.
void make_tiny_shop(const std::string& folder);
// And opened, on the machine's clock unless another is given, which must outlive it.
std::unique_ptr<Shop> new_tiny_shop(const std::string& folder, Clock* clock = nullptr);

class ShopTest : public ::testing::Test {
 protected:
  ShopTest();
  void SetUp() override;

  [[nodiscard]] std::string folder() const { return temp_.file("data"); }
  Result<std::unique_ptr<Shop>> try_open(const std::string& folder);
  void open() { shop_ = value_of(try_open(folder())); }
  void close() { shop_.reset(); }
  void reopen() {
    close();
    open();
  }

  Actor user(const std::string& name) { return value_of(actor_named(*shop_, name)); }
  Actor cashier() { return user("Mia"); }
  Actor owner() { return user("Anna"); }
  // The cashier, allowed by the manager.
  Actor allowed(domain::Right right) { return value_of(approved(*shop_, cashier(), "Jonas", "1470", right)); }

  domain::Basket basket_of(const std::vector<std::string>& codes, domain::Quantity quantity = {});
  domain::Sale sell(const std::vector<std::string>& codes, domain::Quantity quantity = {});
  void open_the_shift() { EXPECT_DONE(open_shift(*shop_, cashier(), {10000})); }

  // Questions in SQL, so that what checks is not what wrote.
  std::int64_t number(const std::string& sql);
  std::string text(const std::string& sql);
  std::int64_t journalled(const std::string& action);
  std::int64_t stock_milli(const std::string& sku);

  std::string write_file(const std::string& name, const std::string& content);

  TempFolder temp_;
  ManualClock clock_;
  std::unique_ptr<Shop> shop_;
};

}  // namespace till::app
