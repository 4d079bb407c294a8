// What each generation of a device counts for. Restorable is one that proved itself, was not found damaged since, and
// continues one that is restorable, too: a damaged link spoils all that comes after it, whoever was looked at when the
// damage was found. What counts for retention, for the warning of old backups and for the next increment's parent.
#pragma once

#include "backup/list.hpp"
#include "backup/proofs.hpp"

namespace till::backup {

enum class Standing : std::uint8_t {
  restorable,
  unproved,  // it, or what it continues, never proved itself
  damaged,   // it was found bad, or continues one that was, or one that is not there or cannot be read
};

struct GenerationStanding {
  Standing standing = Standing::unproved;
  std::string problem;  // of a damaged one: the sentence
  std::string through;  // the generation that spoils it; its own name when it is bad itself; empty unless damaged
};
using Standings = std::map<std::string, GenerationStanding, std::less<>>;

// Of the generations of one device whose manifests can be read.
Standings judge(const std::vector<ListedGeneration>& generations, const Proofs& proofs);
bool is_restorable(const Standings& standings, std::string_view generation);

}  // namespace till::backup
