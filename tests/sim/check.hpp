// The promises, as checks. Each broken one is reported to the world with a sentence. check.cpp: at every step;
// check_end.cpp: when all is healed.
#pragma once

#include <string>
#include <vector>

#include "sync/compaction.hpp"

namespace till::sim {

class Terminal;
class World;

// After every step of a terminal; cheap, and now and then thorough.
void check_terminal(World& world, Terminal& terminal);
void check_terminal_fully(World& world, Terminal& terminal);
// No receipt number twice.
void check_receipts(World& world);
// Everything that was sold is everywhere, once; stock is the sum of it; no receipt number twice.
void check_sales_everywhere(World& world);
// All terminals of a shop hold the same rows, conflicts included, and hold nothing back.
void check_states_equal(World& world);
// Terminals that lost their links at the same moment did not all come back at the same moment.
void check_pauses(World& world);
// What a terminal takes for the stable cut: everybody who is not away for long holds it.
void check_cut(World& world, Terminal& terminal, const std::vector<sync::DeviceStanding>& standings,
               const std::vector<sync::FeedPosition>& positions);
// After an older disk was put in: sales which had not reached anybody are lost with the disk, and rightly so.
void forgive_what_the_disk_took(World& world, Terminal& terminal);

// In what rows two terminals differ, for whoever replays.
std::string difference(Terminal& a, Terminal& b);

// Empty when nothing waits and everybody is at the end of each hub's sequence.
std::string what_is_unquiet(World& world);

}  // namespace till::sim
