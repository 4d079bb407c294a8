// A device's clock is some minutes ahead, too little to be held back: what the others change after it must still come
// after it.
#include "core/wire.hpp"
#include "domain/entities/catalogue.hpp"
#include "sim/faults/fault.hpp"
#include "sim/outsider.hpp"
#include "sim/world.hpp"

namespace till::sim {

using namespace till::sync;

namespace {

void write_ahead(World& world, Outsider& by) {
  Id row;
  row.bytes[0] = 0xaa;  // a product that the others edit, too
  row.bytes[15] = static_cast<std::uint8_t>(by.random().below(6));
  const std::string name = "ahead " + std::to_string(by.random().below(9));
  Record record = by.record(Lane::normal, {set_field(domain::Product::kEntity, row, 2, encode(name))});
  record.stamp = Stamp::of(world.true_time().us / 1000 + 240'000, 0);
  by.send(Lane::normal, {record});
}

}  // namespace

const Fault kSlightlyAhead = {"slightly_ahead", 5, kNothing, [](World& world) {
                                auto by = std::make_shared<Outsider>(world, world.tenants().front(), 6);
                                for (std::uint64_t n = world.random().below(8) + 4; n > 0; --n) {
                                  world.trouble_at(world.some_time_us(), [&world, by] {
                                    world.injected("changes of a clock slightly ahead");
                                    write_ahead(world, *by);
                                  });
                                }
                                world.when_healing([by] { by->send_again(); });
                              }};

}  // namespace till::sim
