// What a terminal does now and then beside the exchange (sync/upkeep.hpp): its own clock, how far it has come, whether
// the others agree. Belongs to the sync thread.
#pragma once

#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "app/shop_state.hpp"
#include "sync/divergence.hpp"
#include "sync/engine.hpp"

namespace till::app {

class Upkeep {
 public:
  // `diverging` is told of terminals that differ, each time they are seen.
  using Diverging = std::function<void(const std::vector<sync::Divergence>&)>;
  Upkeep(ShopState& state, Diverging diverging) : state_(state), tell_diverging_(std::move(diverging)) {}

  // When it is due, in a transaction of its own; after each step. What is to be told to people, a sentence each.
  std::vector<std::string> after_step(const sync::Engine& engine, sync::SegmentKeys& keys);

 private:
  ShopState& state_;
  const Diverging tell_diverging_;
  std::chrono::microseconds due_at_{0};  // monotonic
  std::set<Id> diverging_;               // terminals of which it was told already
};

}  // namespace till::app
