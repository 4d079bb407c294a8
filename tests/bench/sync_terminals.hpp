// Terminals of one tenant for the benchmarks of sync: real shops, each with its sync service, in this process, and the
// hub beside it (bench_hub.hpp).
#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/actor.hpp"
#include "app/shop.hpp"
#include "app/sync_service.hpp"
#include "bench_hub.hpp"
#include "bench_support.hpp"
#include "domain/entities/catalogue.hpp"

namespace till::bench {

struct Terminal {
  // The shop of that folder, joined to the tenant; `watched` is the product whose price it looks at whenever something
  // came.
  Terminal(const std::string& folder, HubProcess& hub, Id watched = {});

  // As the sync service last said; then, to be sure, from the log itself.
  [[nodiscard]] bool is_quiet() const;
  void pause(bool on);  // returns once it is so

  std::unique_ptr<app::Shop> shop;
  app::Actor actor;
  Id watched;
  std::atomic<std::int64_t> price = 0;
  std::atomic<Steady::time_point> seen_at{};
  std::unique_ptr<app::SyncService> sync;
};

using Terminals = std::vector<std::unique_ptr<Terminal>>;

// Looks every so often; ends the program when it takes longer than `patience`.
void wait_for(const char* what, const std::function<bool()>& is,
              std::chrono::microseconds step = std::chrono::milliseconds(5),
              std::chrono::seconds patience = std::chrono::seconds(1800));
void wait_until_quiet(Terminals& terminals);

// So many replicated changes of one price each, a record each, many to a transaction: what another terminal did while
// this one was away.
void make_backlog(Terminal& terminal, const std::vector<domain::Product>& products, std::uint64_t records);
std::vector<domain::Product> products_of(app::Shop& shop, std::size_t at_most);
std::int64_t count(app::Shop& shop, const std::string& sql);

}  // namespace till::bench
