#include "sync/store.hpp"

namespace till::sync {

std::string_view sentence(ParkedReason reason) {
  switch (reason) {
    case ParkedReason::missing_dependency:
      return "it waits for another change that has not arrived yet";
    case ParkedReason::future_stamp:
      return "it comes from a terminal whose clock is ahead; it is taken when that time is reached";
    case ParkedReason::unknown_key:
      return "this terminal has not been given its key yet";
    case ParkedReason::unknown_device:
      return "it comes from a terminal that this one does not know yet";
    case ParkedReason::newer_program:
      return "it comes from a newer program; bring this one up to date";
    case ParkedReason::invalid:
      return "it is damaged or makes no sense";
    case ParkedReason::failed:
      return "the data could not take it";
  }
  return "it could not be taken";
}

}  // namespace till::sync
