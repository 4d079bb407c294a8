#include "sync/sabotage.hpp"

namespace till::sync {

Sabotage& sabotage() {
  static thread_local Sabotage fault = Sabotage::none;
  return fault;
}

}  // namespace till::sync
