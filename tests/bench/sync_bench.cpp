// What sync costs at its limits, through a real hub (TLS on loopback, a process of its own); every write durable.
//
//   sync_bench backlog [RECORDS]       a terminal comes back to so many changes (200 000) and sells meanwhile
//   sync_bench bootstrap [PRODUCTS]    a new terminal joins a shop of so many products (100 000); what the stamps weigh
//   sync_bench terminals [NUMBER]      a change on one terminal until all the others (49) have it
//   sync_bench day [NUMBER [SALES]]    so many terminals (100), each with so many sales (300) of a day offline, come
//   back
//
// All terminals run in this process, on the same processors as the hub: with many of them that is the limit.

// link: bench_support
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "app/catalogue.hpp"
#include "app/demo_generator.hpp"
#include "app/selling.hpp"
#include "app/shop_state.hpp"
#include "storage/tables.hpp"
#include "sync_terminals.hpp"

namespace {

using namespace till;
using namespace till::bench;
using namespace std::chrono_literals;

double seconds_since(Steady::time_point start) {
  return us_since(start) / 1e6;
}

void sell_one(Terminal& terminal, const domain::CatalogueItem& item) {
  domain::Basket basket(terminal.shop->state().settings()->rules);
  must(basket.add(item));
  must(app::finalise(*terminal.shop, terminal.actor, basket, {{domain::TenderKind::cash, std::nullopt, {}, {}, {}}}));
}

// Sells until it is told to end: a sale, a fiftieth of a second, a sale.
class Seller {
 public:
  explicit Seller(Terminal& terminal)
      : thread_([this, &terminal](const std::stop_token& stop) {
          const auto item = must(app::item_of_product(*terminal.shop, products_of(*terminal.shop, 4).back().id));
          while (!stop.stop_requested()) {
            const auto start = Steady::now();
            sell_one(terminal, item);
            commits_.add(us_since(start));
            std::this_thread::sleep_for(20ms);
          }
        }) {}
  void end_and_print() {
    thread_.request_stop();
    thread_.join();
    commits_.print();
  }

 private:
  Figures commits_{"commit of a sale meanwhile"};
  std::jthread thread_;
};

void backlog(std::uint64_t records) {
  HubProcess hub("sync-hub");
  Terminals terminals;
  for (const auto* name : {"sync-first", "sync-late"})
    terminals.push_back(std::make_unique<Terminal>(fresh_demo_shop(name), hub));
  auto &first = *terminals.front(), &late = *terminals.back();
  wait_until_quiet(terminals);
  late.pause(true);
  const auto made = Steady::now();
  make_backlog(first, products_of(*first.shop, 5'000), records);
  const double making = seconds_since(made);
  wait_for("the hub to hold the backlog", [&] { return first.is_quiet(); });
  fmt::print("{} records made in {:.1f} s, and at the hub {:.1f} s later\n", records, making,
             seconds_since(made) - making);

  const auto before = late.sync->report().status.applied_records;
  Seller seller(late);
  const double cpu = cpu_seconds();
  const auto start = Steady::now();
  late.sync->pause(false);
  wait_for("the backlog", [&] { return late.sync->report().status.applied_records >= before + records; });
  const double took = seconds_since(start);
  fmt::print("merged durably in {:.2f} s: {:.0f} records a second ({:.2f} s of this process's processor time)\n", took,
             static_cast<double>(records) / took, cpu_seconds() - cpu);
  seller.end_and_print();
}

void add_replicated_products(Terminal& terminal, std::size_t wanted_products) {
  auto& state = terminal.shop->state();
  app::GeneratedCatalogue wanted;
  wanted.products = wanted_products;
  for (const auto& category :
       must(state.db->read([](storage::Connection& c) { return storage::load_all<domain::Category>(c); })))
    wanted.categories.push_back(category.id);
  for (const auto& tax : must(state.db->read([](storage::Connection& c) { return storage::load_all<domain::Tax>(c); })))
    wanted.taxes.push_back(tax.id);
  must(app::generate_products(wanted, [&](std::span<const domain::Product> batch) -> Status {
    return app::change(state, [&](storage::Transaction& tx) -> Status {
      for (const auto& product : batch) TRY(state.replica->put(tx, product));
      return {};
    });
  }));
}

// What the stamps of the rows weigh against the rows themselves, indices included, the word index of the search not.
void print_metadata_factor(app::Shop& shop) {
  const auto bytes = [&](const std::string& names) {
    return static_cast<double>(count(shop,
                                     "SELECT sum(pgsize - unused) FROM dbstat WHERE name IN (SELECT name FROM "
                                     "sqlite_schema WHERE tbl_name IN (" +
                                         names + "))"));
  };
  const auto rows = static_cast<double>(count(shop, "SELECT count(*) FROM product"));
  const double plain = bytes("'product', 'product_barcode'"), stamps = bytes("'sync_row'"),
               log = bytes("'sync_segment'");
  fmt::print("of {} products: rows {:.0f} bytes each, stamps {:.0f}, that is {:.2f} times the row; the log {:.0f}\n",
             rows, plain / rows, stamps / rows, stamps / plain, log / rows);
}

void bootstrap(std::size_t products) {
  HubProcess hub("sync-hub");
  Terminals terminals;
  terminals.push_back(std::make_unique<Terminal>(fresh_demo_shop("sync-first"), hub));
  auto& first = *terminals.front();
  wait_until_quiet(terminals);
  auto start = Steady::now();
  add_replicated_products(first, products);
  fmt::print("{} products made in {:.1f} s", products, seconds_since(start));
  start = Steady::now();
  wait_until_quiet(terminals);
  fmt::print(", and at the hub {:.1f} s later\n", seconds_since(start));

  const auto wanted = count(*first.shop, "SELECT count(*) FROM product");
  terminals.push_back(std::make_unique<Terminal>(fresh_empty_shop("sync-new"), hub));
  auto& fresh = *terminals.back();
  const double cpu = cpu_seconds();
  start = Steady::now();
  wait_for("the keys", [&] { return fresh.sync->report().status.link == sync::LinkState::connected; });
  const double keys = seconds_since(start);
  wait_for(
      "the products", [&] { return count(*fresh.shop, "SELECT count(*) FROM product") == wanted; }, 20ms);
  const double here = seconds_since(start);
  wait_until_quiet(terminals);
  fmt::print("a new terminal has all {} after {:.1f} s ({:.1f} s of them for its keys), {:.1f} s of processor time\n",
             wanted, here, keys, cpu_seconds() - cpu);
  print_metadata_factor(*first.shop);
  print_metadata_factor(*fresh.shop);
}

// The first brings the products, the others come empty: with rows of their own each would make all the others take
// them in, and joining would cost the square of their number.
Terminals join_many(int number, HubProcess& hub, Id watched) {
  const auto start = Steady::now();
  Terminals terminals;
  for (int i = 0; i < number; ++i) {
    const auto name = fmt::format("sync-terminal-{}", i);
    terminals.push_back(
        std::make_unique<Terminal>(i == 0 ? fresh_demo_shop(name) : fresh_empty_shop(name), hub, watched));
  }
  wait_until_quiet(terminals);
  fmt::print("{} terminals in step after {:.0f} s\n", number, seconds_since(start));
  return terminals;
}

void propagate(int number) {
  constexpr int kChanges = 100;
  Id watched;
  {
    const auto shop = open_shop(fresh_demo_shop("sync-terminal-0"));
    watched = must(app::product_by_code(*shop, "CF-001")).id;
  }
  HubProcess hub("sync-hub");
  auto terminals = join_many(number, hub, watched);
  Figures there("price change to the database of another terminal"), last("to all the others");
  auto& first = *terminals.front();
  for (int i = 0; i < kChanges; ++i) {
    const std::int64_t price = 1'000 + i;
    const auto start = Steady::now();
    must(app::change_price(*first.shop, first.actor, watched, {price}));
    double longest = 0;
    for (auto it = terminals.begin() + 1; it != terminals.end(); ++it) {
      wait_for(
          "a change", [&] { return (*it)->price == price; }, 200us);
      const double us = std::chrono::duration<double, std::micro>((*it)->seen_at.load() - start).count();
      there.add(us);
      longest = std::max(longest, us);
    }
    last.add(longest);
    wait_for("the others' acknowledgements", [&] { return first.is_quiet(); });
  }
  there.print();
  last.print();
}

void day(int number, int sales) {
  HubProcess hub("sync-hub");
  auto terminals = join_many(number, hub, {});
  for (auto& terminal : terminals) terminal->pause(true);
  auto start = Steady::now();
  for (auto& terminal : terminals) {
    const auto item = must(app::item_of_product(*terminal->shop, products_of(*terminal->shop, 4).back().id));
    for (int i = 0; i < sales; ++i) sell_one(*terminal, item);
  }
  fmt::print("{} sales made offline in {:.0f} s\n", number * sales, seconds_since(start));
  const double cpu = cpu_seconds();
  start = Steady::now();
  for (auto& terminal : terminals) terminal->sync->pause(false);
  for (auto& terminal : terminals)
    wait_for("the hub to hold all", [&] { return terminal->sync->report().status.waiting_total() == 0; });
  const double at_hub = seconds_since(start);
  const std::int64_t all = static_cast<std::int64_t>(number) * sales;
  for (auto& terminal : terminals)
    wait_for(
        "every sale everywhere", [&] { return count(*terminal->shop, "SELECT count(*) FROM sale") >= all; }, 50ms);
  fmt::print(
      "all of them at the hub after {:.1f} s, and in all {} databases after {:.1f} s ({:.0f} s of processor time)\n",
      at_hub, number, seconds_since(start), cpu_seconds() - cpu);
}

int number_or(int argc, char** argv, int at, int otherwise) {
  return argc > at ? std::atoi(argv[at]) : otherwise;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 1 ? argv[1] : "";
  print_surroundings();
  if (what == "backlog")
    backlog(static_cast<std::uint64_t>(number_or(argc, argv, 2, 200'000)));
  else if (what == "bootstrap")
    bootstrap(static_cast<std::size_t>(number_or(argc, argv, 2, 100'000)));
  else if (what == "terminals")
    propagate(number_or(argc, argv, 2, 50));
  else if (what == "day")
    day(number_or(argc, argv, 2, 100), number_or(argc, argv, 3, 300));
  else {
    fmt::print(stderr, "usage: sync_bench backlog|bootstrap|terminals|day [NUMBERS]\n");
    return 2;
  }
  return 0;
}
