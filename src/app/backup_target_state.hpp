// How a place for backups is: each state has a sentence of what is the matter and one of what to do. They are fixed
// texts, so that the window can translate them; names and figures stand beside them. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/result.hpp"

namespace till::app {

enum class TargetState : std::uint8_t {
  ready,
  absent,        // the stick is not plugged in, the folder is not there
  wrong_stick,   // another marked stick is where it should be
  twins,         // two sticks carry the same mark
  own_volume,    // it is the volume that the till runs from
  read_only,     // write protected, or remounted so after an error
  full,          // the disk or the quota
  pulled_out,    // it went while it was written to
  bad_bytes,     // what was written reads back differently, or its marker is damaged
  failing,       // the disk reports errors
  unreachable,   // the hub does not answer
  refused,       // the hub or the system does not let this terminal in
  not_a_member,  // a hub target of a till that has left the hub
  failed,        // anything else; the last run's own sentence says what
  count
};

struct TargetSentence {
  std::string_view word;      // for a list: "full"
  std::string_view sentence;  // "There is no room left on it."
  std::string_view action;    // "Keep fewer backups, remove other files, or use a larger stick."
};
TargetSentence sentence_of(TargetState state);
// No repetition mends it: a person must do something first.
bool needs_person(TargetState state);
// What a failed run says of the place, when the place itself could be found.
TargetState state_after(const Error& error);

}  // namespace till::app
