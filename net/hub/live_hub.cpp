#include "net/hub/live_hub.hpp"

#include <algorithm>

#include "core/log.hpp"

namespace till::net {

void LiveHub::join(const std::shared_ptr<LiveConnection>& connection, const Id& tenant, const Id& device) {
  drop_device(device, "this terminal connected again");
  live_.emplace(connection.get(), Live{connection, sync::HubSession(core_, tenant, device), {}, {}});
  by_device_[device] = connection.get();
  recount();
}

void LiveHub::leave(const LiveConnection* connection) {
  const auto it = live_.find(connection);
  if (it == live_.end()) return;
  const auto device = by_device_.find(it->second.session.device());
  if (device != by_device_.end() && device->second == connection) by_device_.erase(device);
  live_.erase(it);
  touched_.erase(connection);
  recount();
}

void LiveHub::drop_device(const Id& device, const std::string& reason) {
  const auto it = by_device_.find(device);
  if (it == by_device_.end()) return;
  const auto connection = live_.at(it->second).connection;
  connection->close(reason);
  leave(connection.get());
}

void LiveHub::drop_tenant(const Id& tenant, const std::string& reason) {
  std::vector<Id> devices;
  for (const auto& [pointer, live] : live_) {
    if (live.session.tenant() == tenant) devices.push_back(live.session.device());
  }
  for (const Id& device : devices) drop_device(device, reason);
}

void LiveHub::drop_all() {
  for (auto& [pointer, live] : live_) live.connection->close("the hub is stopping");
  live_.clear();
  by_device_.clear();
  touched_.clear();
  recount();
}

void LiveHub::receive(const LiveConnection* connection, ByteView frame) {
  const auto it = live_.find(connection);
  if (it == live_.end() || !it->second.close_reason.empty()) return;
  auto& live = it->second;
  touched_.insert(connection);
  ++counts_.messages;
  auto reply = live.session.receive(frame, clock_.now());
  if (!reply) {
    live.close_reason = reply.error().message;
    log::warning("the hub closes a connection: {} ({})", reply.error().message, reply.error().cause);
    return;
  }
  note(*reply, live.session.tenant(), live.session.device());
  std::ranges::move(reply->frames, std::back_inserter(live.outgoing));
  live.close_reason = reply->close_reason;
}

void LiveHub::note(const sync::HubReply& reply, const Id& tenant, const Id& device) {
  if (reply.stored) {
    ++counts_.stored;
    changed_tenants_.insert(tenant);
  }
  for (const auto& feed : reply.forks) {
    ++counts_.forks;
    log::warning("the log of terminal {} forked: its stick was copied or an old backup was put back",
                 to_string(feed.device));
  }
  if (!reply.close_reason.empty()) {
    ++counts_.refused;
    log::warning("the hub closes the connection of terminal {}: {}", to_string(device), reply.close_reason);
  }
}

Result<std::vector<Bytes>> LiveHub::exchange(const Id& tenant, const Id& device, const std::vector<Bytes>& frames) {
  sync::HubSession session(core_, tenant, device);
  std::vector<Bytes> answers;
  for (const auto& frame : frames) {
    ++counts_.messages;
    auto reply = TRY(session.receive(frame, clock_.now()));
    note(reply, tenant, device);
    std::ranges::move(reply.frames, std::back_inserter(answers));
    if (!reply.close_reason.empty()) return denied(reply.close_reason);
  }
  auto served = TRY(session.serve());
  std::ranges::move(served, std::back_inserter(answers));
  return answers;
}

void LiveHub::serve(Live& live) {
  auto frames = live.session.serve();
  if (!frames) {
    live.close_reason = frames.error().message;
  } else {
    counts_.pushed += frames->size();
    std::ranges::move(*frames, std::back_inserter(live.outgoing));
  }
}

void LiveHub::serve_changed() {
  for (auto& [pointer, live] : live_) {
    if (!live.close_reason.empty() || !changed_tenants_.contains(live.session.tenant())) continue;
    touched_.insert(pointer);
    serve(live);
  }
  changed_tenants_.clear();
}

void LiveHub::flush(const Status& durable) {
  for (const auto* pointer : std::exchange(touched_, {})) {
    const auto it = live_.find(pointer);
    if (it == live_.end()) continue;
    auto& live = it->second;
    if (!durable)
      live.close_reason = "the hub cannot store at the moment";
    else
      for (auto& frame : std::exchange(live.outgoing, {})) {
        if (live.connection->send(std::make_shared<const Bytes>(std::move(frame)))) continue;
        ++counts_.overflows;
        live.close_reason = "this terminal takes too little of what is sent; it will catch up when it connects again";
        break;
      }
    if (live.close_reason.empty()) continue;
    live.connection->close(live.close_reason);
    leave(pointer);
  }
  if (!durable) changed_tenants_.clear();
}

std::size_t LiveHub::connected(const Id& tenant) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(live_, [&](const auto& entry) { return entry.second.session.tenant() == tenant; }));
}

void LiveHub::recount() {
  std::set<Id> tenants;
  for (const auto& [pointer, live] : live_) tenants.insert(live.session.tenant());
  counts_.connections = live_.size();
  counts_.tenants = tenants.size();
}

}  // namespace till::net
