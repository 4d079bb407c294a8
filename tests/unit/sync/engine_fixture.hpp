// A terminal for tests of the engine: real keys, the real store on a disk in memory, effects collected; the test plays
// the network.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "domain/entities/catalogue.hpp"
#include "domain/entities/documents.hpp"
#include "sim/till_disk.hpp"
#include "sim/view.hpp"
#include "sync/engine.hpp"
#include "sync/local_log.hpp"
#include "sync_fixture.hpp"

namespace till::sync {

constexpr EntityNumber kProduct = domain::Product::kEntity, kSale = domain::Sale::kEntity;
constexpr FieldNumber kSku = 1;

inline Op set_sku(const Id& row, const std::string& sku) {
  Op op = set_op(row, kSku, {});
  op.fields[kSku] = encode(sku);
  return op;
}

struct Till {
  Shop& shop;
  std::size_t number;
  SeededRandom random;
  sim::TillDisk disk;
  LocalLog log;
  EngineConfig config;
  std::unique_ptr<Engine> engine;
  std::vector<Effect> effects;
  std::int64_t mono_us = 1;

  Till(Shop& shop_in, std::size_t number_in)
      : shop(shop_in),
        number(number_in),
        random(number_in + 5),
        disk(Shop::device(number_in), 11 + number_in),
        log(shop.clock, random) {
    config.tenant = shop.tenant;
    value_of(disk.open());
    restart();
  }
  Store& store() { return disk.store(); }
  void restart() { engine = std::make_unique<Engine>(config, *shop.keys[number], random); }

  std::vector<Effect> step(const Event& event) {
    value_of(disk.begin());
    effects = value_of(engine->step(store(), event, {mono_us, shop.clock.now()}));
    value_of(disk.commit());
    EXPECT_EQ(value_of(engine->stuck(store())), "");
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
  SyncStatus status() { return value_of(engine->status(store())); }

  void set(const Id& row, const std::string& sku, Lane lane = Lane::normal) {
    value_of(disk.begin());
    value_of(log.set(store(), lane, kProduct, row, {{kSku, encode(sku)}}));
    value_of(log.seal(store()));
    value_of(disk.commit());
  }
  void sell(std::uint8_t n) {
    value_of(disk.begin());
    value_of(log.add(store(), Lane::critical, kSale, id_of(0x5a, n), to_fields(domain::Sale{})));
    value_of(log.seal(store()));
    value_of(disk.commit());
  }
  std::string value(const Id& row) {
    const auto state = value_of(store().load_row(kProduct, row));
    return state.values.empty() ? "" : value_of(decode<std::string>(state.values.at(kSku)));
  }
  std::set<Id> documents() { return sim::documents_in(disk.tx()); }
  std::size_t rows() { return sim::rows_in(disk).size(); }
  SelfState self() { return value_of(store().self()); }
  // By an image of another time; nobody notices.
  void put_in_disk(const crash::Image& image) {
    disk.replace(image);
    value_of(disk.open());
    restart();
  }
};

}  // namespace till::sync
