// A terminal that joins a test's hub and, where the shop has keys already, is approved at a terminal that has them.
#pragma once

#include "../net/hub_fixture.hpp"
#include "app/enrolment.hpp"
#include "shop_fixture.hpp"

namespace till::app {

inline void join(Shop& shop, const Actor& actor, net::TestHub& hub, const std::string& tenant, Shop* with_keys) {
  const auto joined = value_of(enrol(shop, actor, hub.url(), hub.code(tenant), hub.ca_file()));
  if (!joined.keys_pending) return;
  ASSERT_NE(with_keys, nullptr);
  const auto keeper = value_of(actor_named(*with_keys, {}));
  EXPECT_DONE(approve_terminal(*with_keys, keeper, to_string(shop.state().device()), joined.approval_code));
}

}  // namespace till::app
