// Two terminals of one shop over a real hub on the loopback: a price that both changed is a conflict on both, settled
// on one, gone on the other, and taken back; a terminal is locked out.
#include <algorithm>

#include "app/catalogue.hpp"
#include "app/conflicts.hpp"
#include "app/ctl/ctl.hpp"
#include "app/devices.hpp"
#include "app/journal_check.hpp"
#include "app/lock_out.hpp"
#include "app/shop_state.hpp"
#include "app/suppliers.hpp"
#include "app/sync_choice.hpp"
#include "app/sync_service.hpp"
#include "app/sync_settings.hpp"
#include "app/sync_view.hpp"
#include "journal_told.hpp"
#include "storage/audit.hpp"
#include "storage/sync_store.hpp"
#include "sync/compaction.hpp"
#include "sync/record.hpp"
#include "two_terminals.hpp"

namespace till::app {
namespace {

using namespace std::chrono_literals;
using State = ConflictRow::State;

class TwoShopsTest : public TwoTerminals {
 protected:
  void SetUp() override {
    TwoTerminals::SetUp();
    join_both();
  }
  bool pens_cost(std::int64_t minor) { return pens(0).price.minor == minor && pens(1).price.minor == minor; }
  std::vector<ConflictRow> conflicts(int i, State state) {
    std::vector<ConflictRow> found;
    for (auto& row : value_of(list_conflicts(*shops_[i])).rows)
      if (row.state == state && row.field == "Price") found.push_back(std::move(row));
    return found;
  }
  // Both change the price while they do not hear of each other.
  void disagree() {
    disconnect();
    EXPECT_DONE(change_price(*shops_[0], anna(0), pens(0).id, {160}));
    time_.advance(2s);
    EXPECT_DONE(change_price(*shops_[1], anna(1), pens(1).id, {170}));
    EXPECT_TRUE(
        exchange([&] { return conflicts(0, State::open).size() == 1 && conflicts(1, State::open).size() == 1; }));
  }
};

TEST_F(TwoShopsTest, APriceThatBothChangedIsListedOnBothAndSettledOnOneForBoth) {
  disagree();
  for (int i = 0; i < 2; ++i) {
    const auto row = conflicts(i, State::open).at(0);
    EXPECT_EQ(row.kind, "Product");
    EXPECT_EQ(row.id, conflicts(0, State::open).at(0).id) << "the same on every terminal";
    ASSERT_EQ(row.sides.size(), 2U);
    EXPECT_EQ(row.sides[0].value, "1.70 EUR");
    EXPECT_EQ(row.sides[0].terminal, "Garden");
    EXPECT_EQ(row.sides[0].here, i == 1);
    EXPECT_EQ(row.sides[1].value, "1.60 EUR");
    EXPECT_EQ(row.sides[i == 1 ? 0 : 1].user, "Anna") << "its own journal says who it was";
    EXPECT_EQ(row.base, "1.49 EUR");
    EXPECT_EQ(row.merged, "1.81 EUR");
    EXPECT_EQ(value_of(read_sync_view(*shops_[i])).conflicts, 1U);
  }
  const auto id = conflicts(0, State::open).at(0).id;
  EXPECT_REFUSED(settle_conflict(*shops_[0], value_of(actor_named(*shops_[0], "Mia")), id, choice_from("local")),
                 denied, "settle conflicts");
  EXPECT_DONE(settle_conflict(*shops_[0], anna(0), id, choice_from("local")));
  EXPECT_EQ(told(*shops_[0], "conflict.settle"), Told{"Anna: Product Highlighter pen, Price: 1.60 EUR"});
  EXPECT_TRUE(exchange([&] { return pens_cost(160) && conflicts(1, State::open).empty(); }));
  const auto settled = conflicts(1, State::settled).at(0);
  EXPECT_EQ(settled.settled_by, "Anna");
  EXPECT_EQ(settled.settled_on, "Front");
  EXPECT_EQ(settled.sides[0].value, "1.60 EUR");

  EXPECT_TRUE(settled.can_undo);
  EXPECT_DONE(undo_settlement(*shops_[1], anna(1), settled.id));
  EXPECT_EQ(told(*shops_[1], "conflict.undo"), Told{"Anna: Product Highlighter pen, Price: 1.70 EUR"});
  EXPECT_TRUE(exchange([&] { return pens_cost(170); }));
  EXPECT_REFUSED(undo_settlement(*shops_[0], anna(0), settled.id), invalid, "changed again");
}

TEST_F(TwoShopsTest, WhatOneTerminalWritesInItsJournalIsReadOnTheOther) {
  EXPECT_DONE(change_price(*shops_[0], anna(0), pens(0).id, {160}));
  const auto journal_is_here = [&] {
    const auto entries =
        value_of(shops_[1]->state().db->read([](storage::Connection& conn) { return storage::last_audit(conn, 200); }));
    return std::ranges::any_of(entries, [&](const domain::AuditEntry& entry) {
      return entry.device == shops_[0]->state().device() && entry.user_name == "Anna" &&
             entry.action.find("price") != std::string::npos;
    });
  };
  EXPECT_TRUE(exchange(journal_is_here));

  const auto check = value_of(verify_journal(*shops_[1]));
  EXPECT_TRUE(check.good) << check.sentence;
  ASSERT_EQ(check.chains.size(), 2U);
  EXPECT_TRUE(check.chains[0].here);
  EXPECT_EQ(check.chains[1].terminal, "Front");
  EXPECT_GT(check.chains[1].entries, 3U);

  // Out of the middle of what came from the other terminal.
  const auto gone = static_cast<std::int64_t>(check.chains[1].last) - 1;
  EXPECT_DONE(shops_[1]->state().db->write([&](storage::Transaction& tx) {
    return tx.run("DELETE FROM audit_entry WHERE device = ?1 AND sequence = ?2", shops_[0]->state().device(), gone);
  }));
  EXPECT_NE(value_of(verify_journal(*shops_[1])).sentence.find("Front: entry " + std::to_string(gone) + " is missing"),
            std::string::npos);
}

TEST_F(TwoShopsTest, BothPutTogetherAndATypedValueHoldOnBoth) {
  disagree();
  EXPECT_DONE(settle_conflict(*shops_[1], anna(1), conflicts(1, State::open).at(0).id, choice_from("merge")));
  EXPECT_TRUE(exchange([&] { return pens_cost(181); }));
  disagree();
  const auto id = conflicts(1, State::open).at(0).id;
  EXPECT_FALSE(settle_conflict(*shops_[1], anna(1), id, choice_from("cheap")));
  EXPECT_DONE(settle_conflict(*shops_[1], anna(1), id, choice_from("1.99")));
  EXPECT_TRUE(exchange([&] { return pens_cost(199); }));
}

// Held as if it had come from the other one when that one's clock stood a year ahead.
TEST_F(TwoShopsTest, WhatATerminalOfAWrongClockLeftBehindCountsWhenAnAdministratorSaysSo) {
  disconnect();
  const auto garden = shops_[1]->state().device();
  const auto now_ms = time_.now().us / 1000;
  domain::Product late = pens(0);
  late.id = Id{{9}};
  late.sku = "NS-999";
  late.barcodes.clear();
  sync::Op op;
  op.entity = domain::Product::kEntity;
  op.row = late.id;
  op.fields = to_fields(late);
  sync::Record record;
  record.feed = {garden, 7, sync::Lane::normal};
  record.sequence = 1;
  record.op_id = Id{{7}};
  record.stamp = sync::Stamp::of(now_ms + 365 * sync::kDay_ms, 0);
  record.ops = {op};
  EXPECT_DONE(shops_[0]->state().db->write([&](storage::Transaction& tx) -> Status {
    storage::SyncStore store(tx);
    sync::Parked held;
    held.feed = record.feed;
    held.first = held.last = record.sequence;
    held.reason = sync::ParkedReason::future_stamp;
    held.due_ms = sync::due_at(record.stamp).us / 1000;
    held.since_ms = now_ms;
    held.bytes = TRY(sync::encode_body(record));
    return store.park(held);
  }));
  const auto mia = value_of(actor_named(*shops_[0], "Mia"));
  EXPECT_REFUSED(count_held_changes(*shops_[0], mia, garden), denied, "");
  EXPECT_REFUSED(count_held_changes(*shops_[0], anna(0), shops_[0]->state().device()), invalid, "by itself");
  EXPECT_EQ(value_of(count_held_changes(*shops_[0], anna(0), garden)), 1u);
  EXPECT_TRUE(exchange([&] { return product_by_code(*shops_[0], "NS-999").has_value(); }, 1));
  EXPECT_EQ(told(*shops_[0], "device.clock"), Told{"Anna: Garden"});
  EXPECT_REFUSED(count_held_changes(*shops_[0], anna(0), garden), invalid, "no change of Garden");
}

TEST_F(TwoShopsTest, APolicySettlesForBothWithoutAnybody) {
  disconnect();
  EXPECT_DONE(change_setting(*shops_[0], anna(0), "sync.policy.product.price", "use_remote"));
  const auto known = [&] {
    const auto& raw = shops_[1]->state().settings()->raw;
    return std::ranges::any_of(raw, [](const auto& s) { return s.first == "sync.policy.product.price"; });
  };
  EXPECT_TRUE(exchange(known));
  disconnect();
  EXPECT_DONE(change_price(*shops_[0], anna(0), pens(0).id, {160}));
  time_.advance(2s);
  EXPECT_DONE(change_price(*shops_[1], anna(1), pens(1).id, {170}));
  EXPECT_TRUE(exchange([&] { return pens_cost(160) && conflicts(0, State::settled).size() == 1; }));
  EXPECT_EQ(conflicts(0, State::settled).at(0).settled_by, "") << "the rule";
  EXPECT_GE(told(*shops_[0], "conflict.rule").size() + told(*shops_[1], "conflict.rule").size(), 1U);
}

TEST_F(TwoShopsTest, WhatATerminalLeavesOutWaitsAndComesWhenItsChoiceChanges) {
  EXPECT_DONE(choose_sync(*shops_[1], anna(1), {"suppliers"}, {}));
  domain::Supplier dairy;
  dairy.name = "Alpine Dairy";
  value_of(save_supplier(*shops_[0], anna(0), dairy));
  EXPECT_DONE(change_price(*shops_[0], anna(0), pens(0).id, {160}));
  EXPECT_TRUE(exchange([&] { return pens_cost(160); }));
  const auto is_there = [&] { return supplier_named(*shops_[1], "Alpine Dairy").has_value(); };
  EXPECT_FALSE(is_there());
  EXPECT_GE(value_of(chosen_sync(*shops_[1])).set_aside, 1U);
  EXPECT_DONE(choose_sync(*shops_[1], anna(1), {}, {}));
  services_[1]->retry_parked();
  EXPECT_TRUE(exchange(is_there));
  EXPECT_EQ(value_of(chosen_sync(*shops_[1])).set_aside, 0U);
}

TEST_F(TwoShopsTest, ARevokedTerminalIsSeenAsSuchAndLetInNoMore) {
  const auto report = services_[0]->report();
  const auto rows = value_of(list_devices(*shops_[0], &report));
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_TRUE(rows[0].here);
  EXPECT_FALSE(rows[0].may_be_revoked);
  EXPECT_TRUE(rows[1].may_be_revoked);
  EXPECT_REFUSED(revoke_device(*shops_[0], anna(0), rows[0].id), invalid, "cannot revoke itself");
  EXPECT_REFUSED(revoke_device(*shops_[0], value_of(actor_named(*shops_[0], "Mia")), rows[1].id), denied,
                 "manage devices");
  EXPECT_DONE(revoke_device(*shops_[0], anna(0), value_of(device_named(*shops_[0], "garden"))));
  EXPECT_TRUE(value_of(list_devices(*shops_[0])).at(1).revoked);
  EXPECT_EQ(told(*shops_[0], "device.revoke"), Told{"Anna: Garden"});
  const auto refused = services_[1]->run_once(3s);
  ASSERT_FALSE(refused.has_value());
  disconnect();
  EXPECT_EQ(value_of(read_sync_view(*shops_[1])).sentence, kLockedOut) << "although no till runs";
}

TEST_F(TwoShopsTest, WhatTillctlSettlesTakesBackAndLocksOutIsInTheJournal) {
  disagree();
  const auto ctl = [&](std::vector<std::string> words) {
    CtlRequest request;
    request.words = std::move(words);
    request.folder = temp_.file("front");
    request.working_folder = temp_.file("");
    const auto output = run_ctl(request, shops_[0].get());
    return output.exit_code == 0 ? std::string() : output.err;
  };
  const auto id = conflicts(0, State::open).at(0).id;
  EXPECT_NE(ctl({"sync", "resolve", id, "--use", "local", "--user", "Mia"}), "");
  EXPECT_EQ(told(*shops_[0], "conflict.settle"), Told{});
  EXPECT_EQ(ctl({"sync", "resolve", id, "--use", "local", "--user", "Anna"}), "");
  EXPECT_EQ(told(*shops_[0], "conflict.settle"), Told{"Anna: Product Highlighter pen, Price: 1.60 EUR"});
  EXPECT_EQ(ctl({"sync", "undo", conflicts(0, State::settled).at(0).id, "--user", "Anna"}), "");
  EXPECT_EQ(told(*shops_[0], "conflict.undo"), Told{"Anna: Product Highlighter pen, Price: 1.70 EUR"});
  EXPECT_EQ(ctl({"devices", "revoke", "garden", "--user", "Anna"}), "");
  EXPECT_EQ(told(*shops_[0], "device.revoke"), Told{"Anna: Garden"});
}

// An exchange by hand carries what was told already, and tells nothing itself.
TEST_F(TwoShopsTest, TillctlExchangesOnAClosedFolder) {
  EXPECT_DONE(change_price(*shops_[0], anna(0), pens(0).id, {160}));
  disconnect();
  shops_[0].reset();
  CtlRequest request;
  request.words = {"sync", "run"};
  request.folder = temp_.file("front");
  request.working_folder = temp_.file("");
  const auto output = run_ctl(request, nullptr);
  EXPECT_EQ(output.exit_code, 0) << output.err;
  services_[1] = value_of(SyncService::start(*shops_[1], {}));
  EXPECT_DONE(services_[1]->run_once(20s));
  EXPECT_EQ(pens(1).price.minor, 160);
}

TEST_F(TwoShopsTest, AskedForByHandWithoutAutoSyncItExchangedAndSaidThatTheHubDidNotAnswer) {
  for (auto& shop : shops_) EXPECT_DONE(set_sync(*shop, value_of(actor_named(*shop, {})), "auto_sync", "off"));
  disconnect();
  for (int round = 0; round < 3; ++round) {
    domain::Supplier supplier;
    supplier.name = "Berger " + std::to_string(round);
    EXPECT_DONE(save_supplier(*shops_[0], anna(0), supplier));
    for (int i = 0; i < 2; ++i) {  // as tillctl sync run does
      services_[i] = value_of(SyncService::start(*shops_[i], {}));
      EXPECT_DONE(services_[i]->run_once(20s));
    }
    EXPECT_EQ(value_of(suppliers(*shops_[1])).size(), value_of(suppliers(*shops_[0])).size());
    const auto report = services_[0]->report();
    EXPECT_TRUE(value_of(read_sync_view(*shops_[0], &report)).sentence.starts_with("This till exchanges only when"));
    disconnect();
  }
}

TEST_F(TwoShopsTest, AskedTwiceInARowWithoutAutoSyncTheGoodbyeOfTheFirstEndedTheSecond) {
  disconnect();
  EXPECT_DONE(set_sync(*shops_[0], anna(0), "auto_sync", "off"));
  services_[0] = value_of(SyncService::start(*shops_[0], {}));
  for (int tap = 0; tap < 8; ++tap) EXPECT_DONE(services_[0]->run_once(20s));
}

}  // namespace
}  // namespace till::app
