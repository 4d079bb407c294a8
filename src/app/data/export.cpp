#include "app/data/export.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>

#include "app/data/columns.hpp"
#include "app/data/document_rows.hpp"
#include "app/data/pages.hpp"
#include "app/journal.hpp"
#include "app/journal_reading.hpp"
#include "app/store_here.hpp"
#include "core/decimal.hpp"
#include "core/text.hpp"
#include "storage/sales.hpp"
#include "storage/stock.hpp"

namespace till::app {
namespace {

namespace json = boost::json;
using domain::Right;

constexpr std::size_t kStockPage = 5000;
constexpr std::int64_t kDay_us = 24LL * 3600 * 1'000'000;

constexpr std::string_view kJournal = "audit";  // what `audit export` writes

struct Exporting {
  ShopState& state;
  const ExportWish& wish;
  RowWriter& out;
  Task& task;

  Status row(const json::object& row) const {
    constexpr std::size_t kRowsBetweenNews = 500;
    TRY(task.go_on());
    TRY(out.row(row));
    if (out.rows() % kRowsBetweenNews == 0) task.advance_to(out.rows());
    return {};
  }
  [[nodiscard]] UtcTime from() const { return wish.from.value_or(UtcTime{0}); }
  [[nodiscard]] UtcTime to() const { return wish.to.value_or(UtcTime{INT64_MAX}); }
};

struct ExportKind {
  std::string_view name;
  std::vector<Right> rights;
  std::vector<std::string> columns;
  Status (*write)(const Exporting&);
};

json::value typed(const ColumnSpec& spec, const std::string& text) {
  if (spec.type == CellType::yes_no) return json::value(text == "yes");
  if (spec.type == CellType::whole_number) return json::value(parse_decimal(text, 0, spec.key).value_or(0));
  return json::value(text);
}

bool is_free_text(std::string_view key) {
  return key == "name" || key == "note" || key == "contact";
}

template <class E>
json::object row_object(const E& row, const Shelf& shelf) {
  json::object object;
  for (const auto& column : columns_of<E>()) {
    if (!column.show) continue;
    auto text = column.show(row, shelf);
    if (is_free_text(column.spec.key)) text = mask_card_numbers(text);
    object[column.spec.key] = typed(column.spec, text);
  }
  return object;
}

template <class E>
Status write_rows(const Exporting& to) {
  const auto shelf = TRY(read_shelf(to.state, false));
  return each_row_in_pages<E>(to.state, [&](const E& row) -> Status {
    return row.lifecycle == domain::Lifecycle::deleted ? Status{} : to.row(row_object(row, shelf));
  });
}

template <class E>
std::vector<std::string> shown_columns() {
  std::vector<std::string> names;
  for (const auto& column : columns_of<E>())
    if (column.show) names.emplace_back(column.spec.key);
  return names;
}

std::vector<std::string> keys_of(const json::object& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object) keys.emplace_back(key);
  return keys;
}

Status write_stock(const Exporting& to) {
  for (std::size_t offset = 0;; offset += kStockPage) {
    const auto page = TRY(to.state.db->read([&](storage::Connection& conn) -> Result<std::vector<storage::StockLevel>> {
      return storage::stock_levels(conn, offset, kStockPage, TRY(store_here(conn, to.state)));
    }));
    for (const auto& level : page) {
      TRY(to.row({{"sku", level.sku},
                  {"name", level.name},
                  {"qty", format_decimal_short(level.level_milli, 3)},
                  {"low", level.low_stock_milli > 0 && level.level_milli <= level.low_stock_milli}}));
    }
    if (page.size() < kStockPage) return {};
  }
}

// A day in each read; days without a sale cost nothing, since the next sale says where to go on.
Status each_sale(const Exporting& to, const std::function<Status(const domain::Sale&)>& visit) {
  UtcTime from = to.from();
  for (;;) {
    std::vector<domain::Sale> day;
    TRY(to.state.db->read([&](storage::Connection& conn) -> Status {
      const auto next =
          TRY(conn.integer("SELECT at FROM sale WHERE at >= ?1 AND at < ?2 ORDER BY at LIMIT 1", from, to.to()));
      if (!next) return {};
      const UtcTime end{std::min(*next + kDay_us, to.to().us)};
      TRY(storage::for_each_sale(conn, UtcTime{*next}, end, [&](const domain::Sale& sale) -> Status {
        day.push_back(sale);
        return {};
      }));
      from = end;
      return {};
    }));
    if (day.empty()) return {};
    for (const auto& sale : day) TRY(visit(sale));
  }
}

Status write_sales(const Exporting& to) {
  return each_sale(to, [&](const domain::Sale& sale) { return to.row(sale_to_json(sale)); });
}

Status write_sale_lines(const Exporting& to) {
  return each_sale(to, [&](const domain::Sale& sale) -> Status {
    for (const auto& line : sale_lines_to_json(sale)) TRY(to.row(line.as_object()));
    return {};
  });
}

bool is_secret(const std::string& key) {
  return std::ranges::any_of(std::to_array<std::string_view>({"secret", "token", "password", "passphrase"}),
                             [&](std::string_view word) { return key.find(word) != std::string::npos; });
}

Status write_settings(const Exporting& to) {
  return each_row_in_pages<domain::Setting>(to.state, [&](const domain::Setting& setting) -> Status {
    return is_secret(setting.key) ? Status{}
                                  : to.row({{"key", setting.key}, {"value", mask_card_numbers(setting.value)}});
  });
}

const std::vector<ExportKind>& export_kinds() {
  const auto one_line = [] {
    domain::Sale sale;
    sale.lines.emplace_back();
    return sale_lines_to_json(sale).front().as_object();
  };
  static const std::vector<ExportKind> kKinds = {
      {"products", {Right::export_data}, shown_columns<domain::Product>(), write_rows<domain::Product>},
      {"customers",
       {Right::export_data, Right::customers_edit},
       shown_columns<domain::Customer>(),
       write_rows<domain::Customer>},
      {"users", {Right::export_data, Right::users_edit}, shown_columns<domain::User>(), write_rows<domain::User>},
      {"suppliers", {Right::export_data}, shown_columns<domain::Supplier>(), write_rows<domain::Supplier>},
      {"stock", {Right::export_data}, {"sku", "name", "qty", "low"}, write_stock},
      {"prices", {Right::export_data}, shown_columns<domain::Price>(), write_rows<domain::Price>},
      {"categories", {Right::export_data}, shown_columns<domain::Category>(), write_rows<domain::Category>},
      {"taxes", {Right::export_data}, shown_columns<domain::Tax>(), write_rows<domain::Tax>},
      {"sales", {Right::export_data}, keys_of(sale_to_json({})), write_sales},
      {"sale-lines", {Right::export_data}, keys_of(one_line()), write_sale_lines},
      {"settings", {Right::export_data, Right::settings_edit}, {"key", "value"}, write_settings},
      {kJournal, {}, {}, nullptr}};
  return kKinds;
}

Result<const ExportKind*> kind_named(const std::string& what) {
  std::string names;
  for (const auto& kind : export_kinds()) {
    if (kind.name == what) return &kind;
    names += (names.empty() ? "" : ", ") + std::string(kind.name);
  }
  return invalid("cannot export '" + clipped(what, 40) + "'; choose " + names);
}

// `close` makes the whole file readable by others; the journal is written before.
Result<std::size_t> write_all(Shop& shop, const Actor& actor, const ExportWish& wish, const std::string& where,
                              RowWriter::Sink sink, Task& task) {
  const auto* kind = TRY(kind_named(wish.what));
  if (kind->name == kJournal) {
    JournalQuery query;
    query.from = wish.from, query.to = wish.to;
    const auto format = wish.format == FileFormat::csv ? JournalFormat::csv : JournalFormat::json;
    return export_journal(shop, actor, query, format, task, sink);
  }
  for (const auto right : kind->rights) TRY(require_right(shop, actor, right, wish.what));
  auto& state = shop.state();
  RowWriter out(wish.format, kind->columns, std::move(sink));
  task.begin("Exporting", 0);
  TRY(kind->write({state, wish, out, task}));
  TRY(out.end());
  TRY(change(state, [&](storage::Transaction& tx) {
    return write_journal(state, tx, actor, {"export", wish.what, fmt::format("{} rows {}", out.rows(), where)});
  }));
  return out.rows();
}

}  // namespace

std::vector<std::string> export_names() {
  std::vector<std::string> names;
  for (const auto& kind : export_kinds()) names.emplace_back(kind.name);
  return names;
}

Result<std::size_t> export_to_file(Shop& shop, const Actor& actor, const ExportWish& wish, const std::string& path,
                                   Task& task) {
  auto& env = *shop.state().env;
  const auto part = path + ".part";
  const auto written = [&]() -> Result<std::size_t> {
    const auto file = TRY(env.open_writer(part, storage::WriteMode::truncate));
    std::string held;
    constexpr std::size_t kPieceBytes = 256U << 10;
    const auto flush = [&]() -> Status {
      TRY(file->append(view(held)));
      held.clear();
      return {};
    };
    const auto rows = TRY(write_all(
        shop, actor, wish, "into " + storage::file_name(path),
        [&](std::string_view text) -> Status {
          held += text;
          return held.size() < kPieceBytes ? Status{} : flush();
        },
        task));
    TRY(flush());
    TRY(file->sync());
    TRY(file->close());
    TRY(env.rename(part, path));
    TRY(env.sync_dir(storage::parent_folder(path)));
    return rows;
  }();
  if (!written) (void)env.remove(part);
  return written;
}

Result<ExportedText> export_text(Shop& shop, const Actor& actor, const ExportWish& wish, Task& task) {
  ExportedText exported;
  exported.rows = TRY(write_all(
      shop, actor, wish, "as text",
      [&](std::string_view text) -> Status {
        exported.text += text;
        return {};
      },
      task));
  return exported;
}

Result<std::vector<json::object>> products_to_json(Shop& shop, const std::vector<domain::Product>& products) {
  const auto shelf = TRY(read_shelf(shop.state(), false));
  std::vector<json::object> objects;
  for (const auto& product : products) objects.push_back(row_object(product, shelf));
  return objects;
}

Result<json::object> product_to_json(Shop& shop, const domain::Product& product) {
  return std::move(TRY(products_to_json(shop, {product})).front());
}

}  // namespace till::app
