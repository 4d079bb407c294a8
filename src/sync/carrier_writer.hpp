// What of the log a carrier lacks: first the own segments, cut where needed and the urgent lanes before the others,
// then everybody else's in the order in which they came here. It walks through the log once a session and then looks at
// what is new.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "sync/carrier_files.hpp"
#include "sync/peer.hpp"

namespace till::sync {

class CarrierWriter {
 public:
  struct Output {
    CarrierName name;
    Bytes bytes;
  };

  // Walks from the beginning again: the carrier may lack anything.
  void start_over();
  void start_over(const Feed& own_feed) { walked_.erase(own_feed); }
  void forget_flight();

  // Files to write now, as far as the window allows. The own feeds' positions on this link go into the store once all
  // of them are there or in flight.
  Result<std::vector<Output>> next(Step& step, LinkNumber link, const CarrierFiles& files);
  // An answer came; false when nobody waited for it.
  bool landed(const CarrierName& name);

  [[nodiscard]] bool in_flight() const { return !flights_.empty(); }
  [[nodiscard]] std::size_t flight_bytes() const { return flight_bytes_; }
  // The step ended before the walk did and before the window was full.
  [[nodiscard]] bool has_more() const { return more_; }

 private:
  struct Walk {
    Step& step;
    const CarrierFiles& files;
    std::size_t looks, cuts;  // left in this step
    std::vector<Output> out;
  };
  Status own(Walk& walk);
  Status own(Walk& walk, OwnFeed& feed);
  Status others(Walk& walk);
  void write(Walk& walk, const CarrierName& name, Bytes bytes);
  [[nodiscard]] bool is_lacking(const Walk& walk, const CarrierName& name) const;
  Status note_positions(Store& store, LinkNumber link) const;
  [[nodiscard]] bool is_full() const;

  std::map<CarrierName, std::size_t> flights_;  // bytes of each
  std::size_t flight_bytes_ = 0;
  std::map<Feed, std::uint64_t> walked_;  // own feeds: up to here all is there or in flight
  std::int64_t others_walked_ = 0;
  bool more_ = false;
};

}  // namespace till::sync
