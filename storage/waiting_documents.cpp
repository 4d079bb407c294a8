#include "storage/waiting_documents.hpp"

#include <optional>

#include "domain/entities/dining.hpp"
#include "domain/entities/documents.hpp"

namespace till::storage {
namespace {

// What cannot be read is shown in no list, and must keep no change and no upgrade from being made.
template <class E>
std::optional<Id> document_in(const sync::Op& op, Id E::*document) {
  E entity;
  if (!apply_fields(op.fields, entity)) return std::nullopt;
  return entity.*document;
}

// The document that a change belongs to; none for what is in no such list.
std::optional<Id> document_of(const sync::Op& op) {
  switch (op.entity) {
    case domain::Sale::kEntity:
    case domain::StockCount::kEntity:
    case domain::Order::kEntity:
      return op.row;
    case domain::OrderEvent::kEntity:
      return document_in(op, &domain::OrderEvent::order);
    case domain::ShiftEvent::kEntity:
      return document_in(op, &domain::ShiftEvent::shift);
    default:
      return std::nullopt;
  }
}

}  // namespace

Result<DocumentState> document_state(Connection& conn, const Id& document) {
  auto q =
      TRY(conn.query("SELECT min(f.cut >= w.sequence) FROM sync_waiting_document w JOIN sync_own_feed f "
                     "ON f.origin = w.origin AND f.lane = w.lane WHERE w.id = ?1",
                     document));
  if (!TRY(q.next()) || q.is_null(0)) return DocumentState::confirmed;
  return q.boolean(0) ? DocumentState::sent : DocumentState::waiting;
}

Status note_waiting_documents(Connection& conn, std::int64_t origin, const sync::Record& record) {
  for (const sync::Op& op : record.ops) {
    const auto document = document_of(op);
    if (!document) continue;
    TRY(conn.run("INSERT OR REPLACE INTO sync_waiting_document(id, origin, lane, sequence) VALUES(?1, ?2, ?3, ?4)",
                 *document, origin, record.feed.lane, record.sequence));
  }
  return {};
}

Status forget_confirmed_documents(Connection& conn, std::int64_t origin, sync::Lane lane) {
  return conn.run(
      "DELETE FROM sync_waiting_document WHERE origin = ?1 AND lane = ?2 AND sequence <= "
      "(SELECT acked FROM sync_own_feed WHERE origin = ?1 AND lane = ?2)",
      origin, lane);
}

}  // namespace till::storage
