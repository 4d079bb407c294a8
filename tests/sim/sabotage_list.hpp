// The planted faults with what it takes to notice each: within `seeds` seeds of worlds that have `with` (names; empty:
// any), a promise is broken. docs/SYNC.md tells which.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sync/sabotage.hpp"

namespace till::sim {

struct PlantedFault {
  sync::Sabotage sabotage;
  const char* name;
  const char* with;
  std::uint64_t seeds;
};
const std::vector<PlantedFault>& planted_faults();

struct Noticed {
  std::uint64_t seeds = 0;  // needed; 0: not noticed within the bound
  std::string as;
};
Noticed notice(const PlantedFault& fault, std::uint64_t most_seeds);

}  // namespace till::sim
