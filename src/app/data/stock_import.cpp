// Counted stock from a file: each row that says something else than the shop becomes a count in this terminal's branch.
#include <set>

#include "app/data/columns.hpp"
#include "app/data/import_kind.hpp"
#include "app/row_edit.hpp"
#include "app/stock_count_row.hpp"
#include "app/store_here.hpp"
#include "storage/search.hpp"
#include "storage/stock.hpp"

namespace till::app {
namespace {

class StockImport final : public ImportKind {
 public:
  [[nodiscard]] std::vector<ColumnSpec> columns() const override {
    return {{"sku",
             CellType::text,
             {"internal reference", "default code", "reference", "artikelnummer", "item number", "product code",
              "product"}},
            {"barcode", CellType::text, {"gtin", "ean", "upc", "strichcode"}},
            {"qty",
             CellType::number,
             {"quantity", "in stock", "counted quantity", "quantity on hand", "new quantity", "new quantity *",
              "current quantity", "current quantity *", "qty available", "stock", "menge", "bestand", "lagerbestand"}}};
  }
  [[nodiscard]] std::vector<std::string_view> needs_one_of() const override { return {"sku", "barcode"}; }

  Status begin(ShopState& state, const Actor&, const ColumnMap& map, DecimalSign decimals) override {
    if (!map.has("qty")) return invalid("no column says how much there is; name it qty, or choose it");
    state_ = &state;
    shelf_.decimals = decimals;
    return {};
  }

  Result<RowVerdict> row(storage::Connection& conn, ImportRow row) override {
    RowVerdict verdict;
    if (row.cells["qty"].empty()) return verdict;  // nothing was counted
    const auto op = TRY(counted(conn, row, verdict));
    if (verdict.problems.empty() && op) {
      verdict.outcome = RowOutcome::changed;
      verdict.ops.push_back(*op);
    }
    return verdict;
  }

  std::vector<LateProblem> end(std::vector<StagedOp>&) override { return {}; }

 private:
  // Empty when the stock is as the file says.
  Result<std::optional<StagedOp>> counted(storage::Connection& conn, ImportRow& row, RowVerdict& verdict) {
    const std::string key = row.cells["sku"].empty() ? "barcode" : "sku";
    const auto found = TRY(storage::find_by_code(conn, row.cells[key]));
    if (found.size() != 1) {
      verdict.problems.push_back(
          {key, (found.empty() ? "no product has the code '" : "several products have the code '") +
                    clipped(row.cells[key], 40) + "'; correct it, or import the products first"});
      return std::optional<StagedOp>{};
    }
    const auto& product = found.front();
    if (!seen_.insert(product.id).second)
      verdict.problems.push_back({key, "'" + product.name + "' stands in the file twice; keep one of the rows"});
    const auto milli = milli_from(row.cells["qty"], shelf_, "the quantity");
    if (!milli) {
      verdict.problems.push_back({"qty", milli.error().message});
      return std::optional<StagedOp>{};
    }
    const auto level = TRY(storage::stock_level_milli(conn, product.id, TRY(store_here(conn, *state_))));
    if (level == *milli) return std::optional<StagedOp>{};
    if (*milli < 0) verdict.problems.push_back({"qty", "a count cannot be negative"});
    if (const auto good = check_stock_quantity(product, domain::Quantity{*milli}); !good)
      verdict.problems.push_back({"qty", good.error().message});
    domain::StockCount count;
    count.id = new_id(state_->clock, state_->random);
    count.product = product.id;
    count.counted_milli = *milli;
    count.note = "import";
    return std::optional(whole_row(count));
  }

  ShopState* state_ = nullptr;
  Shelf shelf_;
  std::set<Id> seen_;
};

}  // namespace

std::unique_ptr<ImportKind> make_stock_import() {
  return std::make_unique<StockImport>();
}

}  // namespace till::app
