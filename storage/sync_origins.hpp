// Devices and their incarnations by small numbers, so that a row's stamps stay small. A number is never used again.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "storage/connection.hpp"
#include "sync/record.hpp"

namespace till::storage {

using Origin = std::pair<Id, sync::Incarnation>;

class SyncOrigins {
 public:
  explicit SyncOrigins(Connection& conn) : conn_(conn) {}
  Result<std::optional<std::int64_t>> find(const Origin& origin);
  Result<std::int64_t> number_of(const Origin& origin);  // makes one; needs a writing connection
  Result<Origin> origin(std::int64_t number);
  void forget() { known_.clear(), numbers_.clear(); }  // after a roll-back

 private:
  void remember(const Origin& origin, std::int64_t number);
  Connection& conn_;
  std::map<Origin, std::int64_t> known_;
  std::map<std::int64_t, Origin> numbers_;
};

inline Origin origin_of(const sync::Feed& feed) {
  return {feed.device, feed.incarnation};
}

}  // namespace till::storage
