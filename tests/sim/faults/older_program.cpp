// Some terminals have an older program: what asks for a newer reader they keep and send on, and cannot read. They are
// brought up to date during the run, or at its end, and must then have it all. What a device of their age writes they
// read meanwhile.
#include "core/wire.hpp"
#include "domain/entities/catalogue.hpp"
#include "sim/faults/fault.hpp"
#include "sim/outsider.hpp"
#include "sim/terminal.hpp"
#include "sim/world.hpp"

namespace till::sim {

using namespace till::sync;

namespace {

void write_for_older(World& world, Outsider& by) {
  Id row;
  row.bytes[0] = 0xaa;  // a product that the others edit, too
  row.bytes[15] = static_cast<std::uint8_t>(by.random().below(6));
  const std::string name = "older " + std::to_string(by.random().below(9));
  Record record = by.record(Lane::normal, {set_field(domain::Product::kEntity, row, 2, encode(name))});
  record.min_reader = kOlderSchema;
  world.expectations.push_back(
      {by.tenant(), domain::Product::kEntity, row, 2, true, "an older program's change is gone"});
  by.send(Lane::normal, {record});
  Record sale = by.good_sale();
  sale.min_reader = kOlderSchema;
  by.send(Lane::critical, {sale});
}

void bring_up_to_date(World& world, std::size_t number) {
  if (world.terminal(number).reader() == kSchema) return;
  world.injected("upgrades");
  world.terminal(number).upgrade(kSchema);
}

}  // namespace

const Fault kOlderProgram = {"older_program", 5, kNothing, [](World& world) {
                               world.injected("older programs");
                               auto by = std::make_shared<Outsider>(world, world.tenants().front(), 7);
                               world.snapshots_are_for_newer = world.random().below(2) == 0;
                               for (std::uint64_t n = world.random().below(2) + 1; n > 0; --n) {
                                 const std::size_t number = world.random().below(world.terminals().size());
                                 world.terminal(number).begin_with(kOlderSchema);
                                 const std::int64_t when_us = world.some_time_us();
                                 if (world.random().below(2) == 0) {
                                   world.trouble_at(when_us, [&world, number] { bring_up_to_date(world, number); });
                                 }
                                 world.when_healing([&world, number] { bring_up_to_date(world, number); });
                               }
                               for (std::uint64_t n = world.random().below(6) + 2; n > 0; --n) {
                                 world.trouble_at(world.some_time_us(), [&world, by] { write_for_older(world, *by); });
                               }
                               world.when_healing([by] { by->send_again(); });
                             }};

}  // namespace till::sim
