// Inner header of the listener: the types that its two Beast files share. Only they include it, since it costs a
// minute.
#pragma once

#include <atomic>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>

#include "net/hub/listener.hpp"

namespace till::net {

using TlsStream = boost::beast::ssl_stream<boost::beast::tcp_stream>;
using HttpRequest = boost::beast::http::request<boost::beast::http::string_body>;

// Something that listens for stop().
class Closable {
 public:
  virtual ~Closable() = default;
  virtual void shut() = 0;  // any thread
};

// What all sessions of a listener share; outlives them.
struct ListenerState {
  ListenerState(ListenerOptions the_options, HubService& the_service)
      : options(std::move(the_options)), service(the_service) {}

  const ListenerOptions options;
  HubService& service;
  std::atomic<std::uint64_t> accepted = 0, refused = 0, bytes_in = 0, bytes_out = 0;

  bool enter(Closable* session) {
    std::lock_guard lock(mutex);
    if (stopping || open.size() >= options.max_connections) return false;
    open.insert(session);
    return true;
  }
  void leave(Closable* session) {
    std::lock_guard lock(mutex);
    open.erase(session);
    emptied.notify_all();
  }
  mutable std::mutex mutex;
  std::condition_variable emptied;
  std::set<Closable*> open;
  bool stopping = false;
};

// Takes over a connection whose request asked for /ws.
void start_live_session(TlsStream stream, HttpRequest request, ListenerState& state);

}  // namespace till::net
