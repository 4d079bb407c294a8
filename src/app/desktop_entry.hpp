// The till among the desktop's programs, for one user: an entry that opens CSV and JSON files with it (freedesktop.org
// Desktop Entry Specification 1.5). Written only when a person asks for it.
#pragma once

#include <string>

#include "core/result.hpp"

namespace till::storage {
class Env;
}

namespace till::app {

struct DesktopEntry {
  std::string program;      // absolute path of till
  std::string data_folder;  // empty: the program's own
};

std::string desktop_entry_text(const DesktopEntry& entry);
// $XDG_DATA_HOME/applications, or ~/.local/share/applications; invalid when neither is known.
Result<std::string> applications_folder();
// On something that is carried away: an entry would stay behind on this PC.
bool is_on_a_stick(const std::string& path);

// Answers the file that was written.
Result<std::string> install_desktop_entry(storage::Env& env, const std::string& folder, const DesktopEntry& entry);
// False when there was none.
Result<bool> remove_desktop_entry(storage::Env& env, const std::string& folder);

}  // namespace till::app
