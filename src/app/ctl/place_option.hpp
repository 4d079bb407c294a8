// What the options that name a place or a folder for backups have in common.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "core/result.hpp"

namespace till::app {

class CtlSession;

// What a script's empty variable leaves would be the folder one stands in.
inline CLI::Validator not_empty() {
  return {
      [](const std::string& given) { return given.empty() ? "it is empty; name a place or a folder" : std::string(); },
      std::string(), "not empty"};
}

// A place of the list by its name, "stick:", or a folder from where the person stands. A bare word that is neither a
// place nor a folder that is there is refused: a slip of the pen would be a new folder on the till's own disk.
Result<std::string> place_given(CtlSession& session, const std::string& given);

}  // namespace till::app
