// A hub that was broken into sends a terminal more than it can read, without being asked.
#include "core/wire.hpp"
#include "domain/entities/catalogue.hpp"
#include "sim/faults/fault.hpp"
#include "sim/hub_node.hpp"
#include "sim/outsider.hpp"
#include "sim/terminal.hpp"
#include "sim/world.hpp"

namespace till::sim {

using namespace till::sync;

namespace {

constexpr std::size_t kJunkBytes = 300'000;
constexpr std::size_t kJunkFrames = 20;

// First a good segment that takes a whole step to read, so that what follows has to wait.
std::vector<Bytes> flood_of(World& world, Outsider& by) {
  std::vector<Op> ops;
  for (std::size_t i = 0; i < kMaxOpsPerRecord; ++i) {
    Id row;
    by.random().fill(row.bytes);
    ops.push_back(set_field(domain::Product::kEntity, row, 2, encode(std::string("flood"))));
  }
  const Bytes segment = by.segment(Lane::normal, {*encode_body(by.record(Lane::normal, std::move(ops)))});
  by.send(segment);
  std::vector<Bytes> frames = {encode_message(SegmentMessage{0, 0, 0, segment})};
  const std::uint64_t epoch = world.hub().state(by.tenant()).epoch;
  for (std::size_t i = 0; i < kJunkFrames; ++i) {
    frames.push_back(encode_message(SegmentMessage{epoch, 1'000'000 + i, 0, Bytes(kJunkBytes, 0xee)}));
  }
  return frames;
}

}  // namespace

const Fault kFlood = {"flood", 10, kNothing, [](World& world) {
                        auto by = std::make_shared<Outsider>(world, world.tenants().front(), 8);
                        for (std::uint64_t n = world.random().below(2) + 1; n > 0; --n) {
                          const std::size_t number =
                              world.random().below(world.plan().terminals / world.tenants().size()) *
                              world.tenants().size();
                          world.trouble_at(world.some_time_us(), [&world, by, number] {
                            Terminal& victim = world.terminal(number);
                            if (!world.hub().is_up() || !victim.is_connected(kHubLink)) return;
                            world.injected("floods");
                            victim.flooded(kHubLink, flood_of(world, *by));
                          });
                        }
                        world.when_healing([by] { by->send_again(); });
                      }};

}  // namespace till::sim
