// A printer on the loopback for tests: takes connections on a port of its own and keeps what each one sent. It can be
// told to break off after some bytes, to be off and to come back on the same port.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "core/bytes.hpp"
#include "net/descriptor.hpp"

namespace till::net {

class LoopbackPrinter {
 public:
  LoopbackPrinter() { switch_on(); }
  ~LoopbackPrinter() { switch_off(); }

  void switch_on() {
    Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int on = 1;
    ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port_);
    EXPECT_EQ(::bind(socket.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::listen(socket.get(), 8), 0);
    socklen_t size = sizeof address;
    ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    listener_ = std::move(socket);
    thread_ = std::thread([this] { serve(); });
  }

  void switch_off() {
    if (!thread_.joinable()) return;
    ::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
    listener_ = Descriptor();
  }

  // The next connection is reset after so many bytes.
  void break_next_after(std::size_t bytes) {
    std::lock_guard lock(mutex_);
    break_after_ = bytes;
  }

  std::vector<Bytes> wait_for_jobs(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return jobs_.size() >= count; });
    return jobs_;
  }

  void wait_for_text(std::string_view text) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock,
                  [&] { return std::ranges::any_of(jobs_, [&](const Bytes& job) { return as_text(job) == text; }); });
  }

  std::size_t wait_for_breaks(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return breaks_ >= count; });
    return breaks_;
  }

  std::vector<Bytes> jobs() {
    std::lock_guard lock(mutex_);
    return jobs_;
  }

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string address() const { return "tcp://127.0.0.1:" + std::to_string(port_); }

 private:
  void serve() {
    for (;;) {
      const Descriptor connection(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!connection.is_open()) return;
      take_job(connection);
    }
  }

  void take_job(const Descriptor& connection) {
    std::size_t limit = 0;
    {
      std::lock_guard lock(mutex_);
      limit = std::exchange(break_after_, 0);
    }
    Bytes job;
    std::uint8_t chunk[1024];
    for (;;) {
      const std::size_t room = limit == 0 ? sizeof chunk : std::min(sizeof chunk, limit - job.size());
      const ssize_t got = ::recv(connection.get(), chunk, room, 0);
      if (got <= 0) break;
      job.insert(job.end(), chunk, chunk + got);
      if (limit != 0 && job.size() >= limit) {
        const linger reset{1, 0};
        ::setsockopt(connection.get(), SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        note([&] { ++breaks_; });
        return;
      }
    }
    if (!job.empty()) note([&] { jobs_.push_back(std::move(job)); });
  }

  template <class Change>
  void note(Change change) {
    {
      std::lock_guard lock(mutex_);
      change();
    }
    changed_.notify_all();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Bytes> jobs_;
  std::size_t breaks_ = 0, break_after_ = 0;
  std::uint16_t port_ = 0;
  Descriptor listener_;
  std::thread thread_;
};

}  // namespace till::net
