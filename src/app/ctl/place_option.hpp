// What the options that name a place or a folder for backups have in common.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace till::app {

// What a script's empty variable leaves would be the folder one stands in.
inline CLI::Validator not_empty() {
  return {
      [](const std::string& given) { return given.empty() ? "it is empty; name a place or a folder" : std::string(); },
      std::string(), "not empty"};
}

}  // namespace till::app
