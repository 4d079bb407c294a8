#include "net/printers/patient_write.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace till::net {

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

}  // namespace till::net
