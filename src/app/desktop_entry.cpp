#include "app/desktop_entry.hpp"

#include <spawn.h>
#include <sys/wait.h>

#include <array>
#include <cstdlib>

#include "storage/env.hpp"

extern char** environ;

namespace till::app {
namespace {

constexpr const char* kFile = "tillstick.desktop";

// Of an argument of the Exec key: in quotes, with what a shell or the desktop would take for something else escaped.
std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '`' || c == '$' || c == '\\') out += "\\\\";
    out += c == '\\' ? "\\\\" : std::string(1, c);
    if (c == '%') out += '%';
  }
  return out + '"';
}

// Desktops read the entries themselves or a cache of them, which this program renews; many have none.
void renew_cache(const std::string& folder) {
  std::string program = "update-desktop-database", argument = folder;
  const std::array<char*, 3> arguments = {program.data(), argument.data(), nullptr};
  pid_t child = 0;
  if (::posix_spawnp(&child, program.c_str(), nullptr, nullptr, arguments.data(), environ) == 0)
    ::waitpid(child, nullptr, 0);
}

}  // namespace

std::string desktop_entry_text(const DesktopEntry& entry) {
  const auto data = entry.data_folder.empty() ? std::string() : " --data " + quoted(entry.data_folder);
  return "[Desktop Entry]\nType=Application\nVersion=1.5\nName=Tillstick\nGenericName=Point of sale\n"
         "GenericName[de]=Kasse\nExec=" +
         quoted(entry.program) + data + " %f\nTerminal=false\nCategories=Office;Finance;\n" +
         "MimeType=text/csv;application/json;\n";
}

Result<std::string> applications_folder() {
  if (const char* given = std::getenv("XDG_DATA_HOME"); given != nullptr && *given == '/')
    return storage::join_path(given, "applications");
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/')
    return storage::join_path(home, ".local/share/applications");
  return invalid("this user has no home folder for the entry; set HOME and try again");
}

bool is_on_a_stick(const std::string& path) {
  return path.starts_with("/media/") || path.starts_with("/run/media/") || path.starts_with("/mnt/");
}

Result<std::string> install_desktop_entry(storage::Env& env, const std::string& folder, const DesktopEntry& entry) {
  TRY(env.make_dirs(folder));
  auto path = storage::join_path(folder, kFile);
  TRY(env.write_atomic(path, view(desktop_entry_text(entry))));
  renew_cache(folder);
  return path;
}

Result<bool> remove_desktop_entry(storage::Env& env, const std::string& folder) {
  const auto path = storage::join_path(folder, kFile);
  if (!env.exists(path)) return false;
  TRY(env.remove(path));
  renew_cache(folder);
  return true;
}

}  // namespace till::app
