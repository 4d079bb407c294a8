// Inner header: what POST /api/v1/log/drop says and answers (net/hub/openapi.yaml), as JSON; the rules are
// sync/hub_drop.hpp's.
#pragma once

#include <boost/json.hpp>

#include "sync/hub_drop.hpp"
#include "sync/snapshot_names.hpp"

namespace till::net {

constexpr std::string_view kLogDrop = "/api/v1/log/drop";

struct LogDropCall {
  sync::SnapshotPlace snapshot;  // whose manifest must lie among the tenant's objects
  sync::HubDropRequest request;
};

boost::json::object to_json(const LogDropCall& call);
Result<LogDropCall> read_drop_call(const boost::json::object& body, const Id& device);

boost::json::object to_json(const sync::HubDropped& dropped);
Result<sync::HubDropped> read_dropped(const boost::json::object& answer);

}  // namespace till::net
