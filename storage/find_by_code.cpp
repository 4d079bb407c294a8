#include <set>

#include "core/text.hpp"
#include "storage/search.hpp"
#include "storage/tables.hpp"

namespace till::storage {

namespace {

// GS1 General Specifications: a GTIN-8, 12 or 13 is the same number with zeros in front up to 14 digits.
std::set<std::string> spellings_of(const std::string& code) {
  std::set<std::string> spellings = {code};
  const bool digits = code.find_first_not_of("0123456789") == std::string::npos;
  const auto n = code.size();
  if (!digits || (n != 8 && n != 12 && n != 13 && n != 14)) return spellings;
  const auto first = code.find_first_not_of('0');
  const auto bare = first == std::string::npos ? std::string("0") : code.substr(first);
  for (const std::size_t length : {8u, 12u, 13u, 14u}) {
    if (bare.size() <= length) spellings.insert(std::string(length - bare.size(), '0') + bare);
  }
  return spellings;
}

}  // namespace

Result<std::vector<domain::Product>> find_by_code(Connection& conn, std::string_view code) {
  const auto wanted = trimmed(code);
  if (wanted.empty()) return std::vector<domain::Product>{};
  std::set<std::int64_t> numbers;
  for (const auto& spelling : spellings_of(wanted)) {
    auto q = TRY(conn.query("SELECT product FROM product_barcode WHERE code = ?1", spelling));
    while (TRY(q.next())) numbers.insert(q.integer(0));
  }
  if (numbers.empty()) {
    return load_where<domain::Product>(conn, "WHERE lifecycle = 0 AND sku COLLATE NOCASE = ?1 ORDER BY number",
                                       [&](Query& q) { q.bind(1, wanted); });
  }
  std::vector<domain::Product> products;
  for (const auto number : numbers) {
    auto one = TRY(load_where<domain::Product>(conn, "WHERE number = ?1", [&](Query& q) { q.bind(1, number); }));
    if (!one.empty()) products.push_back(std::move(one.front()));
  }
  return products;
}

}  // namespace till::storage
