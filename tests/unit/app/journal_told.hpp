// What a terminal's own journal says under an action, the oldest first: "Anna: Garden", who and what about.
#pragma once

#include <string>
#include <vector>

#include "shop_fixture.hpp"

namespace till::app {

using Told = std::vector<std::string>;

inline Told told(Shop& shop, const std::string& action) {
  auto& state = shop.state();
  return value_of(state.db->read([&](storage::Connection& conn) -> Result<Told> {
    auto q =
        TRY(conn.query("SELECT user_name || ': ' || subject FROM audit_entry WHERE action = ?1 AND device = ?2 "
                       "ORDER BY sequence",
                       action, state.device()));
    Told all;
    while (TRY(q.next())) all.push_back(q.text(0));
    return all;
  }));
}

}  // namespace till::app
