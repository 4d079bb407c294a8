// desktop, open: files of the desktop and the till.
#pragma once

#include "app/ctl/session.hpp"

namespace till::app {

void add_desktop_commands(CLI::App& app, CtlSession& session);

}  // namespace till::app
