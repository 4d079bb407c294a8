// tillctl: everything the panels can do, for scripts and support. The same code runs in two places: in the tillctl
// program on a closed folder, and inside a running till for a request that came over its control socket.
//
// Answers: `json` for --json, `text` for people. Errors become one line on standard error and exit code 1, wrong
// usage 2.
#pragma once

#include <boost/json/value.hpp>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/result.hpp"

namespace till::app {

class Shop;

struct CtlRequest {
  std::vector<std::string> words;  // without the program's name
  std::string folder;              // the default data folder
  std::string working_folder;      // relative file names are meant from here
  std::string passphrase;          // from $TILLSTICK_PASSPHRASE; --passphrase-file overrides it
};

struct CtlOutput {
  int exit_code = 0;
  std::string out, err;
};

// `running` is the till's own shop inside a running till, null in the tillctl program.
CtlOutput run_ctl(const CtlRequest& request, Shop* running);

// Every command there is, "stock count"; for completeness of what goes over all of them.
std::vector<std::string> ctl_commands();

// For the control socket.
std::string to_wire(const CtlRequest& request);
std::string answer_wire_request(std::string_view wire, Shop& shop);
Result<CtlOutput> output_from_wire(std::string_view wire);

}  // namespace till::app
