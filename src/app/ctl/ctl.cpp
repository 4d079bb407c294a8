#include "app/ctl/ctl.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "app/control_socket.hpp"
#include "app/ctl/desktop_commands.hpp"
#include "app/ctl/session.hpp"
#include "core/bytes.hpp"
#include "core/text.hpp"
#include "storage/env.hpp"

namespace till::app {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxPassphraseBytes = 4096;

std::string one_line(std::string text) {
  for (auto& c : text)
    if (c == '\n' || c == '\r') c = ' ';
  return text;
}

// "tillctl sync"
std::string path_of(const CLI::App& app) {
  const auto* above = app.get_parent();
  return above == nullptr ? app.get_name() : path_of(*above) + " " + app.get_name();
}

// What the system says of a file does not name it; the cause does: "open /media/x: No such file or directory (errno
// 2)".
std::string named(const Error& error) {
  constexpr std::array kOfFiles = {ENOENT, EACCES, EPERM, EROFS, ENOSPC, ENOTDIR, EISDIR};
  const bool is_of_a_file = std::ranges::any_of(
      kOfFiles, [&](int number) { return error.message == storage::errno_error(number, {}).message; });
  const auto path = error.cause.find('/');
  const auto end = error.cause.rfind(": ");
  if (!is_of_a_file || path == std::string::npos || end == std::string::npos || end <= path) return error.message;
  return error.message + " (" + error.cause.substr(path, end - path) + ")";
}

CtlOutput failed(const Error& error) {
  return {1, {}, "error: " + one_line(named(error)) + "\n"};
}

// What is given as "QTY" has a long name only so that a negative one can come, and CLI11 would ask for that.
std::string with_names_as_typed(std::string text, const CLI::App& command) {
  for (const auto* option : command.get_options()) {
    const auto at = text.find("--amount is required");
    if (at != std::string::npos && option->check_lname("amount") && option->get_positional())
      text.replace(at, 8, option->get_name(true));
  }
  return text;
}

CtlOutput wrong_usage(const CLI::ParseError& problem, const CLI::App& app) {
  const auto* at = &app;
  while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
  const auto unknown = app.remaining(true);
  const bool lacks_command = at->get_require_subcommand_min() > 0 && problem.get_exit_code() != 0;
  if (lacks_command && !unknown.empty() && !unknown.front().starts_with("-"))
    return {2,
            {},
            one_line("there is no command '" + clipped(unknown.front(), 40) + "' in: " + path_of(*at)) +
                "\nRun with --help for more information.\n"};
  std::ostringstream out, err;
  const int code = app.exit(problem, out, err);
  return {code == 0 ? 0 : 2, out.str(), with_names_as_typed(err.str(), *at)};
}

CtlOutput answered(const CtlReply& reply, bool as_json) {
  CtlOutput output;
  output.exit_code = reply.exit_code;
  if (!reply.error.empty()) output.err = "error: " + one_line(reply.error) + "\n";
  output.out = as_json ? json::serialize(reply.json) + "\n" : reply.text;
  return output;
}

// "shift move -20.00": CLI11 would take the amount for a flag.
std::vector<std::string> with_negative_amounts(std::vector<std::string> words) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    const bool negative = words[i].size() > 1 && words[i][0] == '-' && words[i][1] >= '0' && words[i][1] <= '9';
    if (!negative) continue;
    if (words[i - 1].starts_with("--") && words[i - 1].find('=') == std::string::npos) {
      words[i - 1] += "=" + words[i];
      words.erase(words.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      words[i] = "--amount=" + words[i];
    }
  }
  return words;
}

std::unique_ptr<CLI::App> command_line(CtlSession& session) {
  auto app = std::make_unique<CLI::App>("Everything the till's panels can do, for scripts and support.", "tillctl");
  app->require_subcommand(1);
  app->fallthrough();
  app->add_option("--data", session.request().folder,
                  "data folder (default: $TILLSTICK_DATA, or data/ beside the program)");
  app->add_flag("--json", session.json, "one JSON document on standard output");
  app->add_option("--passphrase-file", session.passphrase_file,
                  "file whose first line is the passphrase (or set $TILLSTICK_PASSPHRASE)");
  app->footer("Amounts are decimal (15.70), times RFC 3339 UTC. Exit code: 0 done, 1 it failed, 2 wrong usage.");
  add_init_command(*app, session);
  add_pricing_commands(*app, session);
  add_selling_commands(*app, session);
  add_shift_commands(*app, session);
  add_data_commands(*app, session);
  add_desktop_commands(*app, session);
  add_sync_commands(*app, session);
  add_backup_commands(*app, session);
  add_report_command(*app, session);
  add_generate_command(*app, session);
  add_audit_commands(*app, session);
  add_care_commands(*app, session);
  add_printer_command(*app, session);
  add_catalogue_commands(*app, session);
  add_trade_commands(*app, session);
  add_dining_commands(*app, session);
  add_equipment_commands(*app, session);
  add_shop_commands(*app, session);
  return app;
}

void collect(const CLI::App& app, const std::string& before, std::vector<std::string>& into) {
  for (const auto* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    const auto name = before.empty() ? command->get_name() : before + " " + command->get_name();
    // "devices" is a command and has one below it.
    if (command->get_require_subcommand_min() == 0) into.push_back(name);
    collect(*command, name, into);
  }
}

// A till that runs on the folder does it; empty when none does.
std::optional<CtlOutput> forwarded(CtlSession& session) {
  const auto socket = session.path(session.request().folder) + "/control.sock";
  if (!std::filesystem::exists(socket)) return std::nullopt;
  const auto answer = ask_control_server(socket, to_wire(session.request()));
  if (!answer) return std::nullopt;
  auto output = output_from_wire(*answer);
  return output ? std::move(*output) : failed(output.error());
}

CtlOutput acted(CtlSession& session) {
  const auto reply = session.act();
  return reply ? answered(*reply, session.json) : failed(reply.error());
}

// The file of the key that the shop's data is sealed with at its next start; empty: it keeps the one that it has.
std::string next_database_key(const CtlSession& session, const std::string& folder) {
  constexpr std::size_t kMaxKeyFileBytes = 4096;
  return session.read_file(folder + "/keys/database-next", kMaxKeyFileBytes).value_or(std::string());
}

// The next start may as well be now, since no till runs on the folder. What the command did stays done if it fails.
void start_again_for_new_key(CtlSession& session, CtlOutput& output) {
  const auto folder = session.shop().folder();
  session.close_shop();
  const auto opened = session.open_shop();
  const bool is_sealed = next_database_key(session, folder).empty();
  if (opened && is_sealed) return;
  const auto reason = opened ? session.shop().startup_warning() : named(opened.error());
  const auto sentence = is_sealed ? reason
                                  : "the keys were replaced, but the shop's data is not sealed with the new one yet (" +
                                        reason +
                                        "). Nothing is lost: set that right, and start the till or run: tillctl doctor";
  output.err += "error: " + one_line(sentence) + "\n";
  output.exit_code = std::max(output.exit_code, 1);
}

CtlOutput run_in_own_shop(CtlSession& session) {
  if (const auto opened = session.open_shop(); !opened) return failed(opened.error());
  const auto folder = session.shop().folder();
  const auto waited = next_database_key(session, folder);  // this start was not able to take it into use
  auto output = acted(session);
  const auto waits = next_database_key(session, folder);
  if (!waits.empty() && waits != waited) start_again_for_new_key(session, output);
  return output;
}

CtlOutput run_parsed(CtlSession& session) {
  if (const auto read = session.read_passphrase(); !read) return failed(read.error());
  if (!session.needs_shop() || session.has_shop()) return acted(session);
  if (auto output = forwarded(session)) return std::move(*output);
  return run_in_own_shop(session);
}

}  // namespace

void CtlSession::on(CLI::App* command, Action action, bool needs_shop) {
  command->callback([this, act = std::move(action), needs_shop] {
    action_ = act;
    needs_shop_ = needs_shop;
  });
}

Status CtlSession::open_shop() {
  ShopOptions options;
  options.folder = path(request_.folder);
  options.passphrase = request_.passphrase;
  opened_ = TRY(Shop::open(options));
  shop_ = opened_.get();
  return {};
}

void CtlSession::close_shop() {
  shop_ = nullptr;
  opened_.reset();
}

Status CtlSession::read_passphrase() {
  if (passphrase_file.empty()) return {};
  const auto text = TRY(read_file(passphrase_file, kMaxPassphraseBytes));
  request_.passphrase = text.substr(0, text.find_first_of("\r\n"));
  if (request_.passphrase.empty()) return invalid("the passphrase file '" + passphrase_file + "' is empty");
  return {};
}

std::string CtlSession::path(const std::string& name) const {
  const std::filesystem::path given(name);
  return given.is_absolute() ? name : (std::filesystem::path(request_.working_folder) / given).string();
}

Result<std::string> CtlSession::read_file(const std::string& name, std::size_t max_bytes) const {
  const auto full = path(name);
  std::error_code problem;
  if (std::filesystem::is_directory(full, problem)) return invalid("'" + name + "' is a folder; name a file");
  std::ifstream in(full, std::ios::binary);
  if (!in) return invalid("cannot read the file '" + name + "'; check its name and that you may read it");
  std::string text(max_bytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > max_bytes)
    return invalid("the file '" + name + "' is larger than the " + std::to_string(max_bytes / 1024) + " KiB allowed");
  return text;
}

Status CtlSession::write_file(const std::string& name, std::string_view content) const {
  const auto full = path(name);
  std::error_code problem;
  bool is_written = false;
  if (!std::filesystem::exists(full, problem) || std::filesystem::is_regular_file(full, problem)) {
    is_written = storage::make_real_env()->write_atomic(full, view(content)).has_value();  // whole or not at all
  } else {
    std::ofstream out(full, std::ios::binary);  // a pipe, a device
    out.write(content.data(), static_cast<std::streamsize>(content.size()));
    out.close();
    is_written = out.good();
  }
  if (!is_written)
    return fail(ErrorKind::permanent,
                "cannot write the file '" + name + "'; check the folder, its rights and the free space");
  return {};
}

CtlOutput run_ctl(const CtlRequest& request, Shop* running) {
  CtlSession session(request, running);
  const auto app = command_line(session);
  auto words = with_negative_amounts(request.words);
  std::ranges::reverse(words);  // CLI11 takes them last first
  try {
    app->parse(words);
  } catch (const CLI::ParseError& problem) {
    return wrong_usage(problem, *app);
  }
  if (!session.has_action()) return {2, {}, "error: no command given; see tillctl --help\n"};
  try {
    return run_parsed(session);
  } catch (const std::exception& e) {
    return failed({ErrorKind::permanent, "something unexpected went wrong; the log has the details", e.what()});
  }
}

std::vector<std::string> ctl_commands() {
  CtlSession session({}, nullptr);
  std::vector<std::string> names;
  collect(*command_line(session), {}, names);
  return names;
}

std::string to_wire(const CtlRequest& request) {
  json::array words;
  for (const auto& word : request.words) words.emplace_back(word);
  return json::serialize(json::object{
      {"words", std::move(words)}, {"working_folder", request.working_folder}, {"passphrase", request.passphrase}});
}

namespace {

Result<CtlRequest> request_from_wire(std::string_view wire) try {
  const auto parsed = json::parse(wire);
  const auto& object = parsed.as_object();
  CtlRequest request;
  for (const auto& word : object.at("words").as_array()) request.words.emplace_back(word.as_string());
  request.working_folder = std::string(object.at("working_folder").as_string());
  request.passphrase = std::string(object.at("passphrase").as_string());
  return request;
} catch (const std::exception& e) {
  return fail(ErrorKind::corrupt, "the request could not be read", e.what());
}

}  // namespace

std::string answer_wire_request(std::string_view wire, Shop& shop) {
  CtlOutput output{1, {}, "error: the request could not be read\n"};
  if (auto request = request_from_wire(wire)) {
    request->folder = shop.folder();
    output = run_ctl(*request, &shop);
  }
  return json::serialize(json::object{{"exit_code", output.exit_code}, {"out", output.out}, {"err", output.err}});
}

Result<CtlOutput> output_from_wire(std::string_view wire) {
  boost::system::error_code problem;
  const auto parsed = json::parse(wire, problem);
  if (problem || !parsed.is_object()) return corrupt("the running till gave an answer that cannot be read");
  const auto& object = parsed.as_object();
  return CtlOutput{static_cast<int>(object.at("exit_code").as_int64()), std::string(object.at("out").as_string()),
                   std::string(object.at("err").as_string())};
}

}  // namespace till::app
