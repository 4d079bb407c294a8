// A shift is the set of its events; store(conn, ShiftEvent) appends one. Open means: opened and not closed.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "domain/entities/documents.hpp"
#include "storage/connection.hpp"

namespace till::storage {

// The opening event of the device's open shift.
Result<std::optional<domain::ShiftEvent>> open_shift(Connection& conn, const Id& device);
Result<std::vector<domain::ShiftEvent>> shift_events(Connection& conn, const Id& shift);   // in order of time
Result<std::vector<domain::ShiftEvent>> closed_shifts(Connection& conn, std::size_t max);  // closings, newest first
Result<std::optional<domain::ShiftEvent>> last_closing(Connection& conn, const Id& device);

}  // namespace till::storage
