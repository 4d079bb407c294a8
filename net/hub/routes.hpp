// The hub's HTTP interface (net/hub/openapi.yaml) without its sockets. answer() runs on the worker's thread inside a
// transaction; what it returns is sent once the group is durable, error answers too.
#pragma once

#include <string>

#include "net/hub/authenticator.hpp"
#include "net/hub/guess_throttle.hpp"
#include "net/hub/live_hub.hpp"
#include "sync/hub_drop.hpp"

namespace till::net {

class HubRoutes {
 public:
  HubRoutes(sync::HubDirectory& directory, sync::HubStore& store, LiveHub& live, Authenticator& authenticator,
            Clock& clock, const sync::HubRetention& retention = {})
      : directory_(directory),
        store_(store),
        live_(live),
        authenticator_(authenticator),
        throttle_(clock),
        clock_(clock),
        retention_(retention) {}

  ApiAnswer answer(const ApiRequest& request);
  // Of a device that has signed this; the snapshot that it names is there.
  ApiAnswer drop_log(const sync::HubDevice& device, const sync::HubDropRequest& request);
  [[nodiscard]] ApiAnswer refusal(const Error& error);  // with the hub's time where the terminal's is wrong

 private:
  Result<ApiAnswer> route(const ApiRequest& request);
  Result<ApiAnswer> signed_route(const ApiRequest& request, std::string_view path, std::string_view query);
  Result<ApiAnswer> restaurant_status(std::string_view id);
  Result<ApiAnswer> enrol(const ApiRequest& request);
  Result<ApiAnswer> devices(const sync::HubDevice& device);
  Result<ApiAnswer> revoke(const sync::HubDevice& device, std::string_view which);
  Result<ApiAnswer> put_key_grant(const sync::HubDevice& device, const ApiRequest& request);
  Result<ApiAnswer> my_key_grant(const sync::HubDevice& device);
  Result<ApiAnswer> post_segments(const sync::HubDevice& device, const ApiRequest& request);
  Result<ApiAnswer> get_segments(const sync::HubDevice& device, std::string_view query);

  sync::HubDirectory& directory_;
  sync::HubStore& store_;
  LiveHub& live_;
  Authenticator& authenticator_;
  GuessThrottle throttle_;
  Clock& clock_;
  const sync::HubRetention retention_;
};

}  // namespace till::net
