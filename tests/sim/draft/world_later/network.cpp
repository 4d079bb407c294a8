#include "sim/network.hpp"

#include <algorithm>
#include <utility>

#include "sim/hub_node.hpp"
#include "sim/terminal.hpp"
#include "sim/world.hpp"

namespace till::sim {

using sync::LinkNumber;

std::int64_t Network::delay_us() {
  if (!world_.is_faulty()) return 5'000;
  const auto spread = static_cast<std::uint64_t>(conditions_.delay_max_ms - conditions_.delay_min_ms + 1);
  return (conditions_.delay_min_ms + static_cast<std::int64_t>(world_.random().below(spread))) * 1000;
}

bool Network::swallows(const Connection& connection, bool up) {
  const Line& line = lines_[{connection.terminal, connection.link}];
  return up ? line.swallows_up : line.swallows_down;
}

void Network::heal() {
  for (auto& [key, line] : lines_) {
    line = {};
    unclog(key.first, key.second);
  }
}

void Network::connect(std::size_t terminal, LinkNumber link) {
  const std::uint64_t id = next_++;
  open_[id] = {terminal, link, false, {}, {}};
  world_.terminal(terminal).attempt(link, id);
  world_.at(world_.now_us() + delay_us(), [this, id, terminal, link] {
    const auto found = open_.find(id);
    if (found == open_.end() || found->second.is_closing) return;
    if (swallows(found->second, true) || swallows(found->second, false)) return;
    HubNode& hub = world_.hub(link);
    const std::string refusal = hub.refuses(world_.terminal(terminal));
    if (!refusal.empty()) {
      open_.erase(found);
      world_.terminal(terminal).link_down(id, refusal);
      return;
    }
    hub.opened(id, world_.terminal(terminal));
    world_.terminal(terminal).link_up(id);
  });
}

void Network::close(std::uint64_t connection, const std::string& reason) {
  const auto found = open_.find(connection);
  if (found == open_.end()) return;
  if (std::exchange(found->second.is_closing, true)) return;
  const auto& last_us = found->second.last_arrival_us;
  const std::int64_t when_us = std::max({world_.now_us() + delay_us(), last_us[0], last_us[1]});
  world_.at(when_us, [this, connection, reason] {
    const auto closing = open_.find(connection);
    if (closing == open_.end()) return;
    const std::size_t terminal = closing->second.terminal;
    world_.hub(closing->second.link).closed(connection);
    open_.erase(closing);
    world_.terminal(terminal).link_down(connection, reason);
  });
}

void Network::close_all(LinkNumber link, const std::string& reason) {
  std::vector<std::uint64_t> all;
  for (const auto& [id, connection] : open_) {
    if (connection.link == link) all.push_back(id);
  }
  for (const std::uint64_t id : all) close(id, reason);
}

void Network::close_of(std::size_t terminal, const std::string& reason) {
  std::vector<std::uint64_t> all;
  for (const auto& [id, connection] : open_) {
    if (connection.terminal == terminal) all.push_back(id);
  }
  for (const std::uint64_t id : all) close(id, reason);
}

void Network::drop_silently(std::size_t terminal) {
  std::erase_if(open_, [&](const auto& entry) {
    if (entry.second.terminal != terminal) return false;
    world_.hub(entry.second.link).closed(entry.first);
    return true;
  });
}

void Network::carry(std::uint64_t id, Bytes frame, bool up) {
  const auto found = open_.find(id);
  if (found == open_.end() || found->second.is_closing || swallows(found->second, up)) return;
  const bool bad = world_.is_faulty();
  if (bad && world_.random().below(1000) < conditions_.loss_permille) return;
  const int copies = bad && world_.random().below(1000) < conditions_.double_permille ? 2 : 1;
  for (int i = 0; i < copies; ++i) send_off(id, frame, up);
}

void Network::send_off(std::uint64_t id, const Bytes& frame, bool up) {
  Connection& connection = open_.at(id);
  if (lines_[{connection.terminal, connection.link}].clogged) {
    connection.stuck.emplace_back(up, frame);
    return;
  }
  std::int64_t arrival_us = world_.now_us() + delay_us();
  std::int64_t& last_us = connection.last_arrival_us[up ? 1 : 0];
  if (!conditions_.reorders || !world_.is_faulty()) arrival_us = std::max(arrival_us, last_us);
  last_us = std::max(last_us, arrival_us);
  world_.at(arrival_us, [this, id, frame, up] { arrive(id, frame, up); });
}

void Network::arrive(std::uint64_t id, const Bytes& frame, bool up) {
  const auto found = open_.find(id);
  if (found == open_.end() || swallows(found->second, up)) return;
  if (up) {
    world_.hub(found->second.link).received(id, frame);
  } else {
    world_.terminal(found->second.terminal).received(id, frame);
  }
}

void Network::unclog(std::size_t terminal, LinkNumber link) {
  lines_[{terminal, link}].clogged = false;
  for (auto& [id, connection] : open_) {
    if (connection.terminal != terminal || connection.link != link) continue;
    for (const auto& [up, frame] : std::exchange(connection.stuck, {})) send_off(id, frame, up);
  }
}

}  // namespace till::sim
