#include "storage/shifts.hpp"

#include "storage/tables.hpp"

namespace till::storage {

namespace {

using domain::ShiftEvent;
using domain::ShiftEventKind;

Result<std::optional<ShiftEvent>> first_of(Result<std::vector<ShiftEvent>> events) {
  auto found = TRY(std::move(events));
  if (found.empty()) return std::optional<ShiftEvent>{};
  return std::optional(std::move(found.front()));
}

}  // namespace

Result<std::optional<ShiftEvent>> open_shift(Connection& conn, const Id& device) {
  return first_of(load_where<ShiftEvent>(
      conn,
      "AS o WHERE kind = ?1 AND device = ?2 AND NOT EXISTS "
      "(SELECT 1 FROM shift_event c WHERE c.shift = o.shift AND c.kind = ?3) ORDER BY at DESC LIMIT 1",
      [&](Query& q) {
        q.bind(1, ShiftEventKind::opened);
        q.bind(2, device);
        q.bind(3, ShiftEventKind::closed);
      }));
}

Result<std::vector<ShiftEvent>> shift_events(Connection& conn, const Id& shift) {
  return load_where<ShiftEvent>(conn, "WHERE shift = ?1 ORDER BY at, id", [&](Query& q) { q.bind(1, shift); });
}

Result<std::vector<ShiftEvent>> closed_shifts(Connection& conn, std::size_t max) {
  return load_where<ShiftEvent>(conn, "WHERE kind = ?1 ORDER BY at DESC, id DESC LIMIT ?2", [&](Query& q) {
    q.bind(1, ShiftEventKind::closed);
    q.bind(2, max);
  });
}

Result<std::optional<ShiftEvent>> last_closing(Connection& conn, const Id& device) {
  return first_of(
      load_where<ShiftEvent>(conn, "WHERE kind = ?1 AND device = ?2 ORDER BY at DESC, id DESC LIMIT 1", [&](Query& q) {
        q.bind(1, ShiftEventKind::closed);
        q.bind(2, device);
      }));
}

}  // namespace till::storage
