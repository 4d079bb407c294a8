// Looking after an open shop: one examination that names everything that is not as it should be.
#pragma once

#include <string>
#include <vector>

#include "app/actor.hpp"

namespace till::app {

struct Finding {
  std::string what;  // "database", "receipt numbers", "stock", "journal", "keys", "disk", "sync", "tables", "backup"
  bool good = true;
  std::string sentence;
};

std::vector<Finding> examine(Shop& shop);

}  // namespace till::app
