// A device of a shop that is no simulated terminal: what it writes is made byte by byte, sealed and signed with its own
// valid keys, and put into the hub. For records that no honest program of today writes, and for good ones among them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/fields.hpp"
#include "core/random.hpp"
#include "sync/hub_core.hpp"
#include "sync/record.hpp"

namespace till::sim {

class World;

class Outsider {
 public:
  Outsider(World& world, const Id& tenant, std::uint8_t number);
  [[nodiscard]] const Id& device() const { return device_; }
  [[nodiscard]] const Id& tenant() const { return tenant_; }
  Random& random() { return random_; }

  // A record at the head of the lane, ready to be changed.
  sync::Record record(sync::Lane lane, std::vector<sync::Op> ops);
  // A finished sale with one move; it must count everywhere, whatever stands around it.
  sync::Record good_sale();
  // The bodies as the next segment of the lane.
  Bytes segment(sync::Lane lane, const std::vector<Bytes>& bodies);
  // To the hub, now and again when the world is healed.
  void send(const Bytes& segment);
  void send(sync::Lane lane, const std::vector<sync::Record>& records);
  void send_again();

  struct Warp {
    bool wrong_signature = false;
    bool wrong_chain = false;  // the hash that is signed is not that of the records
  };
  Bytes segment(sync::Lane lane, const std::vector<Bytes>& bodies, const Warp& warp);

 private:
  struct Head {
    std::uint64_t sequence = 0;
    sync::RecordHash hash{};
  };
  World& world_;
  Id tenant_, device_;
  SeededRandom random_;
  std::map<sync::Lane, Head> heads_;
  std::vector<Bytes> sent_;
};

sync::Op set_field(sync::EntityNumber entity, const Id& row, FieldNumber field, Bytes value);

}  // namespace till::sim
