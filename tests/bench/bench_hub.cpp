#include "bench_hub.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include "bench_support.hpp"

namespace till::bench {
namespace {

namespace fs = std::filesystem;

std::string find_program() {
  if (const char* given = std::getenv("TILL_BIN"); given != nullptr) return std::string(given) + "/till-hub";
  return (fs::read_symlink("/proc/self/exe").parent_path() / "../../src/bin/till-hub").lexically_normal().string();
}

// What stands behind "name": in one line of JSON, with or without quotes.
std::string value_of(const std::string& json, const std::string& name) {
  auto at = json.find('"' + name + "\":");
  if (at == std::string::npos) die({ErrorKind::permanent, "the hub's answer has no " + name, json});
  at += name.size() + 3;
  if (json[at] == '"') return json.substr(at + 1, json.find('"', at + 1) - at - 1);
  return json.substr(at, json.find_first_of(",}", at) - at);
}

std::string first_line(int file) {
  std::string line;
  for (char c = 0; ::read(file, &c, 1) == 1 && c != '\n';) line += c;
  return line;
}

}  // namespace

HubProcess::HubProcess(const std::string& folder_name)
    : program_(find_program()), folder_(data_root() + "/" + folder_name) {
  fs::remove_all(folder_);
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) die({ErrorKind::permanent, "no pipe to the hub", {}});
  pid_ = ::fork();
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    ::dup2(ends[1], STDOUT_FILENO);
    ::execl(program_.c_str(), "till-hub", "--data", folder_.c_str(), "--json", "serve", "--listen", "127.0.0.1:0",
            nullptr);
    ::_exit(127);
  }
  ::close(ends[1]);
  const auto line = first_line(ends[0]);
  if (line.empty()) die({ErrorKind::permanent, "the hub did not start; build it first", program_});
  port_ = value_of(line, "port");
  ca_file_ = value_of(line, "ca_file");
  (void)ask("tenant add bench");
}

HubProcess::~HubProcess() {
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, nullptr, 0);
}

std::string HubProcess::ask(const std::string& words) const {
  FILE* pipe = ::popen(fmt::format("'{}' --data '{}' --json {}", program_, folder_, words).c_str(), "r");
  std::string answer;
  for (int c = 0; (c = std::fgetc(pipe)) != EOF;) answer += static_cast<char>(c);
  if (::pclose(pipe) != 0) die({ErrorKind::permanent, "the hub refused: " + words, answer});
  return answer;
}

std::string HubProcess::new_code() const {
  return value_of(ask("device code bench"), "code");
}

}  // namespace till::bench
