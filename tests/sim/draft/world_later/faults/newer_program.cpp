// A terminal of a newer program writes what this one does not know: records for newer readers, entities and fields
// without a name here. The first two wait; the fields are kept byte for byte.
#include "core/wire.hpp"
#include "domain/entities/catalogue.hpp"
#include "sim/faults/fault.hpp"
#include "sim/outsider.hpp"
#include "sim/world.hpp"

namespace till::sim {

using namespace till::sync;

namespace {

void write(World& world, Outsider& by) {
  Id row;
  row.bytes[0] = 0xaa;  // a product that the others edit, too
  row.bytes[15] = static_cast<std::uint8_t>(by.random().below(6));
  Record record =
      by.record(Lane::normal, {set_field(domain::Product::kEntity, row, 99, Bytes(1 + by.random().below(9), 7))});
  const std::uint64_t kind = by.random().below(3);
  if (kind == 0) record.min_reader = kSchema + 1;
  if (kind == 1) record.ops.front().entity = 999;
  if (kind == 2) {
    world.expectations.push_back(
        {by.tenant(), domain::Product::kEntity, row, 99, true, "a field of a newer program is gone"});
  } else {
    world.must_wait.emplace_back(record.feed, record.sequence);
  }
  by.send(Lane::normal, {record});
  by.send(Lane::critical, {by.good_sale()});
}

}  // namespace

const Fault kNewerProgram = {"newer_program", 5, kNothing, [](World& world) {
                               auto by = std::make_shared<Outsider>(world, world.tenants().front(), 3);
                               for (std::uint64_t n = world.random().below(6) + 2; n > 0; --n) {
                                 world.trouble_at(world.some_time_us(), [&world, by] {
                                   world.injected("records of a newer program");
                                   write(world, *by);
                                 });
                               }
                               world.when_healing([by] { by->send_again(); });
                             }};

}  // namespace till::sim
