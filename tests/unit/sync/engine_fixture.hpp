// A terminal for tests of the engine: real keys, a disk in memory, effects collected; the test plays the network.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/memory_store.hpp"
#include "sync/engine.hpp"
#include "sync/local_log.hpp"
#include "sync_fixture.hpp"

namespace till::sync {

using sim::kProduct;
using sim::kSale;

struct Till {
  Shop& shop;
  std::size_t number;
  SeededRandom random;
  sim::MemoryStore store;
  LocalLog log;
  EngineConfig config;
  std::unique_ptr<Engine> engine;
  std::vector<Effect> effects;
  std::int64_t mono_us = 1;

  Till(Shop& shop_in, std::size_t number_in)
      : shop(shop_in),
        number(number_in),
        random(number_in + 5),
        store(Shop::device(number_in), 11 + number_in),
        log(shop.clock, random) {
    config.tenant = shop.tenant;
    restart();
  }
  void restart() { engine = std::make_unique<Engine>(config, *shop.keys[number], random); }

  std::vector<Effect> step(const Event& event) {
    store.begin();
    effects = value_of(engine->step(store, event, {mono_us, shop.clock.now()}));
    store.commit();
    EXPECT_EQ(value_of(engine->stuck(store)), "");
    return effects;
  }
  void advance_ms(std::int64_t ms) {
    mono_us += ms * 1000;
    shop.clock.advance(std::chrono::milliseconds(ms));
  }
  template <class E>
  const E* find() const {
    for (const Effect& effect : effects) {
      if (const auto* found = std::get_if<E>(&effect)) return found;
    }
    return nullptr;
  }
  std::vector<Bytes> sent() const {
    std::vector<Bytes> frames;
    for (const Effect& effect : effects) {
      if (const auto* send = std::get_if<Send>(&effect)) frames.push_back(send->frame);
    }
    return frames;
  }
  SyncStatus status() { return value_of(engine->status(store)); }

  void set(const Id& row, const std::string& value, Lane lane = Lane::normal) {
    store.begin();
    value_of(log.set(store, lane, kProduct, row, {{1, to_bytes(value)}}));
    value_of(log.seal(store));
    store.commit();
  }
  void sell(std::uint8_t n) {
    store.begin();
    value_of(log.add(store, Lane::critical, kSale, id_of(0x5a, n), {{1, to_bytes("sale")}}));
    value_of(log.seal(store));
    store.commit();
  }
  std::string value(const Id& row) {
    const auto state = value_of(store.load_row(kProduct, row));
    return state.values.empty() ? "" : std::string(as_text(state.values.at(1)));
  }
};

}  // namespace till::sync
