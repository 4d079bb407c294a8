// Categories and suppliers by name, taxes by code, prices by product, list and beginning.
#include "app/data/row_import.hpp"

namespace till::app {
namespace {

using domain::Category;
using domain::Price;
using domain::Supplier;
using domain::Tax;

std::string cell_of(const CellTexts& cells, std::string_view key) {
  const auto it = cells.find(key);
  return it == cells.end() ? std::string() : it->second;
}

Id found_in(const std::unordered_map<std::string, Id>& index, const std::string& key) {
  const auto it = index.find(lowered(key));
  return it == index.end() ? Id{} : it->second;
}

class CategoryImport final : public RowImport<Category> {
 public:
  [[nodiscard]] std::vector<std::string_view> needs_one_of() const override { return {"name"}; }

 protected:
  [[nodiscard]] Id find(const CellTexts& cells) const override {
    return found_in(shelf_.categories, cell_of(cells, "name"));
  }
  void know(const Category& row) override { shelf_.categories.try_emplace(lowered(row.name), row.id); }
  [[nodiscard]] bool means_too(const Category& row, const CellTexts& cells) const override {
    return lowered(row.name) == lowered(cell_of(cells, "name"));
  }
  Status check(storage::Connection&, const Category&, Category& now, bool) override {
    return now.name.empty() ? Status(invalid("give the category a name")) : Status{};
  }
  [[nodiscard]] std::optional<Id> resolve(const LateReference& late) const override {
    const auto id = found_in(shelf_.categories, late.name);
    return id.is_nil() ? std::nullopt : std::optional(id);
  }
};

class SupplierImport final : public RowImport<Supplier> {
 public:
  [[nodiscard]] std::vector<std::string_view> needs_one_of() const override { return {"name"}; }

 protected:
  [[nodiscard]] Id find(const CellTexts& cells) const override {
    return found_in(shelf_.suppliers, cell_of(cells, "name"));
  }
  void know(const Supplier& row) override { shelf_.suppliers.try_emplace(lowered(row.name), row.id); }
  [[nodiscard]] bool means_too(const Supplier& row, const CellTexts& cells) const override {
    return lowered(row.name) == lowered(cell_of(cells, "name"));
  }
  Status check(storage::Connection&, const Supplier&, Supplier& now, bool) override {
    return now.name.empty() ? Status(invalid("give the supplier a name")) : Status{};
  }
};

class TaxImport final : public RowImport<Tax> {
 public:
  [[nodiscard]] std::vector<std::string_view> needs_one_of() const override { return {"code"}; }

 protected:
  [[nodiscard]] Id find(const CellTexts& cells) const override { return found_in(by_code_, cell_of(cells, "code")); }
  void know(const Tax& row) override { by_code_.try_emplace(lowered(row.code), row.id); }
  [[nodiscard]] std::vector<std::string_view> needed_when_new() const override { return {"code", "name"}; }
  Status check(storage::Connection&, const Tax&, Tax& now, bool) override {
    if (now.name.empty() || now.code.empty()) return invalid("give the tax a name, as it is printed, and a short code");
    if (now.kind == domain::TaxKind::division && now.rate_micro >= 100'000'000)
      return invalid("a division tax must stay below 100 percent");
    return {};
  }

 private:
  std::unordered_map<std::string, Id> by_code_;
};

class PriceImport final : public RowImport<Price> {
 public:
  [[nodiscard]] std::vector<std::string_view> needs_one_of() const override { return {"sku"}; }

 protected:
  [[nodiscard]] bool reads_products() const override { return true; }
  [[nodiscard]] Id find(const CellTexts& cells) const override {
    const auto from = from_rfc3339(cell_of(cells, "valid_from"));
    const auto product = found_in(shelf_.products, cell_of(cells, "sku"));
    return found_in(by_key_, key_of(product, cell_of(cells, "list"), from ? *from : UtcTime{}));
  }
  void know(const Price& row) override {
    by_key_.try_emplace(lowered(key_of(row.product, row.list, row.valid_from)), row.id);
  }
  [[nodiscard]] std::vector<std::string_view> needed_when_new() const override { return {"sku", "amount"}; }
  Status check(storage::Connection&, const Price&, Price& now, bool) override {
    if (now.valid_until.us != 0 && now.valid_until <= now.valid_from)
      return invalid("the price would end before it begins; check its dates");
    return {};
  }

 private:
  static std::string key_of(const Id& product, const std::string& list, UtcTime from) {
    return to_string(product) + "|" + list + "|" + std::to_string(from.us);
  }
  std::unordered_map<std::string, Id> by_key_;
};

}  // namespace

std::unique_ptr<ImportKind> make_category_import() {
  return std::make_unique<CategoryImport>();
}
std::unique_ptr<ImportKind> make_supplier_import() {
  return std::make_unique<SupplierImport>();
}
std::unique_ptr<ImportKind> make_tax_import() {
  return std::make_unique<TaxImport>();
}
std::unique_ptr<ImportKind> make_price_import() {
  return std::make_unique<PriceImport>();
}

}  // namespace till::app
