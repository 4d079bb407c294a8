// The thread that looks at the places of backups and says when one is due, so that neither a slow stick nor a hub that
// does not answer ever holds up the till. It begins nothing itself: what is due is told, and whoever runs the till
// starts the run, the daily turn of reading a place again, or the restore drill, when none is under way. What the strip
// shows is told whenever it changed.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "app/backup_view.hpp"

namespace till::app {

class BackupService {
 public:
  static constexpr std::chrono::seconds kLookEvery{5};

  struct Surroundings {
    std::function<void(std::string target)> due;               // called on this service's thread, again until it ran
    std::function<void(std::string target)> turn_due;          // the same
    std::function<void(std::string target)> drill_due;         // the same
    std::function<void(BackupLook look, bool paused)> looked;  // the same
    std::function<bool()> is_busy;                             // a backup is running: nothing is due now; any thread
    std::function<std::chrono::microseconds()> idle_for;       // since somebody touched the till; any thread
  };
  static std::unique_ptr<BackupService> start(Shop& shop, Surroundings surroundings);
  ~BackupService();  // waits for the look under way
  BackupService(const BackupService&) = delete;
  BackupService& operator=(const BackupService&) = delete;

  // A look at all places and at what lies in `target`, soon; and at what is due. Any thread.
  void look(const std::string& target);

 private:
  struct Impl;
  explicit BackupService(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace till::app
