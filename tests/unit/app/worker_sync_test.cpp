// What the panels of sync, conflicts and terminals ask for, carried out by the till's worker of one of two terminals
// over a real hub on the loopback, and what its journal says of it.
#include <gmock/gmock.h>

#include "app/conflicts.hpp"
#include "journal_told.hpp"
#include "two_terminals.hpp"
#include "worker_fixture.hpp"

namespace till::app {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using State = ConflictRow::State;

class SyncPanel : public Driven<TwoTerminals> {
 protected:
  // The first terminal's till; its books stay open in it.
  void run_the_till() {
    disconnect();
    books_ = shops_[0].get();
    drive(std::move(shops_[0]));
    sign_in_as("Anna", "2580");
  }
  std::int64_t pens_cost_here() { return value_of(product_by_code(*books_, kPens)).price.minor; }
  static const ConflictRow* price_row(const Snapshot& seen, State state) {
    if (!seen.sync.conflict_list) return nullptr;
    for (const auto& row : seen.sync.conflict_list->rows)
      if (row.state == state && row.field == "Price") return &row;
    return nullptr;
  }
  // The second terminal exchanges until it is so.
  template <class Done>
  bool other_sees(Done&& done) {
    if (!services_[1]) services_[1] = value_of(SyncService::start(*shops_[1], {}));
    const auto give_up = std::chrono::steady_clock::now() + net::kPatience;
    while (std::chrono::steady_clock::now() < give_up) {
      static_cast<void>(services_[1]->run_once(3s));
      if (done()) return true;
    }
    return false;
  }

  Shop* books_ = nullptr;
};

class ConflictPanel : public SyncPanel {
 protected:
  void SetUp() override {
    SyncPanel::SetUp();
    join_both();
    disconnect();
    EXPECT_DONE(change_price(*shops_[0], anna(0), pens(0).id, {160}));
    time_.advance(2s);
    EXPECT_DONE(change_price(*shops_[1], anna(1), pens(1).id, {170}));
    EXPECT_TRUE(exchange([&] {
      return value_of(list_conflicts(*shops_[0])).rows.size() == 1 &&
             value_of(list_conflicts(*shops_[1])).rows.size() == 1;
    }));
    run_the_till();
  }
};

TEST_F(ConflictPanel, settles_and_takes_back_for_both_terminals) {
  ASSERT_TRUE(becomes([](const Snapshot& s) { return price_row(s, State::open) != nullptr; }));
  const auto id = price_row(*now(), State::open)->id;
  auto seen = act(SettleConflict{id, SettleConflict::Use::local, {}});
  EXPECT_THAT(notice(*seen), HasSubstr("settled"));
  EXPECT_EQ(pens_cost_here(), 160);
  EXPECT_EQ(price_row(*seen, State::open), nullptr);
  EXPECT_EQ(told(*books_, "conflict.settle"), Told{"Anna: Product Highlighter pen, Price: 1.60 EUR"});
  EXPECT_TRUE(other_sees([&] { return pens(1).price.minor == 160; }));

  ASSERT_NE(price_row(*now(), State::settled), nullptr);
  seen = act(UndoSettlement{price_row(*now(), State::settled)->id});
  EXPECT_THAT(notice(*seen), HasSubstr("taken back"));
  EXPECT_EQ(pens_cost_here(), 170);
  EXPECT_EQ(told(*books_, "conflict.undo"), Told{"Anna: Product Highlighter pen, Price: 1.70 EUR"});
  EXPECT_TRUE(other_sees([&] { return pens(1).price.minor == 170; }));
}

TEST_F(ConflictPanel, takes_a_typed_value_and_says_what_is_none) {
  const auto id = price_row(*now(), State::open)->id;
  auto seen = act(SettleConflict{id, SettleConflict::Use::value, "cheap"});
  EXPECT_NE(notice(*seen), "");
  EXPECT_EQ(told(*books_, "conflict.settle"), Told{});
  act(SettleConflict{id, SettleConflict::Use::value, "1.99"});
  EXPECT_EQ(pens_cost_here(), 199);
  EXPECT_EQ(told(*books_, "conflict.settle"), Told{"Anna: Product Highlighter pen, Price: 1.99 EUR"});
  seen = act(UndoSettlement{"no such decision"});
  EXPECT_THAT(notice(*seen), HasSubstr("no settled conflict"));
}

TEST_F(ConflictPanel, a_typed_value_that_no_product_may_have_was_taken) {
  const auto id = price_row(*now(), State::open)->id;
  auto seen = act(SettleConflict{id, SettleConflict::Use::value, "-3"});
  EXPECT_THAT(notice(*seen), HasSubstr("out of range"));
  EXPECT_EQ(told(*books_, "conflict.settle"), Told{});
  EXPECT_EQ(pens_cost_here(), 170);
}

TEST_F(ConflictPanel, undoing_what_nobody_has_settled_yet_settled_it) {
  const auto id = price_row(*now(), State::open)->id;
  auto seen = act(UndoSettlement{id});
  EXPECT_THAT(notice(*seen), HasSubstr("not settled yet"));
  EXPECT_NE(price_row(*seen, State::open), nullptr);
  EXPECT_EQ(pens_cost_here(), 170);
}

TEST_F(ConflictPanel, each_side_can_be_taken_by_its_key) {
  const auto row = *price_row(*now(), State::open);
  ASSERT_EQ(row.sides.size(), 2U);
  EXPECT_THAT(notice(*act(SettleConflict{row.id, SettleConflict::Use::side, "NOSUCH"})), HasSubstr("not the values"));
  act(SettleConflict{row.id, SettleConflict::Use::side, row.sides[1].key});
  EXPECT_EQ(pens_cost_here(), 160);
  const auto* settled = price_row(*now(), State::settled);
  ASSERT_NE(settled, nullptr);
  EXPECT_EQ(settled->place, row.id) << "the panel finds it again";
}

TEST_F(ConflictPanel, asks_a_cashier_for_somebody_who_may_and_names_both) {
  const auto id = price_row(*now(), State::open)->id;
  sign_in_as("Mia", "1357");
  EXPECT_TRUE(act(SettleConflict{id, SettleConflict::Use::merge, {}})->approval);
  EXPECT_EQ(pens_cost_here(), 170) << "not before somebody allowed it";
  act(Approve{"Anna", "2580"});
  EXPECT_EQ(pens_cost_here(), 181);
  EXPECT_EQ(told(*books_, "conflict.settle"), Told{"Mia: Product Highlighter pen, Price: 1.81 EUR"});
}

TEST_F(SyncPanel, a_cashier_could_hold_back_everything_that_was_sold) {
  join_both();
  run_the_till();
  ASSERT_TRUE(becomes([](const Snapshot& s) { return s.sync.state == SyncState::connected; }));
  sign_in_as("Mia", "1357");
  EXPECT_TRUE(act(SyncPause{true})->approval);
  EXPECT_NE(now()->sync.state, SyncState::paused) << "not before somebody allowed it";
  act(Approve{"Anna", "2580"});
  EXPECT_TRUE(becomes([](const Snapshot& s) { return s.sync.state == SyncState::paused; }));
  EXPECT_FALSE(act(SyncPause{false})->approval) << "anybody may let it go on";
  EXPECT_TRUE(becomes([](const Snapshot& s) { return s.sync.state != SyncState::paused; }));
}

TEST_F(SyncPanel, revokes_a_terminal_while_there_is_a_connection_and_not_otherwise) {
  join_both();
  const auto garden = shops_[1]->state().device();
  run_the_till();
  ASSERT_TRUE(becomes([](const Snapshot& s) { return s.sync.state == SyncState::connected; }));
  auto seen = act(RevokeDevice{garden});
  EXPECT_THAT(notice(*seen), HasSubstr("revoked"));
  EXPECT_EQ(told(*books_, "device.revoke"), Told{"Anna: Garden"});
  const auto is_revoked = [&] {
    const auto rows = value_of(list_devices(*books_));
    return std::ranges::any_of(rows, [&](const DeviceRow& row) { return row.id == garden && row.revoked; });
  };
  EXPECT_TRUE(is_revoked());
  services_[1] = value_of(SyncService::start(*shops_[1], {}));
  EXPECT_FALSE(services_[1]->run_once(3s).has_value()) << "the hub lets it in no more";
}

TEST_F(SyncPanel, says_that_the_hub_is_away_instead_of_revoking) {
  join_both();
  const auto garden = shops_[1]->state().device();
  disconnect();
  hub_.stop();
  run_the_till();
  EXPECT_THAT(notice(*act(RevokeDevice{garden})), HasSubstr("the hub cannot be reached now"));
  EXPECT_EQ(told(*books_, "device.revoke"), Told{});
}

TEST_F(SyncPanel, joins_a_hub_and_lets_another_till_in) {
  run_the_till();
  auto seen = act(Enrol{hub_.url(), hub_.code("Corner"), hub_.ca_file()});
  EXPECT_THAT(notice(*seen), HasSubstr("number 1 of 'Corner'"));
  EXPECT_EQ(told(*books_, "enrol"), Told{"Anna: Corner"});
  const auto joined = value_of(enrol(*shops_[1], anna(1), hub_.url(), hub_.code("Corner"), hub_.ca_file()));
  ASSERT_TRUE(joined.keys_pending);
  seen = act(ApproveTerminal{"garden", "no code"});
  EXPECT_THAT(notice(*seen), HasSubstr("three groups"));
  EXPECT_EQ(told(*books_, "keys.handed-over"), Told{});
  seen = act(ApproveTerminal{"garden", joined.approval_code});
  EXPECT_THAT(notice(*seen), HasSubstr("'Garden' is given the shop's keys"));
  EXPECT_EQ(told(*books_, "keys.handed-over"), Told{"Anna: Garden"});
  EXPECT_TRUE(other_sees([&] { return !value_of(membership(*shops_[1]))->keys_pending; }));
}

}  // namespace
}  // namespace till::app
