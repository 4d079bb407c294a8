// The machine that a restore works on, where it is not this one: for tests that cut its power. The databases of the
// restore are opened through SQLite's default VFS, which must be of the same disk as `env`. All three outlive the call.
#pragma once

#include "app/restores.hpp"
#include "core/random.hpp"
#include "storage/env.hpp"

namespace till::app {

struct RestoreMachine {
  storage::Env& env;
  Clock& clock;
  Random& random;
};

Result<RestoreReport> restore_shop_on(const RestoreMachine& machine, const RestoreWish& wish, Task& task);

}  // namespace till::app
