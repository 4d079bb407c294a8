// The hub as a place for backups: a real hub on the loopback, and a terminal of one of its tenants.
#include <gtest/gtest.h>

#include "../net/hub_fixture.hpp"
#include "app/backup_target.hpp"
#include "app/enrolment.hpp"
#include "app/restores.hpp"
#include "net/cloud/hub_objects.hpp"
#include "stick_fixture.hpp"

namespace till::app {
namespace {

class BackupsAtTheHub : public SticksTest {
 protected:
  void SetUp() override {
    hub_.add_tenant("Corner");
    clock_.set_utc(SystemClock().now());  // the hub's
    SticksTest::SetUp();
    EXPECT_DONE(enrol(*shop_, owner(), hub_.url(), hub_.code("Corner"), hub_.ca_file()));
    value_of(add_backup_target(*shop_, owner(), {"hub", TargetKind::hub, {}, false}));
  }
  net::TestHub hub_;
};

TEST_F(BackupsAtTheHub, are_made_listed_proved_and_pruned) {
  sell({kPens});
  set("hub", "keep", "1");
  EXPECT_DONE(run("hub"));
  Task task;
  EXPECT_DONE(create_backup(*shop_, owner(), "hub", {}, task, {true, false}));
  const auto outcome = run("hub");
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->proof_problem, "");
  const auto rows = listed("hub");
  ASSERT_FALSE(rows.empty());
  EXPECT_TRUE(rows.front().verified);
  EXPECT_DONE(drill_generation(*shop_, "hub", rows.front().generation, {}, task));
  const auto report = report_target(*shop_, target("hub"), true);
  EXPECT_EQ(report.state, TargetState::ready);
  EXPECT_TRUE(report.room) << "the quota is known";
}

TEST_F(BackupsAtTheHub, hold_nothing_that_the_hub_could_read) {
  sell({kPens});
  EXPECT_DONE(back_up("hub"));
  const auto store = value_of(open_backup_target(*shop_, "hub"));
  std::size_t looked = 0;
  for (const auto& object : value_of(store->list(""))) {
    const auto bytes = value_of(store->get(object.name, 64 << 20)).value();
    for (const auto* plain : {"SQLite format 3", "Highlighter", "Anna"})
      EXPECT_EQ(as_text(bytes).find(plain), std::string_view::npos) << object.name;
    ++looked;
  }
  EXPECT_GT(looked, 3U);
}

TEST_F(BackupsAtTheHub, of_another_tenant_are_not_seen) {
  EXPECT_DONE(back_up("hub"));
  hub_.add_tenant("Stranger");
  net::TestTill stranger(hub_);
  (void)net::must(stranger.enrol(hub_.code("Stranger")));
  SystemRandom random;
  net::HubObjects theirs(hub_.address(), stranger.credentials(), stranger.clock, random);
  EXPECT_TRUE(value_of(theirs.list("")).empty());
}

TEST_F(BackupsAtTheHub, wait_for_a_hub_that_does_not_answer_and_the_till_sells_on) {
  EXPECT_DONE(run("hub"));
  hub_.stop();
  EXPECT_FALSE(run("hub"));
  EXPECT_EQ(state_of("hub"), TargetState::unreachable);
  sell({kPens});
  hub_.start();
  EXPECT_DONE(run("hub"));
  EXPECT_EQ(state_of("hub"), TargetState::ready);
}

TEST_F(BackupsAtTheHub, beyond_the_quota_are_refused_with_a_state_and_a_sentence) {
  hub_.stop();
  hub_.quota_bytes = 3000;
  hub_.start();
  EXPECT_FALSE(run("hub"));
  EXPECT_EQ(state_of("hub"), TargetState::full);
}

TEST_F(BackupsAtTheHub, restore_over_the_closed_shop_by_name) {
  sell({kPens});
  EXPECT_DONE(back_up("hub"));
  sell({kBread});
  close();
  Task task;
  const auto report = restore_shop({folder(), "hub", "latest", {}, "Anna", std::nullopt, true}, task);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->sales, 1U);
  open();
  EXPECT_EQ(number("SELECT count(*) FROM sale"), 1);
}

}  // namespace
}  // namespace till::app
