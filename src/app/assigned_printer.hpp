// The printer of a target, as the bodies of this room read it within a transaction, and the row that says so.
#pragma once

#include <optional>

#include "app/printers.hpp"
#include "storage/connection.hpp"

namespace till::app {

Id assignment_id(const PrinterTarget& target, domain::PrinterRole role);
Result<std::optional<domain::Printer>> assigned_printer(storage::Connection& conn, const PrinterTarget& target,
                                                        domain::PrinterRole role);

}  // namespace till::app
