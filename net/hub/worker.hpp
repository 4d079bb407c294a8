// The hub's one thread of decisions: it alone touches the directory and the segment store. Jobs that wait together run
// together in one transaction and share its fsync; each job's `done` runs after the commit, in the jobs' order, on the
// same thread. Nothing is answered or pushed before it is durable; when the commit fails every job of the group is told
// so and nothing of the group stands.
//
// post() may be called from any thread; it refuses (false) when kMaxWaiting jobs wait already or after stop(), and the
// job is then dropped without a call. stop() finishes what was taken and joins.
#pragma once

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

#include "core/queue.hpp"
#include "core/result.hpp"
#include "sync/hub_directory.hpp"

namespace till::net {

struct HubJob {
  std::function<void()> run;                        // inside the transaction
  std::function<void(const Status& durable)> done;  // after it
};

class HubWorker {
 public:
  static constexpr std::size_t kMaxWaiting = 8192;
  static constexpr std::size_t kMaxGroup = 256;

  // `finish` runs at the end of each group, still inside the transaction; `after` once it is over, after every `done`.
  HubWorker(sync::HubDirectory& directory, std::function<void()> finish, std::function<void(const Status&)> after);
  ~HubWorker();

  [[nodiscard]] bool post(HubJob job);
  void stop();

  [[nodiscard]] std::uint64_t groups() const { return groups_; }
  [[nodiscard]] std::uint64_t jobs() const { return jobs_; }
  [[nodiscard]] std::uint64_t failed_groups() const { return failed_groups_; }
  [[nodiscard]] bool last_group_failed() const { return last_group_failed_; }

 private:
  void loop();
  void run_group(std::vector<HubJob>& group);

  sync::HubDirectory& directory_;
  std::function<void()> finish_;
  std::function<void(const Status&)> after_;
  BoundedQueue<HubJob> queue_{kMaxWaiting};
  std::atomic<std::uint64_t> groups_ = 0, jobs_ = 0, failed_groups_ = 0;
  std::atomic<bool> last_group_failed_ = false;
  std::thread thread_;
};

}  // namespace till::net
