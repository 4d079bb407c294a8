#include "storage/product_rows.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "storage/rows.hpp"
#include "storage/search_text.hpp"

namespace till::storage {

namespace {

// What the indexes know of a product.
struct Indexed {
  bool active = false;
  std::string folded_name;
  std::vector<std::string> barcodes;
  bool operator==(const Indexed&) const = default;
};

// What the table's own indexes read (schema_001.cpp). A statement that sets none of these columns leaves the indexes
// alone; most changes are of prices.
constexpr std::array<std::string_view, 5> kKeyColumns = {"sku", "category", "position", "low_stock_milli", "lifecycle"};

constexpr std::array<std::string_view, 2> kWordColumns = {"name", "barcodes"};  // what Indexed is made of

struct Keys {
  std::string sku;
  Id category;
  std::int64_t position = 0, low_stock_milli = 0, lifecycle = 0;
  bool operator==(const Keys&) const = default;
};

Keys keys_of(const domain::Product& p) {
  return {p.sku, p.category, p.position, p.low_stock_milli, static_cast<std::int64_t>(p.lifecycle)};
}

struct Present {
  std::int64_t number = 0;
  Indexed indexed;
  Keys keys;
};

Result<std::optional<Present>> find_present(Connection& conn, const Id& id) {
  auto q = TRY(conn.query(
      "SELECT number, lifecycle, folded_name, barcodes, sku, category, position, low_stock_milli FROM product "
      "WHERE id = ?1",
      id));
  if (!TRY(q.next())) return std::optional<Present>{};
  Present present{q.integer(0),
                  {q.integer(1) == 0, q.text(2), TRY(decode<std::vector<std::string>>(q.blob(3)))},
                  {q.text(4), q.id(5), q.integer(6), q.integer(7), q.integer(1)}};
  return std::optional(std::move(present));
}

Status index(Connection& conn, std::int64_t number, const Indexed& product) {
  if (!product.active) return {};
  for (const auto& code : product.barcodes) {
    TRY(conn.run("INSERT OR IGNORE INTO product_barcode(code, product) VALUES(?1, ?2)", code, number));
  }
  TRY(conn.run("INSERT INTO product_words(rowid, name) VALUES(?1, ?2)", number, product.folded_name));
  return conn.run("INSERT INTO product_parts(rowid, name) VALUES(?1, ?2)", number, product.folded_name);
}

// A word index without content must be told the very words it was given.
Status unindex(Connection& conn, std::int64_t number, const Indexed& product) {
  if (!product.active) return {};
  for (const auto& code : product.barcodes) {
    TRY(conn.run("DELETE FROM product_barcode WHERE code = ?1 AND product = ?2", code, number));
  }
  TRY(conn.run("INSERT INTO product_words(product_words, rowid, name) VALUES('delete', ?1, ?2)", number,
               product.folded_name));
  return conn.run("INSERT INTO product_parts(product_parts, rowid, name) VALUES('delete', ?1, ?2)", number,
                  product.folded_name);
}

// The parameters of each statement: 1 the id or number, 2 the folded name, then the fields.
std::string insert_sql() {
  auto columns = column_names<domain::Product>();
  columns.insert(columns.begin(), "folded_name");
  return "INSERT INTO product(id, " + comma_list(columns) + ") VALUES(?1, " + parameters(2, columns.size()) + ")";
}

std::string update_sql(bool with_keys) {
  std::string sql = "UPDATE product SET folded_name = ?2";
  int at = 2;
  for (const auto& name : column_names<domain::Product>()) {
    ++at;
    const bool is_key = std::find(kKeyColumns.begin(), kKeyColumns.end(), name) != kKeyColumns.end();
    if (with_keys || !is_key) sql += ", " + name + " = ?" + std::to_string(at);
  }
  return sql + " WHERE number = ?1";
}

Status put_row(Connection& conn, const domain::Product& product, const std::string& folded_name,
               const std::optional<Present>& before) {
  static const std::string insert = insert_sql(), update = update_sql(true), update_beside_keys = update_sql(false);
  const bool same_keys = before && before->keys == keys_of(product);
  auto q = TRY(conn.prepare(!before ? insert : same_keys ? update_beside_keys : update));
  if (before)
    q.bind(1, before->number);
  else
    q.bind(1, product.id);
  q.bind(2, folded_name);
  bind_fields(q, 3, product);
  TRY(q.next());
  return {};
}

// "price = ?2, tare = ?3" for those of the fields that are asked for; `is_plain`: no index reads any of them.
struct PlainColumns {
  std::span<const FieldNumber> wanted;
  std::string assignments;
  int last_parameter = 1;
  bool is_plain = true;

  template <class... T>
  void operator()(Field<T>... f) {
    (add(f.number, f.name), ...);
  }
  void add(FieldNumber number, std::string_view name) {
    if (std::find(wanted.begin(), wanted.end(), number) == wanted.end()) return;
    const auto reads_it = [&](const auto& names) { return std::find(names.begin(), names.end(), name) != names.end(); };
    is_plain = is_plain && !reads_it(kKeyColumns) && !reads_it(kWordColumns);
    if (last_parameter > 1) assignments += ", ";
    assignments += name;
    assignments += " = ?" + std::to_string(++last_parameter);
  }
};

struct PlainBinder {
  Query& q;
  std::span<const FieldNumber> wanted;
  int at = 2;

  template <class... T>
  void operator()(Field<T>... f) {
    (bind(f), ...);
  }
  template <class T>
  void bind(const Field<T>& f) {
    if (std::find(wanted.begin(), wanted.end(), f.number) != wanted.end()) RowBinder(q, at++)(f);
  }
};

constexpr std::size_t kWordsChecked = 4;

Result<bool> is_found(Connection& conn, const char* table, const std::string& word, std::int64_t number) {
  const std::string sql = std::string("SELECT 1 FROM ") + table + " WHERE " + table + " MATCH ?1 AND rowid = ?2";
  return TRY(conn.integer(sql, "\"" + word + "\"", number)).has_value();
}

Result<bool> has_all(Connection& conn, std::int64_t number, const Indexed& product) {
  for (const auto& code : product.barcodes) {
    const auto found =
        TRY(conn.integer("SELECT 1 FROM product_barcode WHERE code = ?1 AND product = ?2", code, number));
    if (!found) return false;
  }
  auto words = words_of(product.folded_name);
  words.resize(std::min(words.size(), kWordsChecked));
  for (const auto& word : words) {
    if (!TRY(is_found(conn, "product_words", word, number))) return false;
    const auto parts = trigrams_of(word);
    if (!parts.empty() && !TRY(is_found(conn, "product_parts", parts.front(), number))) return false;
  }
  return true;
}

Result<std::string> stored_name(Connection& conn, std::int64_t number) {
  auto q = TRY(conn.query("SELECT name FROM product WHERE number = ?1", number));
  return TRY(q.next()) ? q.text(0) : std::string();
}

}  // namespace

Status put_product(Connection& conn, const domain::Product& product) {
  const Indexed now{product.lifecycle == domain::Lifecycle::active, folded(product.name), product.barcodes};
  const auto before = TRY(find_present(conn, product.id));
  TRY(put_row(conn, product, now.folded_name, before));
  const auto number = before ? before->number : conn.last_rowid();
  if (before && before->indexed == now) return {};
  if (before) TRY(unindex(conn, number, before->indexed));
  return index(conn, number, now);
}

Result<bool> put_product_fields(Connection& conn, const domain::Product& product, std::span<const FieldNumber> fields) {
  auto& named = const_cast<domain::Product&>(product);  // serializing only reads
  PlainColumns columns{fields, {}, 1, true};
  named.serialize(columns);
  if (!columns.is_plain || columns.assignments.empty()) return false;
  auto q = TRY(conn.prepare("UPDATE product SET " + columns.assignments + " WHERE id = ?1"));
  q.bind(1, product.id);
  PlainBinder binder{q, fields};
  named.serialize(binder);
  TRY(q.next());
  return conn.changes() > 0;
}

Result<bool> is_indexed(Connection& conn, const Id& id) {
  const auto present = TRY(find_present(conn, id));
  if (!present) return true;
  if (present->indexed.folded_name != folded(TRY(stored_name(conn, present->number)))) return false;
  return !present->indexed.active || TRY(has_all(conn, present->number, present->indexed));
}

// Only active products are indexed.
Status distrust_index(Connection& conn, const Id& id) {
  return conn.run("UPDATE product SET lifecycle = ?2 WHERE id = ?1", id, domain::Lifecycle::deleted);
}

}  // namespace till::storage
