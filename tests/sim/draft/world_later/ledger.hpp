// What was finished, outside the terminals: the truth that they are compared with.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/id.hpp"

namespace till::sim {

struct LedgerEntry {
  std::size_t terminal = 0;
  Id tenant;
  std::vector<Id> documents;                        // empty: rows only
  std::vector<std::pair<Id, std::int64_t>> deltas;  // product, milli
  std::string receipt;
};

}  // namespace till::sim
