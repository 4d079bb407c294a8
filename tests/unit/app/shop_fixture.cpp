#include "shop_fixture.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "app/shop_init.hpp"
#include "core/log.hpp"
#include "support/source_dir.hpp"

namespace till::app {

void make_tiny_shop(const std::string& folder) {
  NewShop wanted;
  wanted.folder = folder;
  wanted.assets_folder = till::test::source_path("tests/unit/app/tiny_shop");
  value_of(init_shop(wanted));
}

std::unique_ptr<Shop> new_tiny_shop(const std::string& folder, Clock* clock) {
  make_tiny_shop(folder);
  ShopOptions options;
  options.folder = folder;
  options.clock = clock;
  return value_of(Shop::open(options));
}

ShopTest::ShopTest() {
  log::set_console_level(log::Level::error);
  ::setenv("TILLSTICK_PC_KEY", temp_.file("pc/pc.key").c_str(), 1);
  ::setenv("XDG_CONFIG_HOME", temp_.file("config").c_str(), 1);
  ::setenv("TILLSTICK_ASSETS", till::test::source_path("assets").c_str(), 1);
  clock_.set_utc(SystemClock().now());
}

void ShopTest::SetUp() {
  make_tiny_shop(folder());
  open();
}

Result<std::unique_ptr<Shop>> ShopTest::try_open(const std::string& folder) {
  clock_.advance(std::chrono::seconds(1));
  ShopOptions options;
  options.folder = folder;
  options.clock = &clock_;
  return Shop::open(options);
}

domain::Basket ShopTest::basket_of(const std::vector<std::string>& codes, domain::Quantity quantity) {
  domain::Basket basket(shop_->state().settings()->rules);
  const auto lookup = catalogue_lookup(*shop_);
  for (const auto& code : codes) {
    domain::AddOptions options;
    options.quantity = quantity;
    options.confirmed = true;
    value_of(basket.add(value_of(domain::find_item(lookup, code)), options));
  }
  return basket;
}

domain::Sale ShopTest::sell(const std::vector<std::string>& codes, domain::Quantity quantity) {
  clock_.advance(std::chrono::seconds(1));
  return value_of(finalise(*shop_, cashier(), basket_of(codes, quantity), {{}}));
}

std::int64_t ShopTest::number(const std::string& sql) {
  return value_of(shop_->state().db->read([&](storage::Connection& conn) { return conn.integer(sql); })).value_or(-1);
}

std::string ShopTest::text(const std::string& sql) {
  return value_of(shop_->state().db->read([&](storage::Connection& conn) -> Result<std::string> {
    auto rows = TRY(conn.query(sql));
    return TRY(rows.next()) ? rows.text(0) : std::string("(no row)");
  }));
}

std::int64_t ShopTest::journalled(const std::string& action) {
  return number("SELECT count(*) FROM audit_entry WHERE action = '" + action + "'");
}

std::int64_t ShopTest::stock_milli(const std::string& sku) {
  return number("SELECT l.level_milli FROM stock_level l JOIN product p ON p.id = l.product WHERE p.sku = '" + sku +
                "'");
}

std::string ShopTest::write_file(const std::string& name, const std::string& content) {
  const auto path = temp_.file(name);
  std::ofstream(path, std::ios::binary) << content;
  return path;
}

}  // namespace till::app
