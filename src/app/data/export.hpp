// What leaves the shop as a file: a JSON array of objects, or the same as CSV, written row by row. What import.hpp
// takes comes out in the form in which it goes in again. Amounts and quantities are decimal text, times RFC 3339 UTC;
// free text that looks like a card number is masked, PINs and secrets never leave.
//
// "audit" is the journal as journal_reading.hpp writes it, with its rights: one home, whatever the command is called.
// Rights: export_data, and the one that changing the rows by hand needs where they are about people
// or settings. The journal says who took what, how many rows and where to, before anybody has the file.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "app/actor.hpp"
#include "app/data/row_writer.hpp"
#include "core/clock.hpp"
#include "core/task.hpp"
#include "domain/entities/catalogue.hpp"

namespace till::app {

struct ExportWish {
  // products, customers, users, suppliers, stock, prices, categories, taxes, sales, sale-lines, settings, audit
  std::string what;
  FileFormat format = FileFormat::json;
  std::optional<UtcTime> from, to;  // of sales and the journal: from <= at < to
};

std::vector<std::string> export_names();

// Into a file, published whole or not at all; answers the number of rows.
Result<std::size_t> export_to_file(Shop& shop, const Actor& actor, const ExportWish& wish, const std::string& path,
                                   Task& task);
// The same as text, for answers that are shown at once.
struct ExportedText {
  std::string text;
  std::size_t rows = 0;
};
Result<ExportedText> export_text(Shop& shop, const Actor& actor, const ExportWish& wish, Task& task);

// One product as its export shows it.
Result<boost::json::object> product_to_json(Shop& shop, const domain::Product& product);
Result<std::vector<boost::json::object>> products_to_json(Shop& shop, const std::vector<domain::Product>& products);

}  // namespace till::app
