// The hub: listener, worker, routes and live sessions put together over a directory and a segment store, which belong
// to the hub's worker thread from start() until stop() has returned; the tenants' objects, where it keeps any, belong
// to a thread of their own for as long.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "backup/tenant_objects.hpp"
#include "core/random.hpp"
#include "net/hub/listener.hpp"
#include "sync/hub_core.hpp"
#include "sync/hub_directory.hpp"
#include "sync/hub_drop.hpp"

namespace till::net {

class HubServer {
 public:
  static Result<std::unique_ptr<HubServer>> start(ListenerOptions options, sync::HubDirectory& directory,
                                                  sync::HubStore& store, Clock& clock, Random& random,
                                                  backup::TenantObjects* objects = nullptr,
                                                  const sync::HubRetention& retention = {});
  ~HubServer();

  [[nodiscard]] std::uint16_t port() const;
  // An administrator's command (net/hub/admin.hpp), answered when it is durable. Any thread but the hub's own.
  std::string administrate(std::string_view request);
  void stop();  // finishes what was received, closes every connection, joins

 private:
  struct Impl;
  explicit HubServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace till::net
