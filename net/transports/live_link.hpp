// The till's side of the hub's /ws: TLS with the hub's authority pinned and the host checked, the device proved by a
// signed challenge, then binary frames, each one sync message, both ways.
//
// Owns one thread; every callback runs on it, one at a time. connect() starts an attempt and returns at once; each
// attempt ends in exactly one on_closed, with on_open and on_message before it where it got that far. When to try again
// is the caller's decision. Any member may be called from any thread and from callbacks, except the destructor, which
// must not run in a callback; it closes, joins, and no callback comes after it.
//
// A hub that lies (garbage, frames past max_message_bytes, another tenant, no answer in time) ends the attempt with an
// Error of kind corrupt or denied and harms nothing. Errors of kind retry mean: try again later.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "core/bytes.hpp"
#include "core/result.hpp"
#include "net/hub/credentials.hpp"

namespace till::net {

struct LiveLinkOptions {
  std::string url;  // the hub's address, https://host:port
  std::string ca_file;
  Id tenant;
  DeviceCredentials credentials;
  std::chrono::milliseconds connect_timeout{10'000};  // name, TCP, TLS, upgrade and proof together
  std::chrono::milliseconds idle_timeout{30'000};     // pings go out at half of it; a silent peer is dropped
  std::size_t max_message_bytes = 1U << 20;
  std::size_t max_queued_bytes = 4U << 20;
};

struct LiveLinkEvents {
  std::function<void()> on_open;
  std::function<void(Bytes message)> on_message;
  std::function<void(Error reason)> on_closed;
};

class LiveLink {
 public:
  LiveLink(LiveLinkOptions options, LiveLinkEvents events);
  ~LiveLink();
  LiveLink(const LiveLink&) = delete;
  LiveLink& operator=(const LiveLink&) = delete;

  void connect();  // nothing happens when an attempt is under way
  void close();    // on_closed follows; nothing happens when there is none
  // False when the link is not open or its queue is full; the message is then not sent, now or later.
  [[nodiscard]] bool send(Bytes message);
  [[nodiscard]] bool is_open() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace till::net
