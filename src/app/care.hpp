// Looking after an open shop: one examination that names everything that is not as it should be, and the rotation of
// keys.
#pragma once

#include <cstdint>
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
// A new epoch; returns its number. Refused (invalid) for a member of a tenant: the others could not read what it seals.
Result<std::uint32_t> rotate_keys(Shop& shop, const Actor& actor);

}  // namespace till::app
