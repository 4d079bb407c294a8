// Making a new shop in an empty folder. Refused where there is a shop already; a failure half-way leaves no shop
// behind.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/result.hpp"

namespace till::app {

struct NewShop {
  std::string folder;
  std::string name;  // of a real shop; empty: the demo shop
  std::string currency = "EUR";
  std::string passphrase;     // the recovery passphrase; empty: none yet
  std::string assets_folder;  // empty: beside the program
  std::string terminal_name;  // empty: "Till"
};

struct InitReport {
  std::string shop_name, terminal_code;
  std::size_t products = 0, categories = 0, customers = 0, tables = 0, printers = 0;
  // Name, role, PIN: shown once. The demo's are known to everybody.
  struct Login {
    std::string name, role, pin;
  };
  std::vector<Login> logins;
};

Result<InitReport> init_shop(const NewShop& wanted);

}  // namespace till::app
