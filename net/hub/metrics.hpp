// The hub's figures in Prometheus' text format (version 0.0.4). No tenant's name or id is among them. Any thread.
#pragma once

#include <string>

#include "net/hub/listener.hpp"
#include "net/hub/live_hub.hpp"
#include "net/hub/objects.hpp"
#include "net/hub/worker.hpp"

namespace till::net {

struct RequestCounts {
  std::atomic<std::uint64_t> answered_2xx = 0, answered_4xx = 0, answered_5xx = 0;
  void count(int status) { ++(status < 400 ? answered_2xx : status < 500 ? answered_4xx : answered_5xx); }
};

std::string metrics_text(const ListenerCounts& listener, const LiveHub::Counts& live, const HubWorker& worker,
                         const RequestCounts& requests, const ObjectService* objects = nullptr);

}  // namespace till::net
