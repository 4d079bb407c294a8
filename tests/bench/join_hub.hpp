// A terminal joins a benchmark's hub; the first one brings the keys and approves the others.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "app/enrolment.hpp"
#include "app/shop_state.hpp"
#include "bench_hub.hpp"

namespace till::bench {

inline void join_hub(app::Shop& shop, const app::Actor& actor, HubProcess& hub) {
  static std::map<std::string, std::pair<app::Shop*, app::Actor>> with_keys;  // by hub
  const auto joined = must(app::enrol(shop, actor, hub.url(), hub.new_code(), hub.ca_file()));
  if (!joined.keys_pending) {
    with_keys[hub.url()] = {&shop, actor};
    return;
  }
  const auto& [keeper, owner] = with_keys.at(hub.url());
  must(app::approve_terminal(*keeper, owner, to_string(shop.state().device()), joined.approval_code));
}

}  // namespace till::bench
