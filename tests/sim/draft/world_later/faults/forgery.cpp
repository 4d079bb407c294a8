// The hub was broken into and serves segments that were forged: a signature that is wrong, records that are not the
// ones that were signed. Nothing of them may be believed, and what else it serves must arrive.
#include "domain/entities/documents.hpp"
#include "sim/faults/fault.hpp"
#include "sim/hub_node.hpp"
#include "sim/outsider.hpp"
#include "sim/world.hpp"

namespace till::sim {

using namespace till::sync;

namespace {

void forge(World& world, Outsider& by) {
  domain::StockMove move;
  by.random().fill(move.id.bytes);
  by.random().fill(move.product.bytes);
  move.delta_milli = -666;
  const Record record =
      by.record(Lane::critical, {{OpKind::add, domain::StockMove::kEntity, move.id, to_fields(move), {}}});
  Outsider::Warp warp;
  (by.random().below(2) == 0 ? warp.wrong_signature : warp.wrong_chain) = true;
  world.hub().smuggle(by.tenant(), by.segment(Lane::critical, {*encode_body(record)}, warp));
}

}  // namespace

const Fault kForgery = {"forgery", 6, kHistory, [](World& world) {
                          auto by = std::make_shared<Outsider>(world, world.tenants().front(), 2);
                          world.trouble_at(world.some_time_us(), [&world, by] {
                            world.injected("forgeries");
                            forge(world, *by);
                          });
                        }};

}  // namespace till::sim
