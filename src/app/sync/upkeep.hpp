// What a terminal does now and then beside the exchange (sync/upkeep.hpp): its own clock, how far it has come, whether
// the others agree. Belongs to the sync thread.
#pragma once

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "app/shop_state.hpp"
#include "sync/engine.hpp"

namespace till::app {

class Upkeep {
 public:
  explicit Upkeep(ShopState& state) : state_(state) {}

  // When it is due, in a transaction of its own; after each step. What is to be told to people, a sentence each.
  std::vector<std::string> after_step(const sync::Engine& engine, sync::SegmentKeys& keys);

 private:
  ShopState& state_;
  std::chrono::microseconds due_at_{0};  // monotonic
  std::set<Id> diverging_;               // terminals of which it was told already
};

}  // namespace till::app
