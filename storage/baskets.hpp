// Baskets on the disk: the ones that were parked, and the open one of this till, saved while it grows so that a power
// cut does not lose it. The bytes are the caller's. Local to the terminal.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "storage/connection.hpp"

namespace till::storage {

struct ParkedBasket {
  Id id;
  std::string label;
  std::string user_name;
  UtcTime at;
  domain::Money total;
  std::int64_t line_count = 0;
  Bytes basket;
};

Status park_basket(Connection& conn, const ParkedBasket& parked);
Result<std::vector<ParkedBasket>> parked_baskets(Connection& conn);  // oldest first
// Takes it off the list; nullopt when somebody else did.
Result<std::optional<ParkedBasket>> take_basket(Connection& conn, const Id& id);
Result<std::int64_t> count_parked_baskets(Connection& conn);

Status save_open_basket(Connection& conn, const Bytes& basket);
Result<std::optional<Bytes>> load_open_basket(Connection& conn);
Status clear_open_basket(Connection& conn);

}  // namespace till::storage
