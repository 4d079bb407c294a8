// Somebody, or a failing stick, alters a terminal's tables behind the product's back: a value, the stamps of a row, a
// document. Now and then the kept digests agree with the damage, so that only the others can tell.
#include <string_view>

#include "sim/faults/fault.hpp"
#include "sim/terminal.hpp"
#include "sim/world.hpp"

namespace till::sim {

namespace {

constexpr std::int64_t kBetweenLooks_us = 330'000'000;  // a little more than what lies between two words about progress

// The other terminals must be able to tell, and their clocks be right.
bool may_fool_itself(World& world) {
  if (world.tenants().size() > 1) return false;
  for (const Fault* fault : world.plan().faults) {
    const std::string_view name = fault->name;
    if (name.starts_with("clock_") || name == "revoked_device") return false;
  }
  return true;
}

void look_around(World& world, std::int64_t from_us) {
  world.at(from_us, [&world, from_us] {
    bool is_damaged = false;
    for (auto& terminal : world.terminals()) {
      terminal->look_after_tables();
      for (auto& other : world.terminals()) {
        if (terminal->is_damaged()) terminal->is_well_if_it_agrees_with(*other);
      }
      is_damaged |= terminal->is_damaged() && !terminal->is_revoked;
    }
    if (!world.is_faulty() && !is_damaged) return;
    look_around(world, from_us + kBetweenLooks_us);
  });
}

}  // namespace

const Fault kFlippedRow = {"flipped_row", 12, kHistoryAndLog, [](World& world) {
                             for (std::uint64_t n = world.random().below(3) + 1; n > 0; --n) {
                               // Once: a table is folded for another's sake once a day only.
                               const bool digests_too = n == 1 && may_fool_itself(world);
                               world.trouble_at(world.some_time_us(), [&world, digests_too] {
                                 world.some_terminal().damage_tables(digests_too);
                               });
                             }
                             look_around(world, kBetweenLooks_us);
                           }};

}  // namespace till::sim
