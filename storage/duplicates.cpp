#include "storage/duplicates.hpp"

namespace till::storage {

namespace {

struct Kind {
  const char* what;
  const char* sql;  // value, id, name of every row that shares its value, by value and id
};

constexpr Kind kKinds[] = {
    {"SKU",
     "SELECT p.sku, p.id, p.name FROM product p JOIN (SELECT sku AS shared FROM product WHERE lifecycle = 0 AND sku <> "
     "'' "
     "GROUP BY sku COLLATE NOCASE HAVING count(*) > 1 ORDER BY 1 LIMIT ?1) d ON p.sku = d.shared COLLATE NOCASE "
     "WHERE p.lifecycle = 0 ORDER BY lower(d.shared), p.id"},
    {"barcode",
     "SELECT b.code, p.id, p.name FROM (SELECT code AS shared FROM product_barcode GROUP BY code HAVING count(*) > 1 "
     "ORDER BY 1 LIMIT ?1) d JOIN product_barcode b ON b.code = d.shared JOIN product p ON p.number = b.product "
     "ORDER BY b.code, p.id"},
    {"e-mail",
     "SELECT c.email, c.id, c.name FROM customer c JOIN (SELECT email AS shared FROM customer WHERE lifecycle = 0 "
     "AND email <> '' GROUP BY email COLLATE NOCASE HAVING count(*) > 1 ORDER BY 1 LIMIT ?1) d "
     "ON c.email = d.shared COLLATE NOCASE WHERE c.lifecycle = 0 ORDER BY lower(d.shared), c.id"},
    {"table",
     "SELECT trim(t.room || ' ' || t.name), t.id, t.name FROM dining_table t JOIN (SELECT store, room, name "
     "FROM dining_table WHERE lifecycle = 0 GROUP BY store, room COLLATE NOCASE, name COLLATE NOCASE "
     "HAVING count(*) > 1 ORDER BY 2, 3 LIMIT ?1) d ON t.store = d.store AND t.room = d.room COLLATE NOCASE "
     "AND t.name = d.name COLLATE NOCASE WHERE t.lifecycle = 0 ORDER BY t.store, lower(t.room), lower(t.name), t.id"},
};

std::string key_of(std::string value) {
  for (char& c : value)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return value;
}

Status add_kind(Connection& conn, const Kind& kind, std::size_t max, std::vector<Duplicate>& found) {
  auto q = TRY(conn.query(kind.sql, max));
  std::string last;
  bool is_first = true;
  while (TRY(q.next())) {
    const DuplicateRow row{q.id(1), q.text(2)};
    const auto key = key_of(q.text(0));
    if (is_first || key != last) {
      found.push_back({kind.what, q.text(0), row, {}});
    } else {
      found.back().flagged.push_back(row);
    }
    last = key;
    is_first = false;
  }
  return {};
}

}  // namespace

Result<std::vector<Duplicate>> find_duplicates(Connection& conn, std::size_t max) {
  std::vector<Duplicate> found;
  for (const Kind& kind : kKinds) TRY(add_kind(conn, kind, max, found));
  return found;
}

}  // namespace till::storage
