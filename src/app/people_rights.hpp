// Whom one may change: nobody touches people above their own role, or their approver's.
#pragma once

#include "app/actor.hpp"

namespace till::app {

Status may_touch(const Actor& actor, domain::Role role);

}  // namespace till::app
