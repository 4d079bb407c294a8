// The ends of all feeds that a hub holds, told to a terminal that is behind its floor: who holds all of them holds what
// the hub has dropped, whatever its cursor says, and needs no snapshot. Pure; any thread.
#pragma once

#include <vector>

#include "sync/messages.hpp"

namespace till::sync {

// Of more feeds than that a hub tells only the terminal's own.
constexpr std::size_t kMaxToldHeads = 16'384;

// SHA-256 over "till heads 1" and the heads in order, each once: tells a list that came whole from a part of one.
RecordHash digest_of(std::vector<FeedHead> heads);

// What a terminal says in HELLO that would be told all of them.
RecordHash asks_for_all_heads();

}  // namespace till::sync
