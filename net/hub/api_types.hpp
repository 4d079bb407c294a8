// What the hub's routes see of HTTP: plain values, so that they are tested without a socket.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/bytes.hpp"
#include "core/result.hpp"

namespace till::net {

struct ApiRequest {
  std::string method;
  std::string target;  // path and query as sent
  std::string authorization;
  std::string peer;  // the client's address without its port
  Bytes body;
};

struct ApiAnswer {
  int status = 200;
  std::string content_type = "application/json";
  Bytes body;
  long retry_after_s = 0;  // a Retry-After header when not zero
};

using AnswerApi = std::function<void(ApiAnswer)>;  // called once, from any thread

constexpr std::string_view kFramesType = "application/vnd.tillstick.frames";

}  // namespace till::net
