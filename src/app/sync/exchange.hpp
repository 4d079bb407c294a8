// Whether one exchange has happened, for programs that end right after it, and what to say when it has not. Pure.
#pragma once

#include <string>

#include "sync/status.hpp"

namespace till::app {

// With the hub, or, when that cannot be reached, with every carrier that is here; one that is elsewhere is no
// hindrance. `asked` is the status when the exchange was asked for; `looked_at_hub`, `listed_carriers`: since then.
// A terminal that does not exchange by itself hangs up when it has done what it was asked to.
bool is_exchanged(const sync::SyncStatus& asked, const sync::SyncStatus& status, bool looked_at_hub,
                  bool listed_carriers);
// Nobody is reached, and nothing is under way with a carrier.
bool has_failed(const sync::SyncStatus& status);
// Of a carrier that is here before that of a hub that is not; may be empty.
std::string problem_of(const sync::SyncStatus& status);

}  // namespace till::app
