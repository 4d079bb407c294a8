// A listener between terminals and a hub, both on the loopback: it ends the TLS of either side with the test's own
// certificate, passes every byte on and keeps a copy of what was inside. So what is searched is what a hub, or whoever
// broke TLS, gets to see. Runs a thread of its own; any thread may ask.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/bytes.hpp"

namespace till::app {

// What went over one connection, without TLS.
struct Overheard {
  Bytes to_hub, to_till;
};

class WireTap {
 public:
  // Server certificate and its key as PEM; the hub is asked for none.
  WireTap(std::uint16_t hub_port, const std::string& certificate, const std::string& private_key);
  ~WireTap();
  WireTap(const WireTap&) = delete;
  WireTap& operator=(const WireTap&) = delete;

  [[nodiscard]] std::string url() const;
  [[nodiscard]] std::vector<Overheard> overheard() const;  // so far, connection by connection

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The binary messages in one direction of a connection that became a WebSocket (RFC 6455): what a terminal sends is
// masked there with a random key in the clear, and shows nothing unless it is unmasked. Empty for other connections.
std::vector<Bytes> websocket_messages(ByteView direction);

}  // namespace till::app
