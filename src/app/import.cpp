#include "app/import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "app/csv.hpp"
#include "app/journal.hpp"
#include "app/shop_state.hpp"
#include "core/decimal.hpp"
#include "core/text.hpp"
#include "domain/barcode.hpp"
#include "security/hash.hpp"
#include "storage/search.hpp"
#include "storage/tables.hpp"

namespace till::app {
namespace {

constexpr std::size_t kMaxProblems = 100;
constexpr std::size_t kRowsPerGroup = 200;
constexpr std::size_t kMaxNameCodePoints = 200;

struct Known {
  std::map<std::string, domain::Product> products;  // by SKU
  std::map<std::string, Id> categories, taxes;      // by name in lower case, by code
  domain::Currency currency;
  std::vector<Id> usual_taxes;
};

Result<Known> read_known(ShopState& state) {
  return state.db->read([&](storage::Connection& conn) -> Result<Known> {
    Known known;
    known.currency = state.settings()->rules.currency;
    TRY(storage::for_each<domain::Product>(conn, [&](const domain::Product& product) -> Status {
      if (product.lifecycle != domain::Lifecycle::deleted) known.products[product.sku] = product;
      return {};
    }));
    for (const auto& category : TRY(storage::load_all<domain::Category>(conn)))
      known.categories[lowered(category.name)] = category.id;
    for (const auto& tax : TRY(storage::load_all<domain::Tax>(conn))) {
      known.taxes[tax.code] = tax.id;
      if (known.usual_taxes.empty()) known.usual_taxes = {tax.id};
    }
    return known;
  });
}

Result<bool> parse_yes_no(const std::string& text, const char* what) {
  const auto word = lowered(text);
  if (word == "yes" || word == "true" || word == "1") return true;
  if (word == "no" || word == "false" || word == "0") return false;
  return invalid(fmt::format("{} must be yes or no, not '{}'", what, text));
}

Result<domain::SellUnit> parse_unit(const std::string& text) {
  const std::map<std::string, domain::SellUnit> units = {{"piece", domain::SellUnit::piece},
                                                         {"kg", domain::SellUnit::kilogram},
                                                         {"l", domain::SellUnit::litre},
                                                         {"m", domain::SellUnit::metre}};
  const auto it = units.find(lowered(text));
  if (it == units.end()) return invalid("the unit must be piece, kg, l or m, not '" + text + "'");
  return it->second;
}

// The cells of one row, by column; a column that the file lacks leaves the product's field alone.
class RowReader {
 public:
  RowReader(const CsvTable& table, const CsvRow& row, const Known& known) : table_(table), row_(row), known_(known) {}

  Result<domain::Product> read() {
    auto product = TRY(start());
    TRY(texts(product));
    TRY(amounts(product));
    TRY(references(product));
    return product;
  }

 private:
  [[nodiscard]] bool has(const char* name) const { return table_.column(name) >= 0; }
  [[nodiscard]] std::string cell(const char* name) const { return table_.at(row_, name); }

  Result<domain::Product> start() {
    const auto sku = cell("sku");
    if (sku.empty() || sku.size() > 64 || !is_valid_utf8(sku)) return invalid("the SKU is missing or too long");
    if (const auto it = known_.products.find(sku); it != known_.products.end()) return it->second;
    for (const char* needed : {"name", "price"})
      if (cell(needed).empty()) return invalid(fmt::format("the product {} is new and needs a {}", sku, needed));
    domain::Product product;
    product.sku = sku;
    product.taxes = known_.usual_taxes;
    return product;
  }

  Status texts(domain::Product& product) {
    if (has("name")) {
      product.name = cell("name");
      if (product.name.empty() || code_points(product.name) > kMaxNameCodePoints)
        return invalid("the name is missing or too long");
    }
    return barcodes(product);
  }

  // The first barcode and the others are two columns: a file that has only one of them leaves the other as it was.
  Status barcodes(domain::Product& product) {
    std::vector<std::string> wanted, before = product.barcodes;
    if (has("barcode")) {
      wanted.push_back(cell("barcode"));
    } else if (!before.empty()) {
      wanted.push_back(before.front());
    }
    if (has("more_barcodes")) {
      for (const auto& code : split(cell("more_barcodes"), '|')) wanted.push_back(code);
    } else if (before.size() > 1) {
      wanted.insert(wanted.end(), before.begin() + 1, before.end());
    }
    product.barcodes.clear();
    for (const auto& given : wanted) {
      const auto code = trimmed(given);
      if (code.empty() || std::ranges::find(product.barcodes, code) != product.barcodes.end()) continue;
      if (const auto checked = check_barcode(code); !checked) return fail(checked.error());
      product.barcodes.push_back(code);
    }
    return {};
  }

  static Status check_barcode(const std::string& code) {
    if (code.size() > 48) return invalid("the barcode '" + code + "' is too long");
    const bool digits = code.find_first_not_of("0123456789") == std::string::npos;
    if (digits && (code.size() == 8 || code.size() >= 12) && code.size() <= 14) TRY(domain::read_retail_code(code));
    return {};
  }

  Status amounts(domain::Product& product) {
    if (has("price")) {
      product.price = TRY(domain::parse_money(cell("price"), known_.currency, "the price"));
      if (product.price.minor < 0) return invalid("the price must not be negative");
    }
    if (has("special_price")) {
      product.has_special = !cell("special_price").empty();
      product.special_price = {};
      if (product.has_special)
        product.special_price = TRY(domain::parse_money(cell("special_price"), known_.currency, "the special price"));
      if (product.special_price.minor < 0) return invalid("the special price must not be negative");
    }
    if (has("low_stock") && !cell("low_stock").empty())
      product.low_stock_milli = TRY(parse_decimal(cell("low_stock"), 3, "low_stock"));
    if (has("minimum_age") && !cell("minimum_age").empty()) {
      const auto years = TRY(parse_decimal(cell("minimum_age"), 0, "minimum_age"));
      if (years < 0 || years > 99) return invalid("the minimum age must be 0 to 99");
      product.minimum_age = static_cast<std::int32_t>(years);
    }
    return {};
  }

  Status references(domain::Product& product) {
    if (has("unit") && !cell("unit").empty()) product.unit = TRY(parse_unit(cell("unit")));
    if (has("available") && !cell("available").empty())
      product.available = TRY(parse_yes_no(cell("available"), "available"));
    if (has("track_stock") && !cell("track_stock").empty())
      product.track_stock = TRY(parse_yes_no(cell("track_stock"), "track_stock"));
    if (has("state") && !cell("state").empty()) {
      const auto word = lowered(cell("state"));
      if (word != "active" && word != "archived")
        return invalid("the state must be active or archived, not '" + word + "'");
      product.lifecycle = word == "active" ? domain::Lifecycle::active : domain::Lifecycle::archived;
    }
    if (const auto name = cell("category"); has("category") && !name.empty()) {
      const auto it = known_.categories.find(lowered(name));
      if (it == known_.categories.end()) return invalid("there is no category '" + name + "'");
      product.category = it->second;
    }
    if (!has("taxes") || cell("taxes").empty()) return {};
    product.taxes.clear();
    for (const auto& code : split(cell("taxes"), '|')) {
      const auto it = known_.taxes.find(trimmed(code));
      if (it == known_.taxes.end()) return invalid("there is no tax '" + trimmed(code) + "'");
      product.taxes.push_back(it->second);
    }
    return {};
  }

  const CsvTable& table_;
  const CsvRow& row_;
  const Known& known_;
};

struct Checked {
  ImportReport report;
  std::vector<domain::Product> products;  // new and changed ones
};

void count(Checked& checked, domain::Product product, const Known& known, ShopState& state) {
  const auto it = known.products.find(product.sku);
  if (it == known.products.end()) {
    product.id = new_id(state.clock, state.random);
    ++checked.report.added;
    checked.products.push_back(std::move(product));
  } else if (to_fields(product) == to_fields(it->second)) {
    ++checked.report.unchanged;
  } else {
    ++checked.report.changed;
    checked.products.push_back(std::move(product));
  }
}

Result<Checked> check_rows(const CsvTable& table, const Known& known, ShopState& state, Task& task) {
  Checked checked;
  std::set<std::string> seen;
  task.begin("Checking", table.rows.size());
  for (const auto& row : table.rows) {
    TRY(task.go_on());
    task.advance_to(++checked.report.rows);
    auto product = RowReader(table, row, known).read();
    if (product && !seen.insert(product->sku).second)
      product = invalid("the SKU " + product->sku + " stands in the file twice");
    if (product) {
      count(checked, std::move(*product), known, state);
    } else if (checked.report.problems.size() < kMaxProblems) {
      checked.report.problems.push_back({row.line, product.error().message});
    }
  }
  return checked;
}

// All rows in one transaction, as many records as they need.
Status write_rows(ShopState& state, const Actor& actor, const Checked& checked, Task& task) {
  task.begin("Writing", checked.products.size());
  return change(
      state,
      [&](storage::Transaction& tx) -> Status {
        std::uint64_t done = 0;
        for (const auto& product : checked.products) {
          if (done % kRowsPerGroup == 0) TRY(task.go_on());
          TRY(state.replica->put(tx, product));
          task.advance_to(++done);
        }
        return write_journal(
            state, tx, actor,
            {"import", "products", fmt::format("{} new, {} changed", checked.report.added, checked.report.changed)});
      },
      storage::Priority::background);
}

}  // namespace

Result<ImportReport> import_products(Shop& shop, const Actor& actor, std::string csv, bool dry_run, Task& task) {
  TRY(require_right(shop, actor, domain::Right::import_data, "products"));
  auto& state = shop.state();
  const auto table = TRY(CsvTable::parse(std::move(csv)));
  if (table.column("sku") < 0) return invalid("the first line must name the columns, and one of them must be sku");
  const auto known = TRY(read_known(state));
  auto checked = TRY(check_rows(table, known, state, task));
  checked.report.dry_run = dry_run;
  if (!checked.report.problems.empty() || dry_run) return checked.report;
  TRY(write_rows(state, actor, checked, task));
  return checked.report;
}

}  // namespace till::app
