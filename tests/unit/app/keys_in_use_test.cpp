// A key that came into use beside the running exchange.
#include "app/key_epochs.hpp"
#include "snapshots_fixture.hpp"

namespace till::app {
namespace {

class KeysInUse : public SnapshotsTest {};

// The new key was in use at once, since nobody else was left, and the exchange that ran went on with the old one.
TEST_F(KeysInUse, WhatATillThatJoinedAfterTheOnlyOtherOneWasLockedOutSoldWasSetAsideUntilTheNextStart) {
  static_cast<void>(service(0));
  services_[1].reset();
  EXPECT_DONE(revoke_device(*shops_[0], anna(0), shops_[1]->state().device()));
  join(2);
  sell(2);
  EXPECT_TRUE(exchange({0, 2}, [&] { return sales(0) == 2; }));
  EXPECT_EQ(number(0, "SELECT count(*) FROM sync_parked"), 0);
}

TEST_F(KeysInUse, WhatATillSoldThatJoinedAfterTheOnlyOneChangedItsKeysWasSetAsideUntilTheNextStart) {
  const auto alone = new_tiny_shop(temp_.file("alone"), &time_);
  const auto owner = value_of(actor_named(*alone, "Anna"));
  hub_.add_tenant("Kiosk");
  app::join(*alone, owner, hub_, "Kiosk", nullptr);
  const auto running = value_of(SyncService::start(*alone, {}));
  EXPECT_DONE(running->run_once(5s));
  (void)value_of(rotate_keys(*alone, owner, FirstUse::when_all_have_it));
  shops_[2] = new_tiny_shop(temp_.file("till-2"), &time_);
  app::join(*shops_[2], anna(2), hub_, "Kiosk", alone.get());
  sell(2);
  EXPECT_TRUE(exchange({2}, [&] {
    static_cast<void>(running->run_once(3s));
    const auto sold = [](storage::Connection& conn) { return conn.integer("SELECT count(*) FROM sale"); };
    return value_of(alone->state().db->read(sold)) == 1;
  }));
}

}  // namespace
}  // namespace till::app
