// Products from a file: found by SKU, or by barcode where a file has no SKUs. Every code belongs to one product only,
// in the shop and in the file together; a code may move from one product to another within a file.
#include <algorithm>
#include <unordered_map>

#include "app/catalogue_rows.hpp"
#include "app/data/row_import.hpp"
#include "domain/barcode.hpp"

namespace till::app {
namespace {

using domain::Product;

// A GTIN is the same number with zeros in front (GS1 General Specifications); SKUs do not know upper and lower case.
std::string code_key(const std::string& code) {
  const bool digits = code.find_first_not_of("0123456789") == std::string::npos;
  if (!digits || (code.size() != 8 && (code.size() < 12 || code.size() > 14))) return lowered(code);
  const auto first = code.find_first_not_of('0');
  return first == std::string::npos ? "0" : code.substr(first);
}

std::set<std::string> code_keys(const Product& product) {
  std::set<std::string> keys;
  if (product.lifecycle != domain::Lifecycle::active) return keys;
  if (!product.sku.empty()) keys.insert(code_key(product.sku));
  for (const auto& code : product.barcodes) keys.insert(code_key(code));
  return keys;
}

// Which product has which code when the file is in.
class CodeOwners {
 public:
  void know(const Product& product) {
    for (const auto& key : code_keys(product)) owners_.try_emplace(key, Owner{product.id, product.sku});
  }
  void change(const Product& before, const Product& now, std::size_t line, std::size_t number) {
    const auto keys = code_keys(now);
    for (const auto& key : code_keys(before)) {
      if (keys.contains(key)) continue;
      if (const auto it = owners_.find(key); it != owners_.end() && it->second.id == before.id) owners_.erase(it);
    }
    for (const auto& key : keys) {
      const auto [it, is_free] = owners_.try_emplace(key, Owner{now.id, now.sku});
      if (!is_free && it->second.id != now.id) contested_.push_back({key, now.id, now.sku, line, number});
    }
  }
  std::vector<LateProblem> problems() const {
    std::vector<LateProblem> problems;
    auto owners = owners_;
    for (const auto& claim : contested_) {
      const auto [it, is_free] = owners.try_emplace(claim.key, Owner{claim.id, claim.sku});
      if (is_free || it->second.id == claim.id) continue;
      problems.push_back({{"barcode", "the code '" + claim.key + "' belongs to the product '" + it->second.sku +
                                          "' already; take it from there first, or correct it"},
                          claim.line,
                          claim.number});
    }
    return problems;
  }

 private:
  struct Owner {
    Id id;
    std::string sku;
  };
  struct Claim {
    std::string key;
    Id id;
    std::string sku;
    std::size_t line, number;
  };
  std::unordered_map<std::string, Owner> owners_;
  std::vector<Claim> contested_;
};

class ProductImport final : public RowImport<Product> {
 public:
  [[nodiscard]] std::vector<ColumnSpec> columns() const override {
    auto specs = RowImport::columns();
    specs.push_back({"handle", CellType::text, {}});
    specs.push_back({"variation",
                     CellType::text,
                     {"variation name", "variant", "variante", "option 1 value", "option 2 value", "option 3 value"},
                     true});
    return specs;
  }
  [[nodiscard]] std::vector<std::string_view> needs_one_of() const override { return {"sku", "barcode"}; }
  [[nodiscard]] bool has_taxes() const override { return true; }
  [[nodiscard]] Result<Id> tax_of_column(const std::string& column) const override {
    auto name = trimmed(column.substr(std::min<std::size_t>(column.size(), std::string_view("Tax - ").size())));
    std::erase(name, '"');
    const auto percent = name.rfind('(');
    if (const auto named = shelf_.tax_named(trimmed(name.substr(0, percent)))) return *named;
    return shelf_.tax_named(percent == std::string::npos ? name : name.substr(percent + 1));
  }

  std::vector<LateProblem> end(std::vector<StagedOp>& ops) override {
    auto problems = RowImport::end(ops);
    for (auto& problem : owners_.problems()) problems.push_back(std::move(problem));
    return problems;
  }

  [[nodiscard]] std::vector<std::string> notes() const override {
    auto notes = RowImport::notes();
    if (!made_.empty()) notes.push_back("new: '" + made_ + "'");
    if (barcode_as_sku_ > 0)
      notes.push_back(std::to_string(barcode_as_sku_) + " products have no SKU in the file; their barcode became it");
    return notes;
  }

 protected:
  // Loyverse writes the name of an item with variants in its first row only; Square calls the only variant "Regular".
  Status shape(ImportRow& row) override {
    auto& cells = row.cells;
    const auto cell = [&](std::string_view key) {
      const auto it = cells.find(key);
      return it == cells.end() ? std::string() : it->second;
    };
    if (const auto handle = cell("handle"); !handle.empty()) {
      if (cell("name").empty()) {
        cells["name"] = handle == handle_ ? handle_name_ : std::string();
      } else {
        handle_ = handle;
        handle_name_ = cell("name");
      }
    }
    const auto variation = cell("variation");
    if (!variation.empty() && lowered(variation) != "regular" && lowered(variation) != "default" &&
        !cell("name").empty())
      cells["name"] = cell("name") + " " + variation;
    if (!cell("sku").empty()) return {};
    cells.erase("sku");
    const auto barcode = cell("barcode");
    if (barcode.empty())
      return invalid("the SKU is missing, and there is no barcode either; give the product one of them");
    if (find(cells).is_nil()) {
      cells["sku"] = barcode;
      ++barcode_as_sku_;
    }
    return {};
  }

  [[nodiscard]] Id find(const CellTexts& cells) const override {
    const auto by = [](const auto& index, const std::string& key) {
      const auto it = index.find(key);
      return it == index.end() ? Id{} : it->second;
    };
    if (const auto sku = cells.find("sku"); sku != cells.end()) return by(shelf_.products, lowered(sku->second));
    const auto barcode = cells.find("barcode");
    return barcode == cells.end() ? Id{} : by(by_barcode_, code_key(barcode->second));
  }

  void know(const Product& product) override {
    shelf_.products.try_emplace(lowered(product.sku), product.id);
    for (const auto& code : product.barcodes) by_barcode_.try_emplace(code_key(code), product.id);
    owners_.know(product);
  }

  [[nodiscard]] std::vector<std::string_view> needed_when_new() const override { return {"sku", "name", "price"}; }

  void begin_new(Product& product) override {
    if (!map_.has("taxes") && !shelf_.taxes.empty()) product.taxes = {shelf_.taxes.front().id};
  }

  Status check(storage::Connection&, const Product& before, Product& now, bool is_new) override {
    TRY(check_product_values(now));
    for (const auto& code : now.barcodes)
      if (std::ranges::find(before.barcodes, code) == before.barcodes.end()) TRY(check_new_code(code));
    owners_.change(is_new ? Product{} : before, now, shelf_.line, shelf_.number);
    return {};
  }

  [[nodiscard]] std::optional<Id> resolve(const LateReference& late) const override {
    const auto it = shelf_.products.find(lowered(late.name));
    return it == shelf_.products.end() ? std::nullopt : std::optional(it->second);
  }

  void add_made(std::vector<StagedOp>& ops) override {
    add_rows(shelf_.new_categories, ops);
    add_rows(shelf_.new_suppliers, ops);
  }

 private:
  static Status check_new_code(const std::string& code) {
    const bool digits = code.find_first_not_of("0123456789") == std::string::npos;
    if (digits && (code.size() == 8 || code.size() >= 12) && code.size() <= 14) TRY(domain::read_retail_code(code));
    return {};
  }

  template <class Row>
  void add_rows(std::vector<Row>& rows, std::vector<StagedOp>& ops) {
    constexpr std::size_t kMaxNamed = 400;
    for (const auto& row : rows) {
      if (made_.size() < kMaxNamed) made_ += (made_.empty() ? "" : ", ") + row.name;
      ops.push_back(whole_row(row));
    }
    rows.clear();
  }

  CodeOwners owners_;
  std::unordered_map<std::string, Id> by_barcode_;
  std::string handle_, handle_name_, made_;
  std::size_t barcode_as_sku_ = 0;
};

}  // namespace

std::unique_ptr<ImportKind> make_product_import() {
  return std::make_unique<ProductImport>();
}

}  // namespace till::app
