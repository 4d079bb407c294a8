// The thread that looks after the tables (app/healing.hpp): when other terminals show that they differ, and one table
// an hour by itself; after an unclean end all of them, once. Selling never waits for it, and what it finds is in the
// journal.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/shop_state.hpp"
#include "sync/divergence.hpp"

namespace till::app {

class Healer {
 public:
  // `healed` is called on the healer's thread when tables are others now.
  Healer(ShopState& state, std::string program, std::function<void()> healed);
  ~Healer();  // gives up what is under way; it is taken up again at the next start
  Healer(const Healer&) = delete;
  Healer& operator=(const Healer&) = delete;

  // Any thread, as often as it is seen.
  void diverging(std::vector<sync::Divergence> divergences);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace till::app
