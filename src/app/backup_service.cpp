#include "app/backup_service.hpp"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "app/backup_drills.hpp"

namespace till::app {

struct BackupService::Impl {
  Impl(Shop& opened, Surroundings s) : shop(opened), surroundings(std::move(s)) {}

  Shop& shop;
  Surroundings surroundings;
  BackupClock clock;
  TurnClock turns;
  DrillClock drills;
  std::mutex mutex;
  std::condition_variable bell;
  std::optional<std::string> wanted;
  bool stopping = false;
  std::jthread thread;

  void begin_what_is_due() {
    if (auto next = clock.next_run(shop)) return surroundings.due(std::move(next->name));
    if (clock.paused()) return;
    if (auto name = turns.next(shop)) return surroundings.turn_due(std::move(*name));
    if (auto name = drills.next(shop, surroundings.idle_for())) surroundings.drill_due(std::move(*name));
  }

  void run() {
    auto told = look_at_newest(shop);
    surroundings.looked(told, false);
    std::unique_lock lock(mutex);
    while (!stopping) {
      bell.wait_for(lock, kLookEvery, [&] { return stopping || wanted; });
      if (stopping) return;
      const auto target = std::exchange(wanted, std::nullopt);
      lock.unlock();
      if (target) surroundings.looked(look_at_backups(shop, *target), clock.paused());
      if (auto newest = look_at_newest(shop); !newest.says_the_same(told)) {
        told = newest;
        surroundings.looked(std::move(newest), clock.paused());
      }
      if (!surroundings.is_busy()) begin_what_is_due();
      lock.lock();
    }
  }
};

BackupService::BackupService(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {
  impl_->thread = std::jthread([raw = impl_.get()] { raw->run(); });
}

std::unique_ptr<BackupService> BackupService::start(Shop& shop, Surroundings surroundings) {
  return std::unique_ptr<BackupService>(new BackupService(std::make_unique<Impl>(shop, std::move(surroundings))));
}

BackupService::~BackupService() {
  {
    std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
  }
  impl_->bell.notify_all();
  impl_->thread.join();
}

void BackupService::look(const std::string& target) {
  {
    std::lock_guard lock(impl_->mutex);
    impl_->wanted = target;
  }
  impl_->bell.notify_all();
}

}  // namespace till::app
