#include "app/ctl/desktop_commands.hpp"

#include <filesystem>

#include <fmt/format.h>
#include <boost/json.hpp>

#include "app/desktop_entry.hpp"
#include "app/file_opening.hpp"
#include "app/open_till.hpp"
#include "storage/env.hpp"

namespace till::app {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

Result<CtlReply> install(CtlSession& session, bool yes) {
  std::error_code problem;
  const auto program = fs::read_symlink("/proc/self/exe", problem).parent_path() / "till";
  if (!fs::exists(program, problem)) return invalid("there is no till beside this program");
  if (is_on_a_stick(program.string()) && !yes)
    return invalid(
        "the program is on a stick and the entry would stay on this PC; if that is meant, repeat with --yes");
  DesktopEntry entry{program.string(), {}};
  if (session.request().folder != default_data_folder()) entry.data_folder = session.path(session.request().folder);
  const auto env = storage::make_real_env();
  const auto path = TRY(install_desktop_entry(*env, TRY(applications_folder()), entry));
  return CtlReply{
      json::object{{"installed", path}}, "CSV and JSON files can be opened with the till now: " + path + "\n", 0, {}};
}

Result<CtlReply> remove() {
  const auto env = storage::make_real_env();
  const bool was_there = TRY(remove_desktop_entry(*env, TRY(applications_folder())));
  return CtlReply{
      json::object{{"removed", was_there}}, was_there ? "the entry is taken away\n" : "there was no entry\n", 0, {}};
}

Result<CtlReply> open_file(CtlSession& session, const std::string& file) {
  const auto path = session.path(file);
  if (!TRY(show_in_running_till(session.path(session.request().folder), path)))
    return invalid("no till runs on this data folder; start it with the file: till " + file);
  return CtlReply{json::object{{"opened", path}}, "the till shows " + file + "\n", 0, {}};
}

}  // namespace

void add_desktop_commands(CLI::App& app, CtlSession& session) {
  auto* desktop = app.add_subcommand("desktop", "open CSV and JSON files with the till, for this user");
  desktop->require_subcommand(1);
  auto yes = std::make_shared<bool>(false);
  auto* install_command = desktop->add_subcommand("install", "writes an entry for the desktop's menu and files");
  install_command->add_flag("--yes", *yes, "also for a program on a stick");
  session.alone(install_command, [&session, yes] { return install(session, *yes); });
  session.alone(desktop->add_subcommand("remove", "takes the entry away"), [] { return remove(); });

  auto file = std::make_shared<std::string>();
  auto* open_command = app.add_subcommand("open", "show a CSV or JSON file in the running till, for import");
  open_command->add_option("FILE", *file)->required();
  session.alone(open_command, [&session, file] { return open_file(session, *file); });
}

}  // namespace till::app
