// Reading again what lies in a place for long: each turn opens the next seventh of all pieces of all backups that this
// terminal keeps there, so that within seven of them everything was read. The turn belongs to what lies there (a
// stick's marker, the hub) and is kept (place_records.hpp). A place of the list has a turn with every run that a person
// asks for, and one a day by itself, whatever its schedule. Nothing here has a thread.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "app/actor.hpp"
#include "app/backup_targets.hpp"

namespace till::app {

constexpr std::uint32_t kPartsOfAProof = 7;

struct PlaceLook {
  std::uint32_t part = 0;    // from 0, of kPartsOfAProof
  std::uint64_t pieces = 0;  // that were opened
  std::string problem;       // what is damaged, a sentence; empty: nothing
  bool newest_is_damaged = false;
};
// Damage is noted with the backups that need it, with the place, and in the journal. The error is of a look that could
// not be taken; what cannot be read for another reason than damage still ends its turn.
Result<PlaceLook> take_turn(Shop& shop, const Actor& by, const std::string& name, Task& task);

// No turn was taken since the local day began, of what lies there now.
bool turn_is_due(Shop& shop, const Id& store);

// When the daily turns come; remembers tries between looks; one thread.
class TurnClock {
 public:
  // So long after the till began, so that nothing is read while the shop opens, and between tries.
  static constexpr std::chrono::minutes kPause{10};
  // A place of the list that is there, holds backups, and had no turn today.
  std::optional<std::string> next(Shop& shop);

 private:
  std::map<std::string, std::chrono::microseconds> tried_;
};

}  // namespace till::app
