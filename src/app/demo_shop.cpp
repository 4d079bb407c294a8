#include "app/demo_shop.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "app/assigned_printer.hpp"
#include "app/csv.hpp"
#include "app/shop_settings.hpp"
#include "core/decimal.hpp"
#include "core/text.hpp"
#include "domain/barcode.hpp"
#include "security/hash.hpp"

namespace till::app {
namespace {

using domain::Category;
using domain::Money;
using domain::Product;
using domain::Tax;

// "tillstick demo": the ids of the demo shop's rows derive from it and must stay the same in every version.
constexpr Id kDemoNamespace{{0x74, 0x69, 0x6c, 0x6c, 0x73, 0x74, 0x69, 0x63, 0x6b, 0x20, 0x64, 0x65, 0x6d, 0x6f, 0, 0}};
// Opening stock has to carry a time, and the same one everywhere: 2026-01-01T00:00:00Z.
constexpr UtcTime kOpeningTime{1'767'225'600'000'000};
constexpr CsvLimits kLimits{4u << 20, 4u << 10, 64};
constexpr std::size_t kPluDigits = 5;

Id demo_id(std::string_view kind, std::string_view name) {
  return security::id_from_name(kDemoNamespace, std::string(kind) + ":" + std::string(name));
}

// One file being read: cells by column name, and refusals that say where.
class Sheet {
 public:
  static Result<Sheet> open(const std::string& folder, const std::string& name) {
    std::ifstream file(folder + "/" + name, std::ios::binary);
    if (!file) {
      return fail(ErrorKind::permanent, "the demo shop's file " + name + " is missing in " + folder +
                                            "; copy the program's assets folder again");
    }
    std::stringstream text;
    text << file.rdbuf();
    auto table = CsvTable::parse(std::move(text).str(), kLimits);
    if (!table) return fail(table.error().context("the demo shop's file " + name));
    return Sheet(name, std::move(*table));
  }

  template <class Read>
  Status each(Read read) {
    for (const CsvRow& row : table_.rows) {
      row_ = &row;
      if (Status done = read(); !done) return fail(std::move(done).error().context(where()));
    }
    return {};
  }

  [[nodiscard]] std::string text(std::string_view column) const { return table_.at(*row_, column); }
  [[nodiscard]] bool yes(std::string_view column) const { return text(column) == "yes"; }

  Result<std::string> needed(std::string_view column) const {
    std::string value = text(column);
    if (value.empty()) return invalid("the column \"" + std::string(column) + "\" is empty");
    return value;
  }

  // Nothing is zero.
  Result<int> number(std::string_view column, int largest) const {
    const std::string value = text(column);
    if (value.empty()) return 0;
    int number = 0;
    const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (problem != std::errc{} || end != value.data() + value.size() || number < 0 || number > largest) {
      return invalid(std::string(column) + " \"" + value + "\" is not a whole number from 0 to " +
                     std::to_string(largest));
    }
    return number;
  }

  // "8A5A44"; nothing is 0.
  Result<std::uint32_t> colour(std::string_view column) const {
    const std::string value = text(column);
    if (value.empty()) return 0u;
    std::uint32_t rgb = 0;
    const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), rgb, 16);
    if (problem != std::errc{} || end != value.data() + value.size() || value.size() != 6) {
      return invalid(std::string(column) + " \"" + value + "\" is not a colour of six hexadecimal digits");
    }
    return rgb;
  }

  Result<std::int64_t> milli(std::string_view column) const {
    const std::string value = text(column);
    if (value.empty()) return 0;
    return parse_decimal(value, 3, column);
  }

 private:
  Sheet(std::string name, CsvTable table) : name_(std::move(name)), table_(std::move(table)) {}
  [[nodiscard]] std::string where() const { return name_ + ", line " + std::to_string(row_->line); }

  std::string name_;
  CsvTable table_;
  const CsvRow* row_ = nullptr;
};

class DemoReader {
 public:
  explicit DemoReader(std::string folder) : folder_(std::move(folder)) {}

  Result<DemoShop> read() {
    TRY(read_settings());
    TRY(read_taxes());
    TRY(read_categories());
    TRY(read_products());
    TRY(link_deposits());
    TRY(read_suppliers());
    TRY(read_users());
    TRY(read_customers());
    TRY(read_printers());
    TRY(read_tables());
    return std::move(shop_);
  }

 private:
  Status read_settings() {
    auto sheet = TRY(Sheet::open(folder_, "shop.csv"));
    return sheet.each([&]() -> Status {
      std::string key = TRY(sheet.needed("key"));
      if (!seen("setting", key)) return invalid("the setting " + key + " is there twice");
      if (key == "shop.currency") currency_ = TRY(domain::currency_of(sheet.text("value")));
      shop_.settings.push_back(make_setting(std::move(key), sheet.text("value")));
      return {};
    });
  }

  Status read_taxes() {
    auto sheet = TRY(Sheet::open(folder_, "taxes.csv"));
    return sheet.each([&]() -> Status {
      Tax tax;
      tax.code = TRY(sheet.needed("code"));
      tax.name = TRY(sheet.needed("name"));
      tax.letter = sheet.text("letter");
      tax.included = sheet.yes("included");
      if (sheet.text("kind") != "percent") return invalid("the demo shop knows only percent taxes");
      tax.rate_micro = TRY(parse_decimal(sheet.text("rate"), 6, "the rate"));
      tax.id = demo_id("tax", tax.code);
      if (!seen("tax", tax.code)) return invalid("the tax " + tax.code + " is there twice");
      shop_.taxes.push_back(std::move(tax));
      return {};
    });
  }

  Status read_categories() {
    auto sheet = TRY(Sheet::open(folder_, "categories.csv"));
    return sheet.each([&]() -> Status {
      Category category;
      const std::string code = TRY(sheet.needed("code"));
      category.id = demo_id("category", code);
      category.name = TRY(sheet.needed("name"));
      category.colour_rgb = TRY(sheet.colour("colour"));
      category.icon = sheet.text("icon");
      category.position = TRY(sheet.number("position", 1000));
      if (!seen("category", code)) return invalid("the category " + code + " is there twice");
      shop_.categories.push_back(std::move(category));
      return {};
    });
  }

  Status read_products() {
    auto sheet = TRY(Sheet::open(folder_, "products.csv"));
    return sheet.each([&]() -> Status {
      Product product = TRY(read_product(sheet));
      TRY(read_opening_stock(sheet, product));
      deposit_of_.push_back(sheet.text("deposit"));
      shop_.products.push_back(std::move(product));
      return {};
    });
  }

  Result<Product> read_product(const Sheet& sheet) {
    Product product;
    product.sku = TRY(sheet.needed("sku"));
    product.id = demo_id("product", product.sku);
    product.name = TRY(sheet.needed("name"));
    product.price = TRY(domain::parse_money(sheet.text("price"), currency_, "the price"));
    product.has_special = !sheet.text("special_price").empty();
    if (product.has_special) {
      product.special_price = TRY(domain::parse_money(sheet.text("special_price"), currency_, "the special price"));
    }
    product.unit = sheet.text("unit") == "kg" ? domain::SellUnit::kilogram : domain::SellUnit::piece;
    product.track_stock = !sheet.text("stock").empty();
    product.available = sheet.yes("available");
    product.low_stock_milli = TRY(sheet.milli("low_stock"));
    product.tare.milli = TRY(sheet.milli("tare"));
    product.minimum_age = TRY(sheet.number("minimum_age", 99));
    product.colour_rgb = TRY(sheet.colour("colour"));
    product.icon = sheet.text("icon");
    product.position = TRY(sheet.number("position", 1000));
    if (!seen("sku", product.sku)) return invalid("the SKU " + product.sku + " is there twice");
    TRY(read_references(sheet, product));
    TRY(read_barcodes(sheet, product));
    return product;
  }

  Status read_references(const Sheet& sheet, Product& product) {
    const std::string category = sheet.text("category"), tax = sheet.text("tax");
    if (!known("category", category)) return invalid("there is no category \"" + category + "\"");
    if (!known("tax", tax)) return invalid("there is no tax \"" + tax + "\"");
    product.category = demo_id("category", category);
    product.taxes = {demo_id("tax", tax)};
    return {};
  }

  Status read_barcodes(const Sheet& sheet, Product& product) {
    for (const std::string& code : split(sheet.text("barcodes"), ' ')) {
      if (code.empty()) continue;
      if (code.size() > kPluDigits && !domain::has_right_check_digit(code)) {
        return invalid("the barcode " + code + " has a wrong check digit");
      }
      if (!seen("barcode", code)) return invalid("the barcode " + code + " is there twice");
      product.barcodes.push_back(code);
    }
    return {};
  }

  Status read_opening_stock(const Sheet& sheet, const Product& product) {
    const std::int64_t stock = TRY(sheet.milli("stock"));
    if (stock == 0) return {};
    domain::StockMove move;
    move.id = demo_id("stock", product.sku);
    move.product = product.id;
    move.delta_milli = stock;
    move.reason = "opening";
    move.at = kOpeningTime;
    shop_.opening_stock.push_back(std::move(move));
    return {};
  }

  Status link_deposits() {
    for (std::size_t i = 0; i < shop_.products.size(); ++i) {
      if (deposit_of_[i].empty()) continue;
      if (!known("sku", deposit_of_[i])) {
        return invalid("products.csv: the deposit " + deposit_of_[i] + " of " + shop_.products[i].sku +
                       " is no product");
      }
      shop_.products[i].deposit = demo_id("product", deposit_of_[i]);
    }
    return {};
  }

  Status read_users() {
    static const std::map<std::string, domain::Role> kRoles{{"cashier", domain::Role::cashier},
                                                            {"supervisor", domain::Role::supervisor},
                                                            {"manager", domain::Role::manager},
                                                            {"owner", domain::Role::owner}};
    auto sheet = TRY(Sheet::open(folder_, "users.csv"));
    return sheet.each([&]() -> Status {
      DemoUser demo;
      demo.user.name = TRY(sheet.needed("name"));
      demo.user.id = demo_id("user", demo.user.name);
      demo.user.colour_rgb = TRY(sheet.colour("colour"));
      demo.pin = TRY(sheet.needed("pin"));
      const auto role = kRoles.find(sheet.text("role"));
      if (role == kRoles.end()) return invalid("the role must be cashier, supervisor, manager or owner");
      demo.user.role = role->second;
      if (!seen("user", demo.user.name)) return invalid("the user " + demo.user.name + " is there twice");
      if (!seen("pin", demo.pin)) return invalid("two users have the same PIN");
      shop_.users.push_back(std::move(demo));
      return {};
    });
  }

  Status read_customers() {
    auto sheet = TRY(Sheet::open(folder_, "customers.csv"));
    return sheet.each([&]() -> Status {
      domain::Customer customer;
      customer.name = TRY(sheet.needed("name"));
      customer.card_code = TRY(sheet.needed("card_code"));
      customer.id = demo_id("customer", customer.card_code);
      customer.phone = sheet.text("phone");
      customer.email = sheet.text("email");
      customer.tax_number = sheet.text("tax_number");
      customer.note = sheet.text("note");
      if (!domain::has_right_check_digit(customer.card_code)) return invalid("the card code has a wrong check digit");
      if (!seen("barcode", customer.card_code)) return invalid("the card code is there twice");
      shop_.customers.push_back(std::move(customer));
      return {};
    });
  }

  // Categories separated by spaces: what is in them comes from this supplier.
  Status read_suppliers() {
    auto sheet = TRY(Sheet::open(folder_, "suppliers.csv"));
    return sheet.each([&]() -> Status {
      domain::Supplier supplier;
      supplier.name = TRY(sheet.needed("name"));
      supplier.id = demo_id("supplier", supplier.name);
      supplier.contact = sheet.text("contact");
      supplier.phone = sheet.text("phone");
      supplier.email = sheet.text("email");
      supplier.tax_number = sheet.text("tax_number");
      supplier.note = sheet.text("note");
      if (!seen("supplier", supplier.name)) return invalid("the supplier " + supplier.name + " is there twice");
      for (const Id& category : TRY(categories_of(sheet, "categories"))) {
        for (Product& product : shop_.products)
          if (product.category == category) product.supplier = supplier.id;
      }
      shop_.suppliers.push_back(std::move(supplier));
      return {};
    });
  }

  Result<std::vector<Id>> categories_of(const Sheet& sheet, std::string_view column) const {
    std::vector<Id> ids;
    for (const std::string& code : split(sheet.text(column), ' ')) {
      if (code.empty()) continue;
      if (!known("category", code)) return invalid("there is no category \"" + code + "\"");
      ids.push_back(demo_id("category", code));
    }
    return ids;
  }

  Status read_printers() {
    auto sheet = TRY(Sheet::open(folder_, "printers.csv"));
    return sheet.each([&]() -> Status {
      DemoPrinter printer{TRY(sheet.needed("name")), TRY(sheet.needed("address")), TRY(sheet.needed("role")), 0};
      printer.columns = TRY(sheet.number("columns", 96));
      domain::Printer row;
      row.id = demo_id("printer", printer.name);
      row.name = printer.name;
      row.address = printer.address;
      row.columns = printer.columns;
      row.role = printer.role == "receipt" ? domain::PrinterRole::receipt : domain::PrinterRole::kitchen;
      for (const Id& category : TRY(categories_of(sheet, "prints_for"))) {
        domain::PrinterAssignment assignment;
        assignment.id = assignment_id({domain::PrintsFor::category, category, {}}, row.role);
        assignment.prints_for = domain::PrintsFor::category;
        assignment.target = category;
        assignment.role = row.role;
        assignment.printer = row.id;
        shop_.printer_assignments.push_back(std::move(assignment));
      }
      shop_.printer_rows.push_back(std::move(row));
      shop_.printers.push_back(std::move(printer));
      return {};
    });
  }

  Status read_tables() {
    auto sheet = TRY(Sheet::open(folder_, "tables.csv"));
    return sheet.each([&]() -> Status {
      domain::DiningTable table;
      table.name = TRY(sheet.needed("name"));
      table.room = sheet.text("area");
      table.id = demo_id("table", table.room + "/" + table.name);
      table.seats = TRY(sheet.number("seats", 100));
      table.x_mm = TRY(sheet.number("x_mm", 100'000));
      table.y_mm = TRY(sheet.number("y_mm", 100'000));
      if (!seen("table", table.room + "/" + table.name)) return invalid("the table " + table.name + " is there twice");
      shop_.tables.push_back(std::move(table));
      return {};
    });
  }

  // True the first time.
  bool seen(const std::string& kind, const std::string& name) { return names_.insert(kind + ":" + name).second; }
  [[nodiscard]] bool known(const std::string& kind, const std::string& name) const {
    return names_.contains(kind + ":" + name);
  }

  const std::string folder_;
  DemoShop shop_;
  domain::Currency currency_;
  std::set<std::string> names_;
  std::vector<std::string> deposit_of_;  // beside shop_.products
};

}  // namespace

Result<DemoShop> load_demo_shop(const std::string& folder) {
  return DemoReader(folder).read();
}

}  // namespace till::app
