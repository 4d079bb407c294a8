// A planted fault and the scenario that notices it. A scenario answers what it found wrong, empty when all is well; it
// must find nothing without the fault and something with it.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "backup/sabotage.hpp"

namespace till::backup {

class Planted {
 public:
  explicit Planted(Sabotage fault) { plant(fault); }
  ~Planted() { plant(Sabotage::none); }
  Planted(const Planted&) = delete;
  Planted& operator=(const Planted&) = delete;
};

// `scenario` begins anew each time it is called.
inline void expect_noticed(Sabotage fault, const std::function<std::string()>& scenario) {
  EXPECT_EQ(scenario(), "") << "without the fault";
  const Planted planted(fault);
  EXPECT_NE(scenario(), "") << "the fault went unnoticed";
}

}  // namespace till::backup
