#include "core/work_ahead.hpp"

#include <algorithm>

#if defined(__linux__)
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace till {

void lower_own_priority() {
#if defined(__linux__)
  constexpr int kMoreNice = 10, kNicest = 19;
  const auto thread = static_cast<id_t>(::syscall(SYS_gettid));  // Linux: each thread has its own
  (void)::setpriority(PRIO_PROCESS, thread, std::min(kNicest, ::getpriority(PRIO_PROCESS, thread) + kMoreNice));
#endif
}

}  // namespace till
