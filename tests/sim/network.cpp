#include "sim/network.hpp"

#include <vector>

#include "sim/hub_node.hpp"
#include "sim/terminal.hpp"
#include "sim/world.hpp"

namespace till::sim {

std::int64_t Network::delay_us() {
  const Plan& plan = world_.plan();
  if (!world_.is_faulty()) return 5'000;
  const auto spread = static_cast<std::uint64_t>(plan.delay_max_ms - plan.delay_min_ms + 1);
  return (plan.delay_min_ms + static_cast<std::int64_t>(world_.random().below(spread))) * 1000;
}

void Network::connect(std::size_t terminal) {
  const std::uint64_t connection = next_++;
  open_[connection] = terminal;
  world_.at(world_.now_us() + delay_us(), [this, connection, terminal] {
    if (!open_.contains(connection)) return;
    if (!world_.hub().is_up()) {
      open_.erase(connection);
      world_.terminals()[terminal]->link_down(connection, "the hub cannot be reached");
      return;
    }
    world_.hub().opened(connection, world_.terminals()[terminal]->device());
    world_.terminals()[terminal]->link_up(connection);
  });
  world_.terminals()[terminal]->attempt(connection);
}

void Network::close(std::uint64_t connection, const std::string& reason) {
  const auto found = open_.find(connection);
  if (found == open_.end()) return;
  const std::size_t terminal = found->second;
  open_.erase(found);
  world_.hub().closed(connection);
  world_.at(world_.now_us() + delay_us(),
            [this, connection, terminal, reason] { world_.terminals()[terminal]->link_down(connection, reason); });
}

void Network::close_all(const std::string& reason) {
  std::vector<std::uint64_t> all;
  for (const auto& [connection, terminal] : open_) all.push_back(connection);
  for (const std::uint64_t connection : all) close(connection, reason);
}

void Network::drop_silently(std::size_t terminal) {
  std::erase_if(open_, [&](const auto& entry) {
    if (entry.second != terminal) return false;
    world_.hub().closed(entry.first);
    return true;
  });
}

void Network::to_hub(std::uint64_t connection, Bytes frame) {
  carry(connection, std::move(frame), true);
}

void Network::to_terminal(std::uint64_t connection, Bytes frame) {
  carry(connection, std::move(frame), false);
}

void Network::carry(std::uint64_t connection, Bytes frame, bool to_the_hub) {
  if (!open_.contains(connection)) return;
  const Plan& plan = world_.plan();
  const bool bad = world_.is_faulty();
  if (bad && world_.random().below(1000) < plan.loss_permille) return;
  const int copies = bad && world_.random().below(1000) < plan.double_permille ? 2 : 1;
  for (int i = 0; i < copies; ++i) {
    world_.at(world_.now_us() + delay_us(), [this, connection, frame, to_the_hub] {
      const auto found = open_.find(connection);
      if (found == open_.end()) return;
      if (to_the_hub) {
        world_.hub().received(connection, frame);
      } else {
        world_.terminals()[found->second]->received(connection, frame);
      }
    });
  }
}

}  // namespace till::sim
