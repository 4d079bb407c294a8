#include "sync_terminals.hpp"

#include <algorithm>
#include <thread>

#include "app/shop_state.hpp"
#include "join_hub.hpp"
#include "storage/sync_store.hpp"
#include "storage/tables.hpp"

namespace till::bench {

namespace {

constexpr std::uint64_t kRecordsPerTransaction = 256;

bool all_acknowledged(app::Shop& shop) {
  return must(shop.state().db->write(
      [](storage::Transaction& tx) -> Result<bool> {
        storage::SyncStore store(tx);
        const auto feeds = TRY(store.own_feeds());
        return std::ranges::all_of(feeds, [](const auto& own) { return own.acked == own.head; });
      },
      storage::Priority::background));
}

}  // namespace

Terminal::Terminal(const std::string& folder, HubProcess& hub, Id watched_product)
    : shop(open_shop(folder)), watched(watched_product) {
  actor = owner_of(*shop);
  ensure_shift(*shop, actor);
  join_hub(*shop, actor, hub);
  sync = must(app::SyncService::start(*shop, [this](bool remote) {
    if (!remote || watched.is_nil()) return;
    const auto product = must(shop->state().db->read(
        [&](storage::Connection& conn) { return storage::load<domain::Product>(conn, watched); }));
    if (!product || product->price.minor == price) return;
    seen_at = Steady::now();
    price = product->price.minor;
  }));
}

bool Terminal::is_quiet() const {
  const auto report = sync->report();
  return !report.keys_pending && report.status.caught_up && report.status.waiting_total() == 0 &&
         all_acknowledged(*shop);
}

void Terminal::pause(bool on) {
  sync->pause(on);
  if (on) wait_for("the pause", [&] { return sync->report().status.link == sync::LinkState::paused; });
}

void wait_for(const char* what, const std::function<bool()>& is, std::chrono::microseconds step,
              std::chrono::seconds patience) {
  for (const auto start = Steady::now(); !is();) {
    if (Steady::now() - start > patience) die({ErrorKind::retry, std::string("waited too long for ") + what, {}});
    std::this_thread::sleep_for(step);
  }
}

void wait_until_quiet(Terminals& terminals) {
  for (auto& terminal : terminals) terminal->sync->sync_now();
  for (auto& terminal : terminals) wait_for("the terminals to be in step", [&] { return terminal->is_quiet(); });
}

void make_backlog(Terminal& terminal, const std::vector<domain::Product>& products, std::uint64_t records) {
  auto& state = terminal.shop->state();
  for (std::uint64_t done = 0; done < records;) {
    const auto upto = std::min(records, done + kRecordsPerTransaction);
    must(state.db->write([&](storage::Transaction& tx) -> Status {
      for (auto i = done; i < upto; ++i) {
        auto changed = products[i % products.size()];
        changed.price = {static_cast<std::int64_t>(10'000 + i)};
        TRY(state.replica->put(tx, changed));
        TRY(state.replica->seal_group(tx));
      }
      return {};
    }));
    done = upto;
  }
  state.tell_local_change();
}

std::vector<domain::Product> products_of(app::Shop& shop, std::size_t at_most) {
  return must(shop.state().db->read([&](storage::Connection& conn) -> Result<std::vector<domain::Product>> {
    std::vector<domain::Product> some;
    TRY(storage::for_each<domain::Product>(conn, [&](const domain::Product& product) -> Status {
      if (some.size() < at_most) some.push_back(product);
      return {};
    }));
    return some;
  }));
}

std::int64_t count(app::Shop& shop, const std::string& sql) {
  return must(shop.state().db->read([&](storage::Connection& conn) { return conn.integer(sql); })).value_or(0);
}

}  // namespace till::bench
