// HTTP and HTTPS requests with bounds on everything: time, size of the answer, redirects (none). TLS 1.2 or later; with
// `ca_file` only that authority is trusted, otherwise the system's. Keeps its connection between calls.
//
// Thread-safe; calls of one client run one after another, on the caller's thread. stop() makes a call under way and all
// later ones fail at once.
//
// Errors: retry "the hub cannot be reached ..." (no route, refused, timeout), denied "... certificate is not trusted
// ...", corrupt "... answered nonsense" (not HTTP, larger than the bound). An HTTP status of any kind is an answer, not
// an Error.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/bytes.hpp"
#include "core/result.hpp"

namespace till::net {

struct HttpClientOptions {
  std::string peer = "the server";  // how error sentences call the other side
  std::string ca_file;
  std::chrono::milliseconds connect_timeout{5'000};
  std::chrono::milliseconds total_timeout{30'000};
  std::size_t max_answer_bytes = 16U << 20;
};

struct HttpCall {
  std::string method = "GET";
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  Bytes body;
};

struct HttpAnswer {
  int status = 0;
  std::string content_type;
  Bytes body;
};

class HttpClient {
 public:
  explicit HttpClient(HttpClientOptions options);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  Result<HttpAnswer> send(const HttpCall& call);
  void stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace till::net
