// The hub's sockets: TLS 1.2 or later, HTTP/1.1 and WebSocket on a few threads, with bounds on everything a stranger
// can make it keep (connections, header, body, frame, time to speak, queue of what goes out). It knows nothing of
// tenants: requests and frames go to a HubService, which may answer from any thread.
//
// A connection whose outgoing queue is full gets nothing more until it drains (send() says false; its cursor catches
// up); one that takes nothing at all, or is silent past the idle timeout in spite of pings, is dropped.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "net/hub/api_types.hpp"
#include "net/ws_handshake.hpp"

namespace till::net {

using SharedFrame = std::shared_ptr<const Bytes>;

// One accepted /ws connection. Any thread.
class LiveConnection {
 public:
  virtual ~LiveConnection() = default;
  [[nodiscard]] virtual bool send(SharedFrame frame) = 0;  // false: closed, or its queue is full
  virtual void close(std::string reason) = 0;
};

// What the listener asks of the hub. Called from the listener's threads; every callback is called exactly once and may
// come from any thread.
class HubService {
 public:
  virtual ~HubService() = default;
  virtual void handle(ApiRequest request, AnswerApi answer) = 0;
  virtual LiveChallenge challenge() = 0;
  // After `verdict` said welcome the connection gets frames from send(), and live_message is called for its own.
  virtual void live_proof(std::shared_ptr<LiveConnection> connection, LiveChallenge challenge, Bytes proof,
                          std::function<void(LiveVerdict)> verdict) = 0;
  virtual void live_message(std::shared_ptr<LiveConnection> connection, Bytes message,
                            std::function<void()> consumed) = 0;
  virtual void live_closed(std::shared_ptr<LiveConnection> connection) = 0;
};

struct ListenerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;
  std::string certificate_pem;  // chain, own certificate first
  std::string private_key_pem;
  int threads = 2;
  std::size_t max_connections = 2000;
  std::size_t max_body_bytes = 4U << 20;
  std::size_t max_frame_bytes = 1U << 20;
  std::size_t max_queued_bytes = 4U << 20;
  std::chrono::milliseconds handshake_timeout{10'000};
  std::chrono::milliseconds request_timeout{20'000};
  std::chrono::milliseconds idle_timeout{30'000};
};

struct ListenerCounts {
  std::uint64_t connections = 0, accepted = 0, refused = 0, bytes_in = 0, bytes_out = 0;
};

class Listener {
 public:
  // Binds, but takes nobody yet. Permanent with a sentence when the address cannot be bound or the certificate and key
  // do not fit.
  static Result<std::unique_ptr<Listener>> open(ListenerOptions options, HubService& service);
  ~Listener();

  [[nodiscard]] std::uint16_t port() const;
  [[nodiscard]] ListenerCounts counts() const;
  void run();  // once
  void stop_accepting();
  void stop();  // closes what is open, at most a second, and joins

 private:
  struct Impl;
  explicit Listener(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace till::net
