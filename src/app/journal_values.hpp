// Which values of changed rows the journal keeps, and how a person reads them. Personal data can be erased on request
// and the journal cannot, so it only says that they changed; so it does of secrets and of what is very long.
#pragma once

#include <string>
#include <vector>

#include "app/entity_text.hpp"
#include "domain/entities/audit.hpp"
#include "storage/replica.hpp"

namespace till::app {

// For an entry: at most 24, and of a new row only what is not the default.
std::vector<domain::AuditChange> kept_changes(storage::Changes changes);

struct ShownChange {
  std::string kind, name, field;  // "Product", "Green tea", "Price"
  ShownValue before, after;       // "2.50 EUR", "none"; both empty where values are not kept
  bool has_values = true;
  bool is_new = false;  // the row did not exist before
};
ShownChange shown_change(storage::Connection& conn, const domain::Currency& currency,
                         const domain::AuditChange& change);

}  // namespace till::app
