// The switch behind planted faults: one for each enumeration of them, off in a till. Asking costs one relaxed read,
// from any thread; planting is for tests.
#pragma once

#include <atomic>

namespace till {

template <class Fault>
inline std::atomic<Fault> planted_fault{Fault::none};

template <class Fault>
void plant(Fault fault) {
  planted_fault<Fault>.store(fault, std::memory_order_relaxed);
}

template <class Fault>
bool sabotaged(Fault fault) {
  return planted_fault<Fault>.load(std::memory_order_relaxed) == fault;
}

}  // namespace till
