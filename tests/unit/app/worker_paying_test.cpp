// Money at the till: split payments, approvals, refunds, shifts, the printer.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "app/control_socket.hpp"
#include "app/ctl/ctl.hpp"
#include "app/printing.hpp"
#include "worker_fixture.hpp"

namespace till::app {
namespace {

class Paying : public WorkerTest {};

TEST_F(Paying, by_card_and_then_cash_is_one_sale_with_two_tenders) {
  auto seen = act(Scan{kPens}, Scan{kBread}, PayCard{{200}, "ref 1", "VISA", "1234"});
  EXPECT_FALSE(seen->finished);
  ASSERT_EQ(seen->ticket.tenders.size(), 1u);
  EXPECT_EQ(seen->ticket.tenders[0].name, "Card VISA 1234");
  EXPECT_EQ(seen->ticket.remaining, "2.44");
  seen = act(Scan{kPens});
  EXPECT_EQ(seen->ticket.total, "4.44") << "a partly paid ticket must not grow";
  seen = act(CancelTicket{}, Park{"x"}, SignOut{});
  EXPECT_EQ(seen->ticket.total, "4.44");
  EXPECT_TRUE(seen->user);
  seen = act(PayCash{{500}});
  ASSERT_TRUE(seen->finished);
  EXPECT_EQ(seen->finished->change, "2.56");
  stop_till();
  EXPECT_EQ(number("SELECT count(*) FROM sale"), 1);
  EXPECT_EQ(text("SELECT group_concat(kind || ':' || amount) FROM sale_tender"), "1:200,0:244");
}

// It happened: card 2.00 of 4.44, then the bread was taken back; 1.49 was left, 2.00 paid, and no key could end it.
TEST_F(Paying, a_partly_paid_ticket_cannot_shrink_below_what_the_card_paid) {
  act(Scan{kPens}, Scan{kBread}, PayCard{{200}, "", "", ""});
  const std::vector<Command> changes = {VoidLast{},      RemoveLine{""},  DiscountTicket{10'000}, ChangeQuantity{""},
                                        Pad{PadKey::d3}, TypeLine{kPens}, TapProduct{Id{{1}}},    Scan{kPens}};
  for (const auto& change : changes) {
    const auto seen = act(Command(change));
    EXPECT_EQ(seen->ticket.total, "4.44") << change.index();
    EXPECT_NE(notice(*seen).find("partly paid"), std::string::npos) << change.index() << ": " << notice(*seen);
  }
  EXPECT_TRUE(act(PayExact{})->finished);
}

TEST_F(Paying, a_question_about_one_ticket_is_not_answered_on_the_next) {
  act(Scan{kPens}, Pad{PadKey::quantity}, Pad{PadKey::d1}, Pad{PadKey::d00}, Pad{PadKey::enter}, PayExact{});
  const auto seen = act(Scan{kPens}, Answer{true});
  EXPECT_EQ(lines(*seen), Lines{"1 Highlighter pen"});
  EXPECT_FALSE(seen->question);
}

TEST_F(Paying, an_approval_for_one_ticket_does_not_touch_the_next) {
  act(Scan{kPens}, DiscountTicket{50'000}, PayExact{}, Scan{kBread});
  EXPECT_EQ(act(Approve{"Jonas", "1470"})->ticket.total, "2.95");
}

TEST_F(Paying, with_no_money_or_less_is_refused) {
  for (const Command& nothing : {Command(PayCash{{0}}), Command(PayCash{{-500}}), Command(PayCard{{-149}, "", "", ""}),
                                 Command(PayVoucher{{-1}, "V1"})}) {
    const auto seen = act(Scan{kPens}, Command(nothing));
    EXPECT_FALSE(seen->finished);
    EXPECT_TRUE(seen->ticket.tenders.empty()) << nothing.index();
  }
}

TEST_F(Paying, too_much_by_card_is_refused) {
  const auto seen = act(Scan{kPens}, PayCard{{1000}, "", "", ""});
  EXPECT_FALSE(seen->finished);
  EXPECT_TRUE(seen->ticket.tenders.empty());
  EXPECT_FALSE(notice(*seen).empty());
}

TEST_F(Paying, with_a_closed_shift_is_refused_and_the_ticket_stays) {
  sign_in_as("Anna", "2580");
  const auto seen = act(CloseShift{{10000}}, Scan{kPens}, PayExact{});
  EXPECT_FALSE(seen->finished);
  EXPECT_EQ(seen->ticket.total, "1.49");
  EXPECT_TRUE(seen->ticket.tenders.empty());
  EXPECT_NE(notice(*seen).find("the shift is closed"), std::string::npos) << notice(*seen);
  EXPECT_TRUE(act(OpenShift{{10000}}, PayExact{})->finished);
}

TEST_F(Paying, a_refund_by_a_cashier_waits_for_a_second_person) {
  const auto receipt = act(Scan{kPens}, PayExact{})->finished->receipt;
  auto seen = act(RefundFind{receipt});
  ASSERT_TRUE(seen->refund);
  EXPECT_EQ(seen->refund->left_total, "1.49");
  seen = act(RefundConfirm{});
  ASSERT_TRUE(seen->approval);
  EXPECT_EQ(seen->approval->asked_by, "Mia");
  EXPECT_EQ(seen->approval->by.size(), 3u);
  seen = act(Approve{"Tobias", "0000"});
  EXPECT_TRUE(seen->approval) << "a wrong PIN allowed it, or closed the question";
  EXPECT_FALSE(seen->sign_in_problem.empty());
  seen = act(Approve{"Tobias", "4826"});
  EXPECT_FALSE(seen->approval);
  ASSERT_TRUE(seen->finished);
  EXPECT_TRUE(seen->finished->refund);
  EXPECT_EQ(seen->user->name, "Mia");
  stop_till();
  EXPECT_EQ(text("SELECT user_name || ' ' || approved_by FROM audit_entry WHERE action = 'refund'"), "Mia Tobias");
}

TEST_F(Paying, a_discount_above_the_limit_is_journalled_with_both_names) {
  auto seen = act(Scan{kPens}, DiscountTicket{10'000});
  EXPECT_EQ(seen->ticket.total, "1.34");
  seen = act(DiscountTicket{50'000});
  EXPECT_EQ(seen->ticket.total, "1.34");
  seen = act(Approve{"Jonas", "1470"});
  EXPECT_EQ(seen->ticket.total, "0.75");
  stop_till();
  EXPECT_EQ(text("SELECT user_name || ' ' || approved_by || ' ' || detail FROM audit_entry WHERE action = 'approved'"),
            "Mia Jonas price_change");
}

TEST_F(Paying, a_refused_approval_does_nothing) {
  const auto seen = act(NoSale{"change"}, Answer{false}, Approve{"Anna", "2580"});
  EXPECT_FALSE(seen->approval);
  stop_till();
  EXPECT_EQ(number("SELECT count(*) FROM shift_event WHERE kind = 4"), 0);
}

TEST_F(Paying, an_approval_asked_for_by_one_cashier_is_gone_when_another_signs_in) {
  act(NoSale{"change"});
  sign_in_as("Anna", "2580");
  const auto seen = act(Approve{"Jonas", "1470"});
  EXPECT_FALSE(seen->approval);
  stop_till();
  EXPECT_EQ(number("SELECT count(*) FROM shift_event WHERE kind = 4"), 0);
}

TEST_F(Paying, void_last_after_the_sale_takes_it_back_with_approval) {
  act(Scan{kPens}, PayExact{});
  auto seen = act(VoidLast{});
  ASSERT_TRUE(seen->approval);
  seen = act(Approve{"Anna", "2580"});
  EXPECT_TRUE(seen->finished->refund);
  EXPECT_FALSE(act(VoidLast{})->approval);
  stop_till();
  EXPECT_EQ(number("SELECT sum(due) FROM sale"), 0);
}

TEST_F(Paying, a_return_without_receipt_is_paid_out_once_it_is_allowed) {
  auto seen = act(TypeLine{"RF" + kPens}, Approve{"Anna", "2580"});
  EXPECT_EQ(seen->ticket.total, "-1.49");
  EXPECT_TRUE(seen->ticket.refunding);
  seen = act(PayExact{}, Approve{"Anna", "2580"});
  ASSERT_TRUE(seen->finished);
  EXPECT_EQ(seen->finished->change, "1.49");
  EXPECT_TRUE(seen->ticket.tenders.empty());
}

TEST_F(Paying, closing_the_shift_needs_an_empty_ticket_and_shows_the_z_report) {
  sign_in_as("Anna", "2580");
  auto seen = act(Scan{kPens}, CloseShift{{10000}});
  EXPECT_TRUE(seen->shift.open);
  seen = act(PayExact{}, CloseShift{{10100}});
  EXPECT_FALSE(seen->shift.open);
  EXPECT_NE(seen->shift.report.find("101.49"), std::string::npos) << seen->shift.report;
  EXPECT_NE(notice(*seen).find("-0.49"), std::string::npos) << notice(*seen);
}

TEST_F(Paying, a_change_of_price_is_on_the_tile_and_the_next_scan) {
  sign_in_as("Anna", "2580");
  auto seen = act(Search{"highl"});
  ASSERT_EQ(seen->search.size(), 1u);
  seen = act(ChangePrice{seen->search[0].product, {199}}, Scan{kPens});
  EXPECT_EQ(seen->search[0].price, "1.99");
  EXPECT_EQ(seen->ticket.total, "1.99");
}

// A printer on the loopback that is off (its port refuses) until it is turned on; then it takes everything.
class LoopbackPrinter {
 public:
  LoopbackPrinter() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (::bind(fd_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
      throw std::runtime_error("no loopback port");
    port_ = ntohs(address.sin_port);
  }
  ~LoopbackPrinter() {
    ::shutdown(fd_, SHUT_RDWR);
    if (thread_.joinable()) thread_.join();
    ::close(fd_);
  }
  LoopbackPrinter(const LoopbackPrinter&) = delete;
  LoopbackPrinter& operator=(const LoopbackPrinter&) = delete;

  [[nodiscard]] std::string address() const { return "tcp://127.0.0.1:" + std::to_string(port_); }
  void turn_on() {
    ::listen(fd_, 8);
    thread_ = std::jthread([this] { take_jobs(); });
  }
  std::string paper() {
    std::lock_guard lock(mutex_);
    return paper_;
  }

 private:
  void take_jobs() {
    for (int client; (client = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0; ::close(client)) {
      char bytes[4096];
      for (ssize_t n; (n = ::read(client, bytes, sizeof bytes)) > 0;) {
        std::lock_guard lock(mutex_);
        paper_.append(bytes, static_cast<std::size_t>(n));
      }
    }
  }
  int fd_, port_ = 0;
  std::mutex mutex_;
  std::string paper_;
  std::jthread thread_;
};

// Paid by card: a drawer's pulse, tried ahead of the receipt, would live for ever on a clock that stands still.
class Printing : public WorkerTest {
 protected:
  void SetUp() override {
    ShopTest::SetUp();
    open_the_shift();
    EXPECT_DONE(set_printer(*shop_, owner(), printer_.address(), 42));
    start();
  }
  void TearDown() override { till_.reset(); }  // before the printer
  LoopbackPrinter printer_;
};

TEST_F(Printing, a_sale_is_done_while_the_printer_is_off_and_printed_once_it_is_back) {
  const auto seen = act(Scan{kPens}, PayCard{});
  ASSERT_TRUE(seen->finished);
  ASSERT_TRUE(becomes(
      [](const Snapshot& s) { return s.printer.state == PrinterView::State::waiting && !s.printer.jobs.empty(); }));
  printer_.turn_on();
  act(RetryPrint{});
  ASSERT_TRUE(becomes(
      [](const Snapshot& s) { return s.printer.state == PrinterView::State::ready && s.printer.jobs.empty(); }));
  till_.reset();
  const auto paper = printer_.paper();
  EXPECT_NE(paper.find(seen->finished->receipt), std::string::npos);
  EXPECT_NE(paper.find("Highlighter pen"), std::string::npos);
  EXPECT_EQ(paper.find("Highlighter pen"), paper.rfind("Highlighter pen")) << "printed twice";
}

TEST_F(Printing, a_job_can_be_dropped_while_the_printer_is_off) {
  act(Scan{kPens}, PayCard{});
  ASSERT_TRUE(becomes([](const Snapshot& s) { return !s.printer.jobs.empty(); }));
  EXPECT_TRUE(act(DropPrintJob{till_->snapshot()->printer.jobs[0].job})->printer.jobs.empty());
  stop_till();
  EXPECT_EQ(journalled("print.drop"), 1);
}

class Forwarding : public WorkerTest {
 protected:
  CtlOutput ctl(std::vector<std::string> words) {
    CtlRequest request;
    request.words = std::move(words);
    request.folder = folder();
    request.working_folder = temp_.file("");
    return run_ctl(request, nullptr);
  }
};

TEST_F(Forwarding, tillctl_reaches_the_running_till) {
  const auto file = write_file(
      "basket.json",
      R"({"lines":[{"id":"a","product":"4006381333931","qty":"2"}],"tenders":[{"kind":"cash","amount":"exact"}]})");
  act(Scan{kBread});
  const auto sold = ctl({"--json", "sell", file, "--user", "Mia"});
  EXPECT_EQ(sold.exit_code, 0) << sold.err;
  EXPECT_NE(sold.out.find("\"total\":\"2.98\""), std::string::npos) << sold.out;
  const auto seen = act(SearchReceipts{""});
  EXPECT_EQ(seen->receipts.size(), 1u);
  EXPECT_EQ(lines(*seen), Lines{"1 Rye bread"}) << "a script's sale took the cashier's ticket along";
  restart();
  EXPECT_EQ(lines(*now()), Lines{"1 Rye bread"});
}

TEST_F(Forwarding, errors_come_back_with_their_exit_code) {
  const auto refused = ctl({"refund", "XXXX-000009", "--user", "Anna"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_NE(refused.err.find("error: there is no receipt"), std::string::npos) << refused.err;
}

TEST_F(Forwarding, a_shift_opened_from_outside_is_seen_on_the_screen) {
  EXPECT_EQ(ctl({"shift", "close", "100.00", "--user", "Anna"}).exit_code, 0);
  EXPECT_TRUE(becomes([](const Snapshot& s) { return !s.shift.open; }));
  EXPECT_EQ(ctl({"shift", "open", "50.00", "--user", "Anna"}).exit_code, 0);
  EXPECT_TRUE(becomes([](const Snapshot& s) { return s.shift.open && s.shift.cash_float == "50.00"; }));
}

TEST_F(Forwarding, a_request_that_makes_no_sense_does_not_end_the_till) {
  for (const char* junk :
       {"", "{}", "[]", "null", R"({"words":[1],"working_folder":"","passphrase":""})", R"({"words":"x"})"}) {
    const auto answer = ask_control_server(folder() + "/control.sock", junk);
    ASSERT_TRUE(answer) << junk;
    EXPECT_NE(answer->find("could not be read"), std::string::npos) << *answer;
  }
  EXPECT_EQ(lines(*act(Scan{kPens})), Lines{"1 Highlighter pen"});
}

}  // namespace
}  // namespace till::app
