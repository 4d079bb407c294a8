// Sales and journal entries as they leave the shop: JSON with amounts and quantities as decimal text, times RFC 3339
// UTC. The keys are a stable contract: extend, never change. Free text that looks like a card number is masked. Pure.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "domain/entities/documents.hpp"

namespace till::app {

boost::json::object sale_to_json(const domain::Sale& sale);
// One row for each line of a sale, for spreadsheets.
boost::json::array sale_lines_to_json(const domain::Sale& sale);

}  // namespace till::app
