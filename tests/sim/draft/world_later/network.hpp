// Connections between terminals and hubs. What they carry is lost, doubled, late, out of order or stuck as the lines'
// conditions say while the world is faulty; afterwards they are plain. A connection that is closed delivers nothing
// more.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/bytes.hpp"
#include "sync/engine.hpp"

namespace till::sim {

class World;

// Of the whole network.
struct Conditions {
  std::uint32_t loss_permille = 0, double_permille = 0;
  std::int64_t delay_min_ms = 1, delay_max_ms = 20;
  bool reorders = false;
};

// Of one terminal's line to one hub. Nobody hears of it when a frame is swallowed.
struct Line {
  bool swallows_up = false, swallows_down = false;
  bool clogged = false;  // takes frames and delivers them when it is free again
};

class Network {
 public:
  explicit Network(World& world) : world_(world) {}
  Conditions& conditions() { return conditions_; }
  Line& line(std::size_t terminal, sync::LinkNumber link) { return lines_[{terminal, link}]; }
  void unclog(std::size_t terminal, sync::LinkNumber link);
  void heal();  // the lines; conditions do not count any more

  // Answered by Terminal::link_up or link_down.
  void connect(std::size_t terminal, sync::LinkNumber link);
  // Both ends hear of it, or of the failed attempt.
  void close(std::uint64_t connection, const std::string& reason);
  void close_all(sync::LinkNumber link, const std::string& reason);
  void close_of(std::size_t terminal, const std::string& reason);
  void drop_silently(std::size_t terminal);  // the machine is gone: it hears of nothing
  void to_hub(std::uint64_t connection, Bytes frame) { carry(connection, std::move(frame), true); }
  void to_terminal(std::uint64_t connection, Bytes frame) { carry(connection, std::move(frame), false); }

 private:
  struct Connection {
    std::size_t terminal = 0;
    sync::LinkNumber link = 0;
    bool is_closing = false;                        // what was sent before still arrives
    std::array<std::int64_t, 2> last_arrival_us{};  // down, up
    std::vector<std::pair<bool, Bytes>> stuck;      // up?, frame
  };
  std::int64_t delay_us();
  void carry(std::uint64_t connection, Bytes frame, bool up);
  void send_off(std::uint64_t connection, const Bytes& frame, bool up);
  void arrive(std::uint64_t connection, const Bytes& frame, bool up);
  [[nodiscard]] bool swallows(const Connection& connection, bool up);

  World& world_;
  Conditions conditions_;
  std::map<std::pair<std::size_t, sync::LinkNumber>, Line> lines_;
  std::map<std::uint64_t, Connection> open_;
  std::uint64_t next_ = 1;
};

}  // namespace till::sim
