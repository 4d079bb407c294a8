// How tillctl reaches the till that owns a data folder: a Unix socket in the folder, one request and one answer per
// connection, each a 4-byte big-endian length and that many bytes (at most 64 MiB). Only the same user may connect (the
// socket has mode 0600). The server answers one request after the other on its own thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace till::app {

class ControlServer {
 public:
  using Handler = std::function<std::string(std::string_view request)>;  // called on the server's thread

  // A socket left by a dead process is replaced: the caller holds the folder's lock.
  static Result<std::unique_ptr<ControlServer>> start(const std::string& path, Handler handler);
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

 private:
  struct Impl;
  explicit ControlServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Kind retry when nobody listens there.
Result<std::string> ask_control_server(const std::string& path, std::string_view request);

}  // namespace till::app
