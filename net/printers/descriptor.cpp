#include "net/printers/descriptor.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <limits>
#include <string>
#include <system_error>

namespace till::net {

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

void StopBell::Ring::operator()() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(fd, &one, sizeof one);
}

StopBell::StopBell(std::stop_token stop)
    : bell_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)), callback_(std::move(stop), Ring{bell_.get()}) {}

StopBell::~StopBell() = default;

StopBell::Woken StopBell::wait(int fd, short events, std::chrono::milliseconds limit) const {
  const auto end = std::chrono::steady_clock::now() + limit;
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now()).count();
    const auto timeout = static_cast<int>(std::clamp<std::int64_t>(left, 0, std::numeric_limits<int>::max()));
    pollfd polled[] = {{bell_.get(), POLLIN, 0}, {fd, events, 0}};
    const int count = ::poll(polled, 2, timeout);
    if (count < 0 && errno == EINTR) continue;
    if (polled[0].revents != 0) return Woken::stopped;
    return count > 0 ? Woken::ready : Woken::timed_out;
  }
}

Status write_patiently(int fd, ByteView bytes, std::chrono::milliseconds limit, const StopBell& bell,
                       const std::string& who) {
  while (!bytes.empty()) {
    switch (bell.wait(fd, POLLOUT, limit)) {
      case StopBell::Woken::stopped:
        return fail(ErrorKind::retry, "printing was interrupted; the job stays queued");
      case StopBell::Woken::timed_out:
        return fail(ErrorKind::retry, who + " takes no more data; check its paper and cover");
      case StopBell::Woken::ready:
        break;
    }
    ssize_t written = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (written < 0 && errno == ENOTSOCK) written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno != EAGAIN && errno != EINTR) {
      return fail(ErrorKind::retry, who + " broke off in the middle of a job; check its cable and power",
                  system_cause("write", errno));
    }
    if (written > 0) bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

std::string system_cause(std::string_view call, int error_number) {
  return std::string(call) + ": " + std::generic_category().message(error_number);
}

}  // namespace till::net
