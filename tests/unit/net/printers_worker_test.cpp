#include "net/printers/print_worker.hpp"

#include <deque>

#include "net/printers/escpos.hpp"
#include "printers_loopback.hpp"

namespace till::net {
namespace {

using std::chrono::milliseconds;
const PrinterPatience kShort{milliseconds(2'000), milliseconds(10'000), milliseconds(200)};
const PrintWorkerOptions kQuick{milliseconds(1), milliseconds(4), milliseconds(60'000)};
const PrintWorkerOptions kNeverByItself{std::chrono::hours(1), std::chrono::hours(1), milliseconds(60'000)};

class MemoryQueue final : public PrintQueue {
 public:
  void add(std::string text) {
    std::lock_guard lock(mutex_);
    jobs_.push_back({++last_, "Receipt " + std::to_string(last_), to_bytes(text), 0, {}});
  }
  Result<std::optional<PrintJob>> next(std::string_view) override {
    std::lock_guard lock(mutex_);
    if (jobs_.empty()) return std::optional<PrintJob>{};
    return std::optional(jobs_.front());
  }
  Status mark_done(std::int64_t job) override {
    std::lock_guard lock(mutex_);
    if (refuse_done_ > 0) {
      --refuse_done_;
      return fail(ErrorKind::retry, "the disk is busy");
    }
    EXPECT_FALSE(jobs_.empty());
    EXPECT_EQ(jobs_.front().id, job);
    jobs_.pop_front();
    return {};
  }
  Status mark_failed(std::int64_t job, std::string_view reason, UtcTime retry_at) override {
    std::lock_guard lock(mutex_);
    EXPECT_EQ(jobs_.front().id, job);
    ++jobs_.front().attempts;
    last_reason_ = reason;
    retry_at_ = retry_at;
    return {};
  }
  Result<std::size_t> waiting(std::string_view) override {
    std::lock_guard lock(mutex_);
    return jobs_.size();
  }
  void refuse_done(int times) {
    std::lock_guard lock(mutex_);
    refuse_done_ = times;
  }
  std::uint32_t attempts() {
    std::lock_guard lock(mutex_);
    return jobs_.empty() ? 0 : jobs_.front().attempts;
  }
  std::string last_reason() {
    std::lock_guard lock(mutex_);
    return last_reason_;
  }
  UtcTime retry_at() {
    std::lock_guard lock(mutex_);
    return retry_at_;
  }

 private:
  std::mutex mutex_;
  std::deque<PrintJob> jobs_;
  std::int64_t last_ = 0;
  int refuse_done_ = 0;
  std::string last_reason_;
  UtcTime retry_at_;
};

// Collects what the worker reports and lets a test wait for one of it.
class Watcher {
 public:
  PrintWorker::Listener listener() {
    return [this](const PrinterState& state) {
      {
        std::lock_guard lock(mutex_);
        seen_.push_back(state);
      }
      changed_.notify_all();
    };
  }
  PrinterState wait_for(PrinterHealth health, std::size_t waiting) {
    std::unique_lock lock(mutex_);
    PrinterState found;
    changed_.wait(lock, [&] {
      for (const PrinterState& state : seen_) {
        if (state.health == health && state.waiting == waiting) return found = state, true;
      }
      return false;
    });
    return found;
  }
  void wait_for_last(PrinterHealth health) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return !seen_.empty() && seen_.back().health == health; });
  }
  std::vector<PrinterState> seen() {
    std::lock_guard lock(mutex_);
    return seen_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<PrinterState> seen_;
};

std::unique_ptr<Printer> printer_at(const std::string& address, const PrinterPatience& patience = kShort) {
  return make_printer(parse_printer_address(address).value(), patience);
}

std::vector<std::string> texts(const std::vector<Bytes>& jobs) {
  std::vector<std::string> all;
  for (const Bytes& job : jobs) all.emplace_back(as_text(job));
  return all;
}

TEST(PrintersWorker, waiting_jobs_are_printed_in_order_each_on_its_own_connection) {
  LoopbackPrinter paper;
  MemoryQueue queue;
  Watcher watcher;
  SystemClock clock;
  for (const char* text : {"one", "two", "three"}) queue.add(text);
  PrintWorker worker("Receipts", printer_at(paper.address()), queue, clock, watcher.listener(), kQuick);
  EXPECT_EQ(texts(paper.wait_for_jobs(3)), (std::vector<std::string>{"one", "two", "three"}));
  watcher.wait_for(PrinterHealth::ready, 0);
  worker.stop();
  EXPECT_EQ(paper.jobs().size(), 3u);
  EXPECT_EQ(queue.waiting("").value(), 0u);
}

TEST(PrintersWorker, job_broken_off_in_the_middle_is_kept_and_printed_whole_once) {
  LoopbackPrinter paper;
  paper.break_next_after(700);
  MemoryQueue queue;
  Watcher watcher;
  SystemClock clock;
  const std::string receipt(200'000, 'x');
  queue.add(receipt);
  PrintWorker worker("Receipts", printer_at(paper.address()), queue, clock, watcher.listener(), kQuick);
  paper.wait_for_breaks(1);
  EXPECT_EQ(texts(paper.wait_for_jobs(1)), std::vector<std::string>{receipt});
  watcher.wait_for(PrinterHealth::ready, 0);
  worker.stop();
  EXPECT_EQ(paper.jobs().size(), 1u);
  EXPECT_NE(queue.last_reason().find("broke off"), std::string::npos) << queue.last_reason();
}

TEST(PrintersWorker, short_job_that_the_printer_read_only_in_part_is_not_taken_for_printed) {
  LoopbackPrinter paper;
  paper.break_next_after(3);
  MemoryQueue queue;
  Watcher watcher;
  SystemClock clock;
  queue.add("short receipt");
  PrintWorker worker("Receipts",
                     printer_at(paper.address(), {milliseconds(2'000), milliseconds(10'000), milliseconds(5'000)}),
                     queue, clock, watcher.listener(), kQuick);
  EXPECT_EQ(texts(paper.wait_for_jobs(1)), std::vector<std::string>{"short receipt"});
  watcher.wait_for(PrinterHealth::ready, 0);
}

TEST(PrintersWorker, printer_off_makes_jobs_wait_and_says_since_when_and_why) {
  LoopbackPrinter paper;
  paper.switch_off();
  MemoryQueue queue;
  Watcher watcher;
  ManualClock clock;
  queue.add("one");
  queue.add("two");
  PrintWorker worker("Receipts", printer_at(paper.address()), queue, clock, watcher.listener(), kNeverByItself);
  const PrinterState offline = watcher.wait_for(PrinterHealth::offline, 2);
  EXPECT_EQ(offline.since, clock.now());
  EXPECT_NE(offline.reason.find("does not answer"), std::string::npos) << offline.reason;
  EXPECT_EQ(queue.waiting("").value(), 2u);
  EXPECT_EQ(queue.retry_at().us - clock.now().us, 3'600'000'000);

  paper.switch_on();
  worker.wake();
  EXPECT_EQ(texts(paper.wait_for_jobs(2)), (std::vector<std::string>{"one", "two"}));
  watcher.wait_for(PrinterHealth::ready, 0);
}

TEST(PrintersWorker, offline_printer_is_reported_offline_once_while_it_is_tried_again_and_again) {
  LoopbackPrinter paper;
  paper.switch_off();
  MemoryQueue queue;
  Watcher watcher;
  SystemClock clock;
  queue.add("one");
  PrintWorker worker("Receipts", printer_at(paper.address()), queue, clock, watcher.listener(), kQuick);
  while (queue.attempts() < 5) std::this_thread::yield();
  paper.switch_on();
  paper.wait_for_jobs(1);
  watcher.wait_for(PrinterHealth::ready, 0);
  worker.stop();
  std::size_t offline = 0;
  for (const PrinterState& state : watcher.seen()) offline += state.health == PrinterHealth::offline ? 1 : 0;
  EXPECT_EQ(offline, 1u);
}

TEST(PrintersWorker, drawer_pulse_goes_out_before_the_waiting_receipts) {
  LoopbackPrinter paper;
  paper.switch_off();
  MemoryQueue queue;
  Watcher watcher;
  SystemClock clock;
  queue.add("receipt");
  PrintWorker worker("Receipts", printer_at(paper.address()), queue, clock, watcher.listener(), kNeverByItself);
  watcher.wait_for(PrinterHealth::offline, 1);
  paper.switch_on();
  worker.pulse(drawer_pulse_job());
  const auto jobs = paper.wait_for_jobs(2);
  EXPECT_EQ(to_hex(jobs[0]), "1b70303c78");
  EXPECT_EQ(as_text(jobs[1]), "receipt");
}

TEST(PrintersWorker, pulse_that_could_not_be_sent_is_forgotten_so_that_the_drawer_does_not_open_later) {
  LoopbackPrinter paper;
  paper.switch_off();
  MemoryQueue queue;
  Watcher watcher;
  ManualClock clock;
  PrintWorker worker("Receipts", printer_at(paper.address()), queue, clock, watcher.listener(), kQuick);
  worker.pulse(drawer_pulse_job());
  clock.advance(std::chrono::minutes(2));
  const PrinterState offline = watcher.wait_for(PrinterHealth::offline, 0);
  EXPECT_NE(offline.reason.find("drawer was not opened"), std::string::npos) << offline.reason;
  queue.add("receipt");
  paper.switch_on();
  worker.wake();
  paper.wait_for_text("receipt");
  worker.stop();
  EXPECT_EQ(texts(paper.jobs()), std::vector<std::string>{"receipt"});
}

TEST(PrintersWorker, printer_that_comes_back_with_nothing_to_print_is_reported_ready_again) {
  LoopbackPrinter paper;
  paper.switch_off();
  MemoryQueue queue;
  Watcher watcher;
  ManualClock clock;
  PrintWorker worker("Receipts", printer_at(paper.address()), queue, clock, watcher.listener(), kQuick);
  worker.pulse(drawer_pulse_job());
  clock.advance(std::chrono::minutes(2));
  watcher.wait_for(PrinterHealth::offline, 0);
  paper.switch_on();
  watcher.wait_for_last(PrinterHealth::ready);
}

TEST(PrintersWorker, printed_job_that_the_queue_cannot_note_is_not_printed_again) {
  LoopbackPrinter paper;
  MemoryQueue queue;
  Watcher watcher;
  SystemClock clock;
  queue.refuse_done(3);
  queue.add("one");
  PrintWorker worker("Receipts", printer_at(paper.address()), queue, clock, watcher.listener(), kQuick);
  watcher.wait_for(PrinterHealth::ready, 0);
  worker.stop();
  EXPECT_EQ(texts(paper.jobs()), std::vector<std::string>{"one"});
}

TEST(PrintersWorker, stop_breaks_off_a_job_that_the_printer_does_not_take_and_keeps_it) {
  // A listener that never reads: connections are accepted by the system, data piles up in its buffers.
  Descriptor silent(::socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::bind(silent.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(silent.get(), 1), 0);
  socklen_t size = sizeof address;
  ::getsockname(silent.get(), reinterpret_cast<sockaddr*>(&address), &size);

  MemoryQueue queue;
  Watcher watcher;
  SystemClock clock;
  queue.add(std::string(32'000'000, 'x'));
  PrintWorker worker("Receipts", printer_at("tcp://127.0.0.1:" + std::to_string(ntohs(address.sin_port)), {}), queue,
                     clock, watcher.listener(), kQuick);
  watcher.wait_for(PrinterHealth::printing, 1);
  worker.stop();
  EXPECT_EQ(queue.waiting("").value(), 1u);
  EXPECT_EQ(queue.attempts(), 0u) << "being stopped is no failure of the printer";
}

}  // namespace
}  // namespace till::net
