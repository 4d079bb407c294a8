// A device of the shop writes nonsense, validly signed, with good sales in between: bodies that are no records, flawed
// ones, fields that do not decode, dependencies that never come, boxes that unpack to too much.
#include "core/wire.hpp"
#include "domain/entities/catalogue.hpp"
#include "sim/faults/fault.hpp"
#include "sim/outsider.hpp"
#include "sim/world.hpp"

namespace till::sim {

using namespace till::sync;

namespace {

constexpr EntityNumber kProduct = domain::Product::kEntity;

Id row_of(Random& random) {
  Id row;
  random.fill(row.bytes);
  return row;
}

Bytes undecodable(Outsider& by) {
  Bytes body =
      *encode_body(by.record(Lane::critical, {set_field(kProduct, row_of(by.random()), 2, encode(std::string("x")))}));
  body.resize(body.size() - 1 - by.random().below(body.size() / 2));
  return body;
}

Record flawed(Outsider& by) {
  const Op op = set_field(kProduct, row_of(by.random()), 2, encode(std::string("x")));
  return by.record(Lane::critical, {op, op});
}

Record not_a_price(Outsider& by) {
  return by.record(Lane::critical, {set_field(kProduct, row_of(by.random()), 4, Bytes(20, 0xff))});
}

// Applied whole or not at all: its first half must not stay.
Record half_good(World& world, Outsider& by) {
  const Id good = row_of(by.random());
  world.expectations.push_back({by.tenant(), kProduct, good, 0, false, "half of a record was applied"});
  return by.record(Lane::critical, {set_field(kProduct, good, 2, encode(std::string("x"))),
                                    set_field(kProduct, row_of(by.random()), 4, Bytes(20, 0xff))});
}

Record waits_for_ever(World& world, Outsider& by) {
  Record record = by.record(Lane::critical, {set_field(kProduct, row_of(by.random()), 2, encode(std::string("x")))});
  record.needs = {{{by.device(), 4711, Lane::low}, 9}};
  world.expectations.push_back(
      {by.tenant(), kProduct, record.ops.front().row, 0, false, "a record was applied before the one that it needs"});
  return record;
}

Record very_large(Outsider& by) {
  const std::string name(200'000, 'x');
  return by.record(Lane::critical, {set_field(999, row_of(by.random()), 2, encode(name))});
}

void poison(World& world, Outsider& by) {
  std::vector<Bytes> bodies;
  const std::uint64_t kind = by.random().below(6);
  if (kind == 0) bodies.push_back(undecodable(by));
  if (kind == 1) bodies.push_back(*encode_body(flawed(by)));
  if (kind == 2) bodies.push_back(*encode_body(not_a_price(by)));
  if (kind == 3) bodies.push_back(*encode_body(waits_for_ever(world, by)));
  if (kind == 4) bodies.push_back(*encode_body(very_large(by)));
  if (kind == 5) bodies.push_back(*encode_body(half_good(world, by)));
  bodies.push_back(*encode_body(by.good_sale()));
  by.send(by.segment(Lane::critical, bodies));
}

}  // namespace

const Fault kPoison = {"poison", 5, kNothing, [](World& world) {
                         auto by = std::make_shared<Outsider>(world, world.tenants().front(), 1);
                         for (std::uint64_t n = world.random().below(8) + 2; n > 0; --n) {
                           world.trouble_at(world.some_time_us(), [&world, by] {
                             world.injected("poison");
                             poison(world, *by);
                           });
                         }
                         world.when_healing([by] { by->send_again(); });
                       }};

}  // namespace till::sim
