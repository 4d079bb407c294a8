// Rows of the shop's entities. `store` writes the whole entity, what belongs to it (a product's barcodes and search
// words, the effect of a stock move or count on the level, a sale's query rows) in the same transaction; `load` gives
// back what was stored. Rows (products, people, settings, tables, orders, printers, ...) are replaced; documents (sale,
// stock move and count, shift event, order event, audit entry) are immutable, so storing one again by its id changes
// nothing, whatever it says. Columns are derived from the entity's own `serialize`: a new field needs a migration that
// adds a column of its name.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "domain/entities/catalogue.hpp"
#include "domain/entities/dining.hpp"
#include "domain/entities/documents.hpp"
#include "domain/entities/equipment.hpp"
#include "domain/entities/people.hpp"
#include "domain/entities/resolution.hpp"
#include "domain/entities/trade.hpp"
#include "storage/connection.hpp"
#include "sync/progress.hpp"
#include "sync/ranking.hpp"

namespace till::storage {

template <class E>
Result<std::optional<E>> load(Connection& conn, const Id& id);
template <class E>
Status store(Connection& conn, const E& entity);
template <class E>
Result<bool> stored(Connection& conn, const Id& id);
// In the order of ids, deleted and archived ones too; an error of `visit` ends it.
template <class E>
Status for_each(Connection& conn, const std::function<Status(const E&)>& visit);
template <class E>
Result<std::vector<E>> load_all(Connection& conn);  // for the small ones: taxes, categories, users, devices, settings
template <class E>
Result<std::int64_t> count(Connection& conn);

// For the repositories: `clause` is what follows SELECT .. FROM table, and names columns of that table only.
template <class E>
Result<std::vector<E>> load_where(Connection& conn, std::string_view clause, const std::function<void(Query&)>& bind);

template <class... E>
struct EntityList {};
using Entities =
    EntityList<domain::Product, domain::Category, domain::Tax, domain::Customer, domain::User, domain::Setting,
               domain::Device, domain::Supplier, domain::Price, domain::Store, domain::Printer,
               domain::PrinterAssignment, domain::MediaFile, domain::DiningTable, domain::Order, domain::Sale,
               domain::StockMove, domain::ShiftEvent, domain::OrderEvent, domain::StockCount, domain::Resolution,
               domain::AuditEntry, sync::Amendment, sync::DeviceProgress>;

// Calls visit.template operator()<E>() for the entity with this number; false when there is none.
template <class Visit, class... E>
bool with_entity(std::uint16_t number, Visit&& visit, EntityList<E...>) {
  return ((E::kEntity == number && (visit.template operator()<E>(), true)) || ...);
}
template <class Visit>
bool with_entity(std::uint16_t number, Visit&& visit) {
  return with_entity(number, std::forward<Visit>(visit), Entities{});
}
template <class Visit, class... E>
void each_entity(Visit&& visit, EntityList<E...>) {
  (visit.template operator()<E>(), ...);
}
template <class Visit>
void each_entity(Visit&& visit) {
  each_entity(std::forward<Visit>(visit), Entities{});
}

}  // namespace till::storage
