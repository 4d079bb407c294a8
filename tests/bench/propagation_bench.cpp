// A price changed on one terminal until it is in the database of the others, through a real hub (TLS on loopback, a
// process of its own), each of them durable. Then what a change costs on the wire, alone and in a batch; then a backlog
// drained while the terminal goes on selling. `propagation_bench [terminals] [backlog]`: 2 terminals and 20 000 changes
// unless said.

// link: bench_support
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "app/catalogue.hpp"
#include "app/selling.hpp"
#include "app/shop_state.hpp"
#include "app/sync_service.hpp"
#include "bench_hub.hpp"
#include "bench_support.hpp"
#include "join_hub.hpp"
#include "domain/entities/catalogue.hpp"
#include "storage/sync_store.hpp"
#include "storage/tables.hpp"

namespace {

using namespace till;
using namespace till::bench;
using namespace std::chrono_literals;

constexpr int kChanges = 300, kBatch = 256;
constexpr auto kPatience = 120s;

// Rung by every terminal's sync service; whoever waits looks again.
struct Bell {
  std::mutex mutex;
  std::condition_variable rung;
  void ring() {
    { std::lock_guard lock(mutex); }
    rung.notify_all();
  }
  template <class Is>
  void wait(const char* what, const Is& is) {
    std::unique_lock lock(mutex);
    if (!rung.wait_for(lock, kPatience, is)) die({ErrorKind::retry, std::string("waited too long for ") + what, {}});
  }
};

struct Terminal {
  Terminal(const std::string& name, HubProcess& hub, Bell& bell, Id watched_product)
      : shop(open_shop(fresh_demo_shop(name))), watched(watched_product) {
    actor = owner_of(*shop);
    ensure_shift(*shop, actor);
    join_hub(*shop, actor, hub);
    sync = must(app::SyncService::start(*shop, [this, &bell](bool remote) {
      if (remote) look();
      bell.ring();
    }));
  }
  // What the window would read for its next picture.
  void look() {
    const auto product = must(shop->state().db->read(
        [&](storage::Connection& conn) { return storage::load<domain::Product>(conn, watched); }));
    if (!product || product->price.minor == price) return;
    seen_at = Steady::now();
    price = product->price.minor;
  }
  [[nodiscard]] bool is_quiet() const {
    const auto report = sync->report();
    return !report.keys_pending && report.status.caught_up && report.status.waiting_total() == 0 && all_acknowledged();
  }
  // From the log itself: the report may be a moment old.
  [[nodiscard]] bool all_acknowledged() const {
    return must(shop->state().db->write([](storage::Transaction& tx) -> Result<bool> {
      storage::SyncStore store(tx);
      const auto feeds = TRY(store.own_feeds());
      return std::all_of(feeds.begin(), feeds.end(), [](const auto& own) { return own.acked == own.head; });
    }));
  }
  std::unique_ptr<app::Shop> shop;
  app::Actor actor;
  Id watched;
  std::atomic<std::int64_t> price = 0;
  Steady::time_point seen_at;
  std::unique_ptr<app::SyncService> sync;
};

using Terminals = std::vector<std::unique_ptr<Terminal>>;

void wait_until_quiet(Terminals& terminals, Bell& bell) {
  for (auto& terminal : terminals) terminal->sync->sync_now();
  bell.wait("the terminals to be in step",
            [&] { return std::ranges::all_of(terminals, [](const auto& t) { return t->is_quiet(); }); });
}

void measure_propagation(Terminals& terminals, Bell& bell) {
  Figures here("price change committed on its own terminal"), there("to the database of another terminal"),
      last("to all the others");
  auto& first = *terminals.front();
  for (int i = 0; i < kChanges; ++i) {
    const std::int64_t price = 1'000 + i;
    const auto start = Steady::now();
    must(app::change_price(*first.shop, first.actor, first.watched, {price}));
    here.add(us_since(start));
    bell.wait("a change", [&] {
      return std::all_of(terminals.begin() + 1, terminals.end(), [&](const auto& t) { return t->price == price; });
    });
    double longest = 0;
    for (auto it = terminals.begin() + 1; it != terminals.end(); ++it) {
      const double us = std::chrono::duration<double, std::micro>((*it)->seen_at - start).count();
      there.add(us);
      longest = std::max(longest, us);
    }
    last.add(longest);
  }
  here.print();
  there.print();
  if (terminals.size() > 2) last.print();
}

// Bytes of the segments that carry this terminal's records of the normal lane from `from` on, and how many records.
std::pair<std::size_t, std::uint64_t> segments_from(Terminal& terminal, sync::Lane lane, std::uint64_t from) {
  return must(
      terminal.shop->state().db->write([&](storage::Transaction& tx) -> Result<std::pair<std::size_t, std::uint64_t>> {
        storage::SyncStore store(tx);
        std::size_t bytes = 0;
        std::uint64_t records = 0;
        for (const auto& own : TRY(store.own_feeds())) {
          if (own.feed.lane != lane) continue;
          for (auto sequence = from + 1; sequence <= own.cut;) {
            const auto segment = TRY(store.own_segment(own.feed, sequence));
            if (!segment) break;
            bytes += segment->bytes.size();
            records += segment->last - segment->first + 1;
            sequence = segment->last + 1;
          }
        }
        return std::pair(bytes, records);
      }));
}

std::uint64_t head_of(Terminal& terminal, sync::Lane lane) {
  return must(terminal.shop->state().db->write([&](storage::Transaction& tx) -> Result<std::uint64_t> {
    storage::SyncStore store(tx);
    std::uint64_t head = 0;
    for (const auto& own : TRY(store.own_feeds()))
      if (own.feed.lane == lane) head = std::max(head, own.head);
    return head;
  }));
}

// One replicated change and nothing else: no journal entry beside it.
void change_bare(Terminal& terminal, const domain::Product& product, std::int64_t price) {
  auto& state = terminal.shop->state();
  must(app::change(state, [&](storage::Transaction& tx) -> Status {
    auto changed = product;
    changed.price = {price};
    return state.replica->put(tx, changed);
  }));
}

std::vector<domain::Product> products_of(Terminal& terminal) {
  return must(terminal.shop->state().db->read([](storage::Connection& conn) -> Result<std::vector<domain::Product>> {
    std::vector<domain::Product> all;
    TRY(storage::for_each<domain::Product>(conn, [&](const domain::Product& p) -> Status {
      all.push_back(p);
      return {};
    }));
    return all;
  }));
}

sync::Lane lane_of_products(Terminal& terminal, const domain::Product& product) {
  std::array<std::uint64_t, sync::kLanes> before{};
  for (const auto lane : sync::kAllLanes) before[index(lane)] = head_of(terminal, lane);
  change_bare(terminal, product, 777);
  for (const auto lane : sync::kAllLanes)
    if (head_of(terminal, lane) != before[index(lane)]) return lane;
  return sync::Lane::normal;
}

void measure_wire(Terminals& terminals, Bell& bell) {
  auto& first = *terminals.front();
  const auto products = products_of(first);
  const auto lane = lane_of_products(first, products.front());
  // Every terminal made these rows itself: the first change of each settles that, and names them all.
  for (const auto& product : products) change_bare(first, product, 4'000);
  wait_until_quiet(terminals, bell);
  auto from = head_of(first, lane);
  change_bare(first, products[1], 4'321);
  wait_until_quiet(terminals, bell);
  const auto [alone, one] = segments_from(first, lane, from);
  fmt::print("one change alone: a segment of {} bytes, signed and sealed ({} record)\n", alone, one);

  from = head_of(first, lane);
  first.sync->pause(true);
  for (int i = 0; i < kBatch; ++i)
    change_bare(first, products[static_cast<std::size_t>(i) % products.size()], 5'000 + i);
  first.sync->pause(false);
  wait_until_quiet(terminals, bell);
  const auto [batch, records] = segments_from(first, lane, from);
  fmt::print("{} changes in a batch: {} bytes, {:.1f} bytes a change\n", records, batch,
             static_cast<double>(batch) / static_cast<double>(std::max<std::uint64_t>(records, 1)));
}

// The last terminal comes back after a pause in which the first made so many changes; it sells meanwhile.
void measure_backlog(Terminals& terminals, Bell& bell, std::uint64_t backlog) {
  auto &first = *terminals.front(), &late = *terminals.back();
  const auto products = products_of(first);
  late.sync->pause(true);
  bell.wait("the pause", [&] { return late.sync->report().status.link == sync::LinkState::paused; });
  const auto before = late.sync->report().status.applied_records;
  for (std::uint64_t i = 0; i < backlog; ++i)
    change_bare(first, products[i % products.size()], static_cast<std::int64_t>(10'000 + i));
  first.sync->sync_now();
  bell.wait("the hub to hold the backlog", [&] { return first.is_quiet(); });

  std::atomic<bool> drained = false;
  Figures sales("commit of a sale meanwhile");
  std::jthread seller([&] {
    const auto item = must(app::item_of_product(*late.shop, products[3].id));
    while (!drained) {
      domain::Basket basket(late.shop->state().settings()->rules);
      must(basket.add(item));
      const auto start = Steady::now();
      must(app::finalise(*late.shop, late.actor, basket, {{domain::TenderKind::cash, std::nullopt, {}, {}, {}}}));
      sales.add(us_since(start));
      std::this_thread::sleep_for(20ms);
    }
  });
  const double cpu = cpu_seconds();
  const auto start = Steady::now();
  late.sync->pause(false);
  bell.wait("the backlog", [&] { return late.sync->report().status.applied_records >= before + backlog; });
  const double seconds = us_since(start) / 1e6;
  drained = true;
  seller.join();
  fmt::print(
      "backlog of {} records drained durably in {:.2f} s: {:.0f} records a second ({:.2f} s of this process's "
      "processor time)\n",
      backlog, seconds, static_cast<double>(backlog) / seconds, cpu_seconds() - cpu);
  sales.print();
}

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 2;
  const auto backlog = static_cast<std::uint64_t>(argc > 2 ? std::atoll(argv[2]) : 20'000);
  print_surroundings();
  HubProcess hub("hub");
  Bell bell;
  Id watched;
  {
    const auto shop = open_shop(fresh_demo_shop("terminal-0"));
    watched = must(app::product_by_code(*shop, "CF-001")).id;
  }
  Terminals terminals;
  for (int i = 0; i < count; ++i)
    terminals.push_back(std::make_unique<Terminal>(fmt::format("terminal-{}", i), hub, bell, watched));
  wait_until_quiet(terminals, bell);
  fmt::print("{} terminals in step\n", count);
  measure_propagation(terminals, bell);
  measure_wire(terminals, bell);
  if (backlog > 0) measure_backlog(terminals, bell, backlog);
  return 0;
}
