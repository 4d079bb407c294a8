// Any bytes on the local socket of a running program, and an administrator's command that came over one.
#include "app/control_socket.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "core/clock.hpp"
#include "core/random.hpp"
#include "fuzz/harness.hpp"
#include "fuzz/targets/one_tenant.hpp"
#include "net/hub/admin.hpp"

namespace till::fuzz {
namespace {

std::string administrate(std::string_view request) {
  OneTenant directory;
  ManualClock clock;
  SeededRandom random(1);
  const auto outcome = net::run_admin_command(request, directory, clock, random);
  const auto result = net::admin_result(outcome.answer);
  must(result || !result.error().message.empty(), "an answer can be read");
  return outcome.answer;
}

std::string socket_path() {
  std::string folder = "/tmp/till-fuzz-XXXXXX";
  must(::mkdtemp(folder.data()) != nullptr, "a folder of its own");
  return folder + "/s";
}

class Server {
 public:
  Server() { must(server_.has_value(), "the socket can be made"); }
  ~Server() {
    server_->reset();
    ::rmdir(path_.substr(0, path_.rfind('/')).c_str());
  }
  void say(ByteView bytes) {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path_.data(), path_.size());
    must(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0, "the server still listens");
    (void)::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    ::shutdown(fd, SHUT_WR);
    char answer[512];
    while (::recv(fd, answer, sizeof answer, 0) > 0) {
    }
    ::close(fd);
  }

 private:
  std::string path_ = socket_path();
  Result<std::unique_ptr<app::ControlServer>> server_ = app::ControlServer::start(path_, administrate);
};

}  // namespace

FUZZ_TARGET(control_socket, 1 * kMiB) {
  static Server server;
  Pieces in(input);
  if (in.byte() % 2 == 0) return server.say(in.rest());
  (void)administrate(as_text(in.rest()));
}

}  // namespace till::fuzz
