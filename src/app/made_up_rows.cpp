#include "app/made_up_rows.hpp"

#include <charconv>

#include "storage/meta.hpp"

namespace till::app {
namespace {

constexpr const char* kMadeUp = "generated.tables";  // their numbers, each with a space behind it

}  // namespace

Result<std::set<sync::EntityNumber>> tables_with_made_up_rows(storage::Connection& conn) {
  const auto text = TRY(storage::meta_text(conn, kMadeUp)).value_or(std::string());
  std::set<sync::EntityNumber> tables;
  sync::EntityNumber number = 0;
  for (const char* at = text.data(); at < text.data() + text.size(); ++at) {
    const auto read = std::from_chars(at, text.data() + text.size(), number);
    if (read.ec != std::errc()) return corrupt("the note of made-up tables is damaged");
    tables.insert(number);
    at = read.ptr;
  }
  return tables;
}

Status note_made_up_rows(storage::Transaction& tx, const std::set<sync::EntityNumber>& tables) {
  auto all = TRY(tables_with_made_up_rows(tx));
  all.insert(tables.begin(), tables.end());
  std::string text;
  for (const auto table : all) text += std::to_string(table) + " ";
  return storage::set_meta_text(tx, kMadeUp, text);
}

}  // namespace till::app
