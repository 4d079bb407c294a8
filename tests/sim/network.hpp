// Connections between terminals and the hub: they lose, double, delay and reorder what they carry while the world is
// faulty, and are plain afterwards. A closed connection delivers nothing more.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "core/bytes.hpp"

namespace till::sim {

class World;

class Network {
 public:
  explicit Network(World& world) : world_(world) {}
  // Answered by Terminal::link_up or link_down.
  void connect(std::size_t terminal);
  // Both ends hear of it, or of the failed attempt.
  void close(std::uint64_t connection, const std::string& reason);
  void close_all(const std::string& reason);
  void drop_silently(std::size_t terminal);  // the machine is gone: nobody hears of it
  void to_hub(std::uint64_t connection, Bytes frame);
  void to_terminal(std::uint64_t connection, Bytes frame);
  [[nodiscard]] bool is_open(std::uint64_t connection) const { return open_.contains(connection); }

 private:
  std::int64_t delay_us();
  void carry(std::uint64_t connection, Bytes frame, bool to_the_hub);
  World& world_;
  std::map<std::uint64_t, std::size_t> open_;  // connection to terminal
  std::uint64_t next_ = 1;
};

}  // namespace till::sim
