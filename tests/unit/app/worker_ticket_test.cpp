// What a cashier does with scanner and keys.
#include "worker_fixture.hpp"

namespace till::app {
namespace {

class TicketAtTheTill : public WorkerTest {};

TEST_F(TicketAtTheTill, ten_scans_at_once_all_land_in_order) {
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(till_->post(Scan{i % 2 == 0 ? kPens : kBread}));
  const auto seen = now();
  EXPECT_EQ(lines(*seen), (Lines{"5 Highlighter pen", "5 Rye bread"}));
  EXPECT_EQ(seen->ticket.total, "22.20");
  EXPECT_EQ(seen->ticket.item_count, "10 items");
}

TEST_F(TicketAtTheTill, exact_cash_finishes_and_a_second_tap_does_nothing) {
  const auto seen = act(Scan{kPens}, PayExact{}, PayExact{}, PayExact{});
  ASSERT_TRUE(seen->finished);
  EXPECT_EQ(seen->finished->total, "1.49");
  EXPECT_FALSE(seen->finished->change_due);
  EXPECT_TRUE(seen->ticket.is_empty());
  stop_till();
  EXPECT_EQ(number("SELECT count(*) FROM sale"), 1);
}

TEST_F(TicketAtTheTill, the_finished_sale_stays_until_the_next_scan_begins_the_next_sale) {
  act(Scan{kPens}, PayCash{{500}});
  auto seen = act(SearchReceipts{""}, SyncNow{});
  ASSERT_TRUE(seen->finished);
  EXPECT_EQ(seen->finished->change, "3.51");
  EXPECT_TRUE(seen->finished->change_due);
  seen = act(Scan{kBread});
  EXPECT_FALSE(seen->finished);
  EXPECT_EQ(lines(*seen), Lines{"1 Rye bread"});
}

TEST_F(TicketAtTheTill, scan_two_scan_two_are_four_pieces) {
  const auto seen = act(Scan{kPens}, Pad{PadKey::d2}, Scan{kPens}, Pad{PadKey::d2});
  EXPECT_EQ(lines(*seen), Lines{"4 Highlighter pen"});
  EXPECT_EQ(seen->ticket.total, "5.96");
}

TEST_F(TicketAtTheTill, a_scan_never_becomes_a_quantity) {
  auto seen = act(Scan{kPens}, Scan{kBread}, Scan{kPens});
  EXPECT_EQ(lines(*seen), (Lines{"2 Highlighter pen", "1 Rye bread"}));
  seen = act(Pad{PadKey::quantity}, Scan{kBread});
  EXPECT_EQ(lines(*seen), (Lines{"2 Highlighter pen", "2 Rye bread"}));
  EXPECT_FALSE(seen->question);
}

TEST_F(TicketAtTheTill, three_times_a_scan_is_three_pieces) {
  const auto seen = act(Pad{PadKey::d3}, Pad{PadKey::times}, Scan{kPens}, Scan{kBread});
  EXPECT_EQ(lines(*seen), (Lines{"3 Highlighter pen", "1 Rye bread"}));
}

TEST_F(TicketAtTheTill, an_unknown_barcode_is_said_and_changes_nothing) {
  act(Scan{kPens});
  const auto seen = act(Scan{"4006381333948"});
  EXPECT_EQ(lines(*seen), Lines{"1 Highlighter pen"});
  ASSERT_TRUE(seen->notice);
  EXPECT_EQ(seen->notice->level, Notice::Level::warning);
  EXPECT_NE(notice(*seen).find("4006381333948"), std::string::npos) << notice(*seen);
  EXPECT_FALSE(act(DismissNotice{seen->notice->number})->notice);
}

TEST_F(TicketAtTheTill, a_hundred_pieces_are_asked_about_first) {
  auto seen = act(Scan{kPens}, Pad{PadKey::quantity}, Pad{PadKey::d1}, Pad{PadKey::d00}, Pad{PadKey::enter});
  ASSERT_TRUE(seen->question);
  EXPECT_EQ(lines(*seen), Lines{"1 Highlighter pen"});
  seen = act(Answer{false});
  EXPECT_FALSE(seen->question);
  EXPECT_EQ(lines(*seen), Lines{"1 Highlighter pen"});
  seen = act(Pad{PadKey::quantity}, Pad{PadKey::d1}, Pad{PadKey::d00}, Pad{PadKey::enter}, Answer{true});
  EXPECT_EQ(lines(*seen), Lines{"100 Highlighter pen"});
  EXPECT_EQ(act(Answer{true})->ticket.total, "149.00");
}

TEST_F(TicketAtTheTill, a_parked_ticket_is_recalled_after_a_restart_and_only_once) {
  auto seen = act(Scan{kPens}, Scan{kBread}, Park{"Mr Klee"});
  EXPECT_TRUE(seen->ticket.is_empty());
  ASSERT_EQ(seen->parked.size(), 1u);
  EXPECT_EQ(seen->parked[0].name, "Mr Klee");
  EXPECT_EQ(seen->parked[0].total, "4.44");
  restart();
  seen = now();
  EXPECT_TRUE(seen->ticket.is_empty());
  ASSERT_EQ(seen->parked.size(), 1u);
  const auto id = seen->parked[0].id;
  seen = act(Recall{id});
  EXPECT_EQ(seen->ticket.total, "4.44");
  EXPECT_TRUE(seen->parked.empty());
  seen = act(CancelTicket{}, Recall{id});
  EXPECT_TRUE(seen->ticket.is_empty());
  EXPECT_NE(notice(*seen).find("recalled already"), std::string::npos);
}

TEST_F(TicketAtTheTill, the_open_ticket_survives_a_restart) {
  act(Scan{kPens}, Pad{PadKey::d3}, Scan{kBread});
  restart();
  EXPECT_EQ(lines(*now()), (Lines{"3 Highlighter pen", "1 Rye bread"}));
  EXPECT_EQ(act(PayExact{})->finished->total, "7.42");
}

TEST_F(TicketAtTheTill, a_sold_ticket_is_not_open_again_after_a_restart) {
  act(Scan{kPens}, PayExact{});
  restart();
  EXPECT_TRUE(now()->ticket.is_empty());
}

TEST_F(TicketAtTheTill, taking_back_a_line_leaves_the_others) {
  auto seen = act(Scan{kPens}, Scan{kBread}, VoidLast{});
  EXPECT_EQ(seen->ticket.total, "1.49");
  seen = act(CancelTicket{});
  EXPECT_TRUE(seen->ticket.is_empty());
}

TEST_F(TicketAtTheTill, one_less_of_one_piece_takes_the_line_back) {
  auto seen = act(Scan{kPens}, Pad{PadKey::d2}, ChangeQuantity{"", -1000});
  EXPECT_EQ(seen->ticket.total, "1.49");
  seen = act(ChangeQuantity{"", -1000});
  EXPECT_EQ(seen->ticket.total, "0.00");
}

TEST_F(TicketAtTheTill, a_typed_line_is_understood) {
  EXPECT_EQ(lines(*act(TypeLine{"3*" + kPens})), Lines{"3 Highlighter pen"});
  EXPECT_FALSE(notice(*act(TypeLine{"3**"})).empty());
}

TEST_F(TicketAtTheTill, nothing_is_done_before_somebody_signed_in) {
  act(SignOut{});
  const auto seen = act(Scan{kPens}, PayExact{});
  EXPECT_TRUE(seen->ticket.is_empty());
  EXPECT_FALSE(seen->user);
  EXPECT_NE(notice(*seen).find("Sign in"), std::string::npos);
}

TEST_F(TicketAtTheTill, a_wrong_pin_is_said_and_opens_nothing) {
  act(SignOut{});
  auto seen = act(SignIn{"Mia", "9999"});
  EXPECT_FALSE(seen->user);
  EXPECT_FALSE(seen->sign_in_problem.empty());
  seen = act(SignIn{"Mia", "1357"});
  ASSERT_TRUE(seen->user);
  EXPECT_EQ(seen->user->name, "Mia");
  EXPECT_TRUE(seen->sign_in_problem.empty());
}

}  // namespace
}  // namespace till::app
