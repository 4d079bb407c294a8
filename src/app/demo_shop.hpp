// The demo shop: a market cafe with its groceries, read from the CSV files in assets/demo. All ids derive from names
// (security::id_from_name), so that every terminal that makes itself the demo shop makes the same one. Reading refuses
// the whole shop at the first row that makes no sense, naming file, line and column. PINs are plain here and only here:
// they are for trying the program out and `init` prints them. No threads, no database; the caller stores what it gets.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "domain/entities/catalogue.hpp"
#include "domain/entities/dining.hpp"
#include "domain/entities/documents.hpp"
#include "domain/entities/equipment.hpp"
#include "domain/entities/people.hpp"
#include "domain/entities/trade.hpp"

namespace till::app {

struct DemoUser {
  domain::User user;  // without pin_verifier: the caller makes it from the PIN
  std::string pin;
};

struct DemoPrinter {
  std::string name;     // "Receipt printer"
  std::string address;  // "file:///...", relative paths are inside the data folder: "file:printed/receipts/"
  std::string role;     // "receipt", "kitchen", "bar"
  int columns = 48;
};

struct DemoShop {
  std::vector<domain::Setting> settings;
  std::vector<domain::Tax> taxes;
  std::vector<domain::Category> categories;
  std::vector<domain::Product> products;
  std::vector<domain::StockMove> opening_stock;  // reason "opening"
  std::vector<DemoUser> users;
  std::vector<domain::Customer> customers;
  std::vector<domain::Supplier> suppliers;  // products name theirs
  std::vector<DemoPrinter> printers;        // the first is this terminal's receipt printer
  std::vector<domain::Printer> printer_rows;
  std::vector<domain::PrinterAssignment> printer_assignments;
  std::vector<domain::DiningTable> tables;
};

// `folder` is assets/demo.
Result<DemoShop> load_demo_shop(const std::string& folder);

}  // namespace till::app
