// A file that somebody opens with the till while it runs: the second start hands its path to the first one over the
// control socket of the data folder, {"open_file": PATH}, and is told {"problem": SENTENCE}, empty when it is shown.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace till::app {

// True when the till that runs on this folder shows the file for import, false when none answers there. An error is
// that till's answer.
Result<bool> show_in_running_till(const std::string& folder, const std::string& file);

// For the till that is asked: the file's path, empty when the request is another one.
std::optional<std::string> file_to_open(std::string_view request);
std::string answer_to_open(const Status& shown);

}  // namespace till::app
