// A file descriptor that closes itself, and waiting on one with a limit and a way to be called off. Any thread, one at
// a time per object.
#pragma once

#include <chrono>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>

namespace till::net {

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Descriptor();
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool is_open() const { return fd_ >= 0; }

 private:
  int fd_;
};

// Wakes a wait when the token is asked to stop, through a descriptor of its own.
class StopBell {
 public:
  explicit StopBell(std::stop_token stop);
  ~StopBell();
  StopBell(const StopBell&) = delete;
  StopBell& operator=(const StopBell&) = delete;

  enum class Woken { ready, timed_out, stopped };
  // `events` as for poll(2).
  [[nodiscard]] Woken wait(int fd, short events, std::chrono::milliseconds limit) const;

 private:
  struct Ring {
    int fd;
    void operator()() const;
  };
  Descriptor bell_;
  std::stop_callback<Ring> callback_;
};

// "No such file or directory" of errno.
std::string system_cause(std::string_view call, int error_number);

}  // namespace till::net
