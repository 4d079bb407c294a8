// What a program that holds keys asks of the system, first thing in main.
#pragma once

namespace till {

// No core dumps and no reading of this process's memory by others of the same user: what is in memory must not end up
// in a file.
void keep_memory_private();

}  // namespace till
