// The interactive till behind the window: commands in, snapshots out. `post` and `snapshot` may be called from any
// thread and never wait on a disk, a printer or a socket; a worker executes the commands in order. `on_change` is
// called from the worker whenever a new snapshot is there: it must only wake the window.
#pragma once

#include <functional>
#include <memory>

#include "app/command.hpp"
#include "app/snapshot.hpp"

namespace till::app {

class Till {
 public:
  virtual ~Till() = default;
  virtual std::shared_ptr<const Snapshot> snapshot() const = 0;
  // False when the queue is full (4096 commands): the caller tells the person that the till is busy. Scans are never
  // refused before that bound.
  virtual bool post(Command command) = 0;
  virtual void on_change(std::function<void()> wake) = 0;
  // Waits until every command posted before has been executed; for scripts and tests, never for the window.
  virtual void settle() = 0;
};

}  // namespace till::app
