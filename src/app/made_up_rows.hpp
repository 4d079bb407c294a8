// Rows that `tillctl generate` made: in no log, so no other terminal can ever have them, and a folder that holds them
// shares its data with nobody.
#pragma once

#include "storage/connection.hpp"

namespace till::app {

// In the transaction that writes such rows. For good: nothing takes them out again.
Status note_made_up_rows(storage::Transaction& tx);
// Also where a program that noted nothing made them: by ids that no row of a shop's work has (demo_generator.hpp).
Result<bool> has_made_up_rows(storage::Connection& conn);

}  // namespace till::app
