// A device of the shop has a clock that is an hour to a year ahead, and knows no better.
#include "core/wire.hpp"
#include "domain/entities/catalogue.hpp"
#include "sim/faults/fault.hpp"
#include "sim/outsider.hpp"
#include "sim/world.hpp"

namespace till::sim {

using namespace till::sync;

namespace {

void write_ahead(World& world, Outsider& by) {
  const std::int64_t ahead_us = 3'600'000'000 + static_cast<std::int64_t>(by.random().below(kYear_us));
  Id row;
  by.random().fill(row.bytes);
  Record record = by.record(Lane::normal, {set_field(domain::Product::kEntity, row, 2, encode(std::string("ahead")))});
  record.stamp = Stamp::of((world.true_time().us + ahead_us) / 1000, 0);
  world.not_before_us[row] = world.true_time().us + ahead_us - kFutureLimit_ms * 1000;
  world.expectations.push_back({by.tenant(), domain::Product::kEntity, row, 0, true, "a held change never came"});
  by.send(Lane::normal, {record});
}

}  // namespace

const Fault kFutureChange = {"future_change", 5, kNothing, [](World& world) {
                               auto by = std::make_shared<Outsider>(world, world.tenants().front(), 4);
                               for (std::uint64_t n = world.random().below(3) + 1; n > 0; --n) {
                                 world.trouble_at(world.some_time_us(), [&world, by] {
                                   world.injected("changes of a clock ahead");
                                   write_ahead(world, *by);
                                 });
                               }
                               world.when_healing([by] { by->send_again(); });
                             }};

}  // namespace till::sim
