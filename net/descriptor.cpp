#include "net/descriptor.hpp"

#include <poll.h>
#include <sys/eventfd.h>
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

std::string system_cause(std::string_view call, int error_number) {
  return std::string(call) + ": " + std::generic_category().message(error_number);
}

}  // namespace till::net
