// The interactive till over the tiny shop: commands in, snapshots out. `act` posts and waits until all is executed.
#pragma once

#include <condition_variable>
#include <mutex>

#include "app/worker/till_worker.hpp"
#include "shop_fixture.hpp"

namespace till::app {

// A till over a shop of the fixture `Base`.
template <class Base>
class Driven : public Base {
 protected:
  void TearDown() override {
    till_.reset();
    Base::TearDown();
  }
  void drive(std::unique_ptr<Shop> shop) {
    till_ = value_of(TillWorker::start(std::move(shop)));
    till_->on_change([this] {
      std::lock_guard lock(mutex_);
      changed_.notify_all();
    });
  }
  void sign_in_as(const std::string& name, const std::string& pin) { act(SignIn{name, pin}); }

  template <class... Commands>
  std::shared_ptr<const Snapshot> act(Commands&&... commands) {
    const bool taken = (till_->post(Command(std::forward<Commands>(commands))) && ...);
    EXPECT_TRUE(taken);
    till_->settle();
    return till_->snapshot();
  }
  std::shared_ptr<const Snapshot> now() { return act(); }

  // For what other threads do (printer, backup): until it is so, however long that takes.
  template <class Predicate>
  bool becomes(Predicate&& predicate) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(60), [&] { return predicate(*till_->snapshot()); });
  }

  static std::vector<std::string> lines(const Snapshot& snapshot) {
    std::vector<std::string> out;
    for (const auto& line : snapshot.ticket.lines) out.push_back(line.quantity + " " + line.name);
    return out;
  }
  static std::string notice(const Snapshot& snapshot) {
    return snapshot.notice ? snapshot.notice->text : std::string();
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::unique_ptr<TillWorker> till_;
};

class WorkerTest : public Driven<ShopTest> {
 protected:
  void SetUp() override {
    ShopTest::SetUp();
    open_the_shift();
    start();
  }
  void start() {
    drive(std::move(shop_));
    sign_in_as("Mia", "1357");
  }
  void restart() {
    till_.reset();
    open();
    start();
  }
  // The books, read after the till has ended.
  void stop_till() {
    till_.reset();
    open();
  }
};

using Lines = std::vector<std::string>;

}  // namespace till::app
