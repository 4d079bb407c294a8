// What leaves the shop as a file: an array of objects, or the same as CSV. Amounts and quantities are decimal strings,
// times RFC 3339 UTC. Needs the right to export and is journalled. Keys are a stable contract: extend, never change.
#pragma once

#include <boost/json/array.hpp>
#include <optional>
#include <string>

#include "app/actor.hpp"
#include "core/clock.hpp"
#include "domain/entities/documents.hpp"

namespace till::app {

struct ExportRange {
  std::optional<UtcTime> from, to;
};

// WHAT: products, sales, customers, users, stock, settings, audit.
Result<boost::json::array> export_rows(Shop& shop, const Actor& actor, const std::string& what,
                                       const ExportRange& range);
std::string to_csv(const boost::json::array& rows);

boost::json::object sale_to_json(const domain::Sale& sale);
boost::json::object product_to_json(const domain::Product& product, const domain::Currency& currency);

}  // namespace till::app
