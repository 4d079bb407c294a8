// Inner header of the hub's clients: signed HTTPS calls and what the hub's refusals mean. Only their bodies include it,
// since it shows Boost.JSON. Thread-safe.
#pragma once

#include <atomic>
#include <string>
#include <string_view>

#include "core/random.hpp"
#include "net/http_client.hpp"
#include "net/hub/credentials.hpp"
#include "net/hub/hub_client.hpp"
#include "net/hub/hub_json.hpp"

namespace till::net {

Error nonsense(std::string cause);
// What a status other than 2xx says: the hub's own sentence, and the kind that its code or its status stands for.
Error refusal(const HttpAnswer& answer);
// A member that is missing from an answer is the hub's fault, not the caller's.
template <class T>
Result<T> from_hub(Result<T> value) {
  if (!value) return fail(nonsense(value.error().message));
  return value;
}

class HubCalls {
 public:
  HubCalls(HubAddress address, DeviceCredentials credentials, Clock& clock, Random& random);

  // Whatever the hub answers; signed anew, once, by the hub's own time when it says that ours is wrong.
  Result<HttpAnswer> ask(const std::string& method, const std::string& target, ByteView body, std::string_view type);
  // The same; anything but 2xx is an Error.
  Result<HttpAnswer> call(const std::string& method, const std::string& target, ByteView body, std::string_view type);
  Result<boost::json::object> call_json(const std::string& method, const std::string& target,
                                        const boost::json::object* body);
  Result<HttpAnswer> get_unsigned(const std::string& target);
  void stop() { http_.stop(); }

  [[nodiscard]] const Id& device() const { return credentials_.device; }
  [[nodiscard]] const HubAddress& address() const { return address_; }

 private:
  Result<HttpAnswer> signed_call(const std::string& method, const std::string& target, ByteView body,
                                 std::string_view type);

  HubAddress address_;
  DeviceCredentials credentials_;
  Clock& clock_;
  Random& random_;
  HttpClient http_;
  std::atomic<std::int64_t> hub_ahead_us_ = 0;  // the hub's clock less ours, once it told us that they differ
};

}  // namespace till::net
