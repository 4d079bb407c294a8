// The promises, as checks. Each broken one is reported to the world with a sentence.
#pragma once

namespace till::sim {

class Terminal;
class World;

// After every step of a terminal; cheap.
void check_terminal(World& world, Terminal& terminal);
// After every hundredth step of the world and at the end; thorough.
void check_terminal_fully(World& world, Terminal& terminal);
// Everything that was sold is everywhere, once; stock is the sum of it.
void check_sales_everywhere(World& world);
// All terminals hold the same rows, conflicts included, and hold nothing back.
void check_states_equal(World& world);
// After an older disk was put in: sales which had not reached the hub are lost with the disk, and rightly so.
void forgive_what_the_disk_took(World& world, Terminal& terminal);

// Nothing waits and everybody is at the end of the hub's sequence.
bool is_quiet(World& world);

}  // namespace till::sim
