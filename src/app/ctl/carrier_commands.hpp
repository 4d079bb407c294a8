// sync carrier add, list, remove.
#pragma once

#include "app/ctl/session.hpp"

namespace till::app {

void add_carrier_commands(CLI::App& sync, CtlSession& session);

}  // namespace till::app
