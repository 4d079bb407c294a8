#include "net/printers/tcp_printer.hpp"

#include <linux/sockios.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "net/printers/patient_write.hpp"

namespace till::net {
namespace {

constexpr std::chrono::milliseconds kAckPoll{20};

Error interrupted() {
  return {ErrorKind::retry, "printing was interrupted; the job stays queued", {}};
}

// Connects to the first address that answers within `limit`.
class Connector {
 public:
  Connector(const std::string& host, std::uint16_t port, std::chrono::milliseconds limit, const StopBell& bell)
      : host_(host), port_(port), limit_(limit), bell_(bell) {}

  Result<Descriptor> connect() {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int code = ::getaddrinfo(host_.c_str(), std::to_string(port_).c_str(), &hints, &found);
    if (code != 0) {
      return fail(ErrorKind::retry,
                  "there is no printer called " + host_ + " on this network; check the printer's address",
                  ::gai_strerror(code));
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owned(found, &::freeaddrinfo);
    Result<Descriptor> last = unreachable("no address");
    for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
      last = connect_to(*at);
      if (last || stopped_) break;
    }
    return last;
  }

 private:
  [[nodiscard]] tl::unexpected<Error> unreachable(std::string cause) const {
    return fail(ErrorKind::retry,
                "the printer at " + host_ + " does not answer; check that it is switched on and connected",
                std::move(cause));
  }

  Result<Descriptor> connect_to(const addrinfo& address) {
    Descriptor socket(::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket.is_open()) return unreachable(system_cause("socket", errno));
    if (::connect(socket.get(), address.ai_addr, address.ai_addrlen) == 0) return socket;
    if (errno != EINPROGRESS) return unreachable(system_cause("connect", errno));
    switch (bell_.wait(socket.get(), POLLOUT, limit_)) {
      case StopBell::Woken::stopped:
        stopped_ = true;
        return fail(interrupted());
      case StopBell::Woken::timed_out:
        return unreachable("connect: no answer in time");
      case StopBell::Woken::ready:
        break;
    }
    int problem = 0;
    socklen_t size = sizeof problem;
    ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &problem, &size);
    if (problem != 0) return unreachable(system_cause("connect", problem));
    return socket;
  }

  const std::string& host_;
  const std::uint16_t port_;
  const std::chrono::milliseconds limit_;
  const StopBell& bell_;
  bool stopped_ = false;
};

Error broke_off(const std::string& who, int error_number) {
  return {ErrorKind::retry, who + " broke off in the middle of a job; check its cable and power",
          system_cause("connection", error_number)};
}

// Until the printer's side has acknowledged every byte: a printer that is busy or out of paper holds them back.
Status wait_until_taken(int socket, const PrinterPatience& patience, const StopBell& bell, const std::string& who) {
  int last_left = -1;
  auto progress_at = std::chrono::steady_clock::now();
  for (;;) {
    int left = 0;
    if (::ioctl(socket, SIOCOUTQ, &left) != 0 || left == 0) return {};
    const auto now = std::chrono::steady_clock::now();
    if (left != last_left) progress_at = now;
    last_left = left;
    if (now - progress_at >= patience.write) {
      return fail(ErrorKind::retry, who + " takes no more data; check its paper and cover");
    }
    if (bell.wait(socket, 0, kAckPoll) == StopBell::Woken::stopped) return fail(interrupted());
    int problem = 0;
    socklen_t size = sizeof problem;
    ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &problem, &size);
    if (problem != 0) return fail(broke_off(who, problem));
  }
}

// A printer closes, or keeps silent. One that lost power in the middle of the job resets. What it says (status bytes)
// is not listened to.
Status listen_for_break(int socket, const PrinterPatience& patience, const StopBell& bell, const std::string& who) {
  ::shutdown(socket, SHUT_WR);
  const auto end = std::chrono::steady_clock::now() + patience.settle;
  std::array<std::uint8_t, 256> said;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0 || bell.wait(socket, POLLIN, left) != StopBell::Woken::ready) return {};
    const ssize_t got = ::recv(socket, said.data(), said.size(), 0);
    if (got == 0) return {};
    if (got < 0 && errno != EAGAIN && errno != EINTR) return fail(broke_off(who, errno));
  }
}

}  // namespace

Status TcpPrinter::send(ByteView job, std::stop_token stop) {
  const std::string who = "the printer at " + host_;
  const StopBell bell(std::move(stop));
  const Descriptor socket = TRY(Connector(host_, port_, patience_.connect, bell).connect());
  const int on = 1;
  ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  TRY(write_patiently(socket.get(), job, patience_.write, bell, who));
  TRY(wait_until_taken(socket.get(), patience_, bell, who));
  return listen_for_break(socket.get(), patience_, bell, who);
}

}  // namespace till::net
