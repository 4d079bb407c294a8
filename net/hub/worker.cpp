#include "net/hub/worker.hpp"

#include "core/log.hpp"

namespace till::net {

HubWorker::HubWorker(sync::HubDirectory& directory, std::function<void()> finish,
                     std::function<void(const Status&)> after)
    : directory_(directory), finish_(std::move(finish)), after_(std::move(after)), thread_([this] { loop(); }) {}

HubWorker::~HubWorker() {
  stop();
}

bool HubWorker::post(HubJob job) {
  return queue_.try_push(std::move(job));
}

void HubWorker::stop() {
  queue_.close();
  if (thread_.joinable()) thread_.join();
}

void HubWorker::loop() {
  std::vector<HubJob> group;
  while (auto first = queue_.pop()) {
    group.clear();
    group.push_back(std::move(*first));
    while (group.size() < kMaxGroup) {
      auto next = queue_.try_pop();
      if (!next) break;
      group.push_back(std::move(*next));
    }
    run_group(group);
  }
}

void HubWorker::run_group(std::vector<HubJob>& group) {
  auto durable = directory_.begin();
  if (durable) {
    for (auto& job : group) job.run();
    finish_();
    durable = directory_.commit();
  }
  ++groups_;
  jobs_ += group.size();
  last_group_failed_ = !durable;
  if (!durable) {
    ++failed_groups_;
    directory_.roll_back();
    log::error("a group of {} could not be stored: {} ({})", group.size(), durable.error().message,
               durable.error().cause);
  }
  for (auto& job : group) job.done(durable);
  after_(durable);
}

}  // namespace till::net
