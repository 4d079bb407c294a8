#include "app/control_socket.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <thread>

#include "core/bytes.hpp"
#include "core/log.hpp"

namespace till::app {
namespace {

constexpr std::size_t kMaxMessageBytes = 64U << 20;
constexpr std::size_t kPieceBytes = 64U << 10;

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd = -1) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileDescriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

tl::unexpected<Error> broken(const char* doing) {
  return fail(ErrorKind::retry, "the running till does not answer; try again, or close it first",
              std::string(doing) + ": " + std::strerror(errno));
}

// A socket's address holds 107 bytes of path; a longer one is reached through the folder's descriptor.
struct Address {
  sockaddr_un raw{};
  FileDescriptor folder;
};

Result<Address> address_of(const std::string& path) {
  Address address;
  address.raw.sun_family = AF_UNIX;
  std::string reachable = path;
  if (path.size() >= sizeof address.raw.sun_path) {
    const auto slash = path.rfind('/');
    const auto folder = slash == std::string::npos ? std::string(".") : path.substr(0, slash);
    address.folder = FileDescriptor(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (address.folder.get() < 0) return broken("open folder");
    reachable = "/proc/self/fd/" + std::to_string(address.folder.get()) + path.substr(slash);
  }
  std::memcpy(address.raw.sun_path, reachable.data(), reachable.size());
  return address;
}

Status write_all(int fd, ByteView bytes) {
  while (!bytes.empty()) {
    const auto n = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return broken("send");
    bytes = bytes.subspan(static_cast<std::size_t>(n));
  }
  return {};
}

Status read_exactly(int fd, std::uint8_t* out, std::size_t size) {
  while (size > 0) {
    const auto n = ::recv(fd, out, size, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return broken("recv");
    out += n;
    size -= static_cast<std::size_t>(n);
  }
  return {};
}

Status write_message(int fd, std::string_view text) {
  ByteWriter frame;
  frame.u32(static_cast<std::uint32_t>(text.size()));
  frame.raw(view(text));
  return write_all(fd, frame.bytes());
}

Result<std::string> read_message(int fd) {
  std::array<std::uint8_t, 4> header{};
  TRY(read_exactly(fd, header.data(), header.size()));
  const auto size = TRY(ByteReader(header).u32());
  if (size > kMaxMessageBytes) return corrupt("the message to the running till is too large");
  std::string text;
  while (text.size() < size) {  // as it comes: a length is only a promise
    const auto have = text.size();
    text.resize(std::min<std::size_t>(size, have + kPieceBytes));
    TRY(read_exactly(fd, reinterpret_cast<std::uint8_t*>(text.data()) + have, text.size() - have));
  }
  return text;
}

}  // namespace

struct ControlServer::Impl {
  std::string path;
  Handler handler;
  FileDescriptor listener, stop_read, stop_write;
  std::jthread thread;

  void serve(int client) {
    // A client that connects and says nothing must not keep the others waiting.
    const timeval patience{5, 0};
    ::setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    const auto request = read_message(client);
    if (!request) return;
    if (const auto sent = write_message(client, handler(*request)); !sent)
      log::warning("control socket: {}", sent.error().cause);
  }

  void run() {
    for (;;) {
      std::array<pollfd, 2> waiting{{{listener.get(), POLLIN, 0}, {stop_read.get(), POLLIN, 0}}};
      if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) return;
      if (waiting[1].revents != 0) return;
      if ((waiting[0].revents & POLLIN) == 0) continue;
      const FileDescriptor client(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (client.get() >= 0) serve(client.get());
    }
  }
};

ControlServer::ControlServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
  impl_->thread = std::jthread([state = impl_.get()] { state->run(); });
}

ControlServer::~ControlServer() {
  impl_->stop_write = FileDescriptor();
  impl_->thread.join();
  ::unlink(impl_->path.c_str());
}

Result<std::unique_ptr<ControlServer>> ControlServer::start(const std::string& path, Handler handler) {
  auto impl = std::make_unique<Impl>();
  impl->path = path;
  impl->handler = std::move(handler);
  impl->listener = FileDescriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto address = TRY(address_of(path));
  ::unlink(path.c_str());
  const auto old_mask = ::umask(0177);
  const int bound = ::bind(impl->listener.get(), reinterpret_cast<const sockaddr*>(&address.raw), sizeof address.raw);
  ::umask(old_mask);
  if (bound != 0 || ::listen(impl->listener.get(), 8) != 0) return broken("bind");
  std::array<int, 2> stop{};
  if (::pipe2(stop.data(), O_CLOEXEC) != 0) return broken("pipe");
  impl->stop_read = FileDescriptor(stop[0]);
  impl->stop_write = FileDescriptor(stop[1]);
  return std::unique_ptr<ControlServer>(new ControlServer(std::move(impl)));
}

Result<std::string> ask_control_server(const std::string& path, std::string_view request) {
  const FileDescriptor fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const auto address = TRY(address_of(path));
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address.raw), sizeof address.raw) != 0)
    return broken("connect");
  TRY(write_message(fd.get(), request));
  return read_message(fd.get());
}

}  // namespace till::app
