// sync snapshot.
#pragma once

#include "app/ctl/session.hpp"

namespace till::app {

void add_snapshot_command(CLI::App& sync, CtlSession& session);

}  // namespace till::app
