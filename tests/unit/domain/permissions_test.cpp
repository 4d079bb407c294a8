#include "domain/permissions.hpp"

#include <gtest/gtest.h>

#include <set>

namespace till::domain {
namespace {

constexpr Role kRoles[] = {Role::cashier, Role::supervisor, Role::manager, Role::owner};

TEST(Permissions, EveryRightIsNamedOnceAndTheOwnerHasAll) {
  std::set<std::string_view> keys;
  for (int i = 0; i <= static_cast<int>(Right::rotate_keys); ++i) {
    const auto right = static_cast<Right>(i);
    EXPECT_TRUE(keys.insert(key_of(right)).second) << i;
    EXPECT_TRUE(allows(Role::owner, right));
    EXPECT_FALSE(to_string(right).empty());
  }
}

TEST(Permissions, AHigherRoleLosesNothing) {
  for (int i = 0; i <= static_cast<int>(Right::rotate_keys); ++i)
    for (std::size_t role = 1; role < std::size(kRoles); ++role)
      EXPECT_TRUE(!allows(kRoles[role - 1], static_cast<Right>(i)) || allows(kRoles[role], static_cast<Right>(i))) << i;
}

TEST(Permissions, ARefusalSaysWhomToAsk) {
  const auto refused = require(Role::cashier, Right::refund);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::denied);
  EXPECT_EQ(refused.error().message, "a cashier may not give a refund; ask a supervisor");
  EXPECT_TRUE(needs_override(Role::cashier, Right::refund));
  EXPECT_TRUE(may_approve(Role::supervisor, Right::refund));
  EXPECT_FALSE(may_approve(Role::cashier, Right::refund));
}

TEST(Permissions, DiscountsHaveALimitPerRole) {
  EXPECT_TRUE(allows_discount(Role::cashier, 10'000'000));
  EXPECT_FALSE(allows_discount(Role::cashier, 10'000'001));
  EXPECT_TRUE(allows_discount(Role::manager, 100'000'000));
}

TEST(Permissions, RolesAreReadByName) {
  for (const auto role : kRoles) EXPECT_EQ(*role_of(to_string(role)), role);
  EXPECT_FALSE(role_of("king"));
}

}  // namespace
}  // namespace till::domain
