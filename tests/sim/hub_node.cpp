#include "sim/hub_node.hpp"

#include "sim/network.hpp"
#include "sim/sim_keys.hpp"
#include "sim/terminal.hpp"
#include "sim/world.hpp"

namespace till::sim {

using namespace till::sync;

HubNode::HubNode(World& world, const Id& tenant) : world_(world), tenant_(tenant), core_(store_, verify_for_hub) {
  store_.tenants[tenant].epoch = 7;
}

UtcTime HubNode::clock() const {
  return {kEpochStart_us + world_.now_us()};
}

void HubNode::admit(const Id& device) {
  store_.tenants[tenant_].devices[device] = {to_bytes(device.view()), false};
}

void HubNode::opened(std::uint64_t connection, const Id& device) {
  sessions_[connection] = std::make_unique<HubSession>(core_, tenant_, device);
}

void HubNode::received(std::uint64_t connection, const Bytes& frame) {
  const auto session = sessions_.find(connection);
  if (!up_ || session == sessions_.end()) return;
  auto reply = session->second->receive(frame, clock());
  if (!reply) {
    world_.fail("the hub failed: " + reply.error().message);
    return;
  }
  world_.forks += reply->forks.size();
  if (!reply->forks.empty() && !world_.forks_allowed) world_.fail("a sequence number was used twice: a feed forked");
  for (Bytes& out : reply->frames) world_.network().to_terminal(connection, std::move(out));
  if (reply->stored) serve_others(connection);
  if (!reply->close_reason.empty()) world_.network().close(connection, reply->close_reason);
}

void HubNode::serve_others(std::uint64_t except) {
  for (auto& [connection, session] : sessions_) {
    if (connection == except) continue;
    auto frames = session->serve();
    if (!frames) world_.fail("the hub cannot serve: " + frames.error().message);
    for (Bytes& out : *frames) world_.network().to_terminal(connection, std::move(out));
  }
}

void HubNode::go_down() {
  up_ = false;
  world_.network().close_all("the hub went away");
  sessions_.clear();
}

std::set<Id> HubNode::documents() {
  std::set<Id> found;
  for (const StoredSegment& stored : state().log) {
    const auto envelope = parse_envelope(stored.segment.bytes);
    const auto opened = open_segment(stored.segment.bytes, *envelope, SimKeys(stored.segment.feed.device));
    for (const Bytes& body : opened->bodies) {
      const auto record = decode_body(stored.segment.feed, 1, body);
      for (const Op& op : record->ops) found.insert(op.row);
    }
  }
  return found;
}

}  // namespace till::sim
