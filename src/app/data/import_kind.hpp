// What can be imported, a kind each: which columns, which rights, how a row of a file becomes changes of the shop. A
// kind reads, it never writes; what is to be written are operations for the stage (import_stage.hpp). One import has a
// kind object of its own. For the bodies of this room.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/actor.hpp"
#include "app/data/column_map.hpp"
#include "app/data/import_stage.hpp"
#include "app/data/table_source.hpp"
#include "app/shop_state.hpp"
#include "domain/permissions.hpp"

namespace till::app {

enum class RowOutcome : std::uint8_t { added, changed, unchanged };

struct CellProblem {
  std::string key;  // of the column; empty: of the row as a whole
  std::string sentence;
};
struct LateProblem : CellProblem {
  std::size_t line = 0, number = 0;
};

// The cells of one row that the file has, by key.
using CellTexts = std::map<std::string, std::string, std::less<>>;

struct ImportRow {
  std::size_t line = 0, number = 0;
  CellTexts cells;
  std::vector<Id> tax_columns_yes;  // of columns that are a tax each
  bool has_tax_columns = false;
};

struct RowVerdict {
  RowOutcome outcome = RowOutcome::unchanged;
  std::vector<StagedOp> ops;
  std::vector<CellProblem> problems;  // not empty: nothing else counts
};

class ImportKind {
 public:
  virtual ~ImportKind() = default;
  [[nodiscard]] virtual std::vector<ColumnSpec> columns() const = 0;
  // Keys of which the file must have at least one: "sku" or "barcode".
  [[nodiscard]] virtual std::vector<std::string_view> needs_one_of() const = 0;
  [[nodiscard]] virtual bool has_taxes() const { return false; }
  // Before the first row, in reads of its own.
  virtual Status begin(ShopState& state, const Actor& actor, const ColumnMap& map, DecimalSign decimals) = 0;
  // Which tax a column is that is a tax by itself ("Tax - VAT (20%)").
  [[nodiscard]] virtual Result<Id> tax_of_column(const std::string&) const { return invalid("this kind has no taxes"); }
  // In a read. An error ends the import; what is wrong with the row is in the verdict.
  virtual Result<RowVerdict> row(storage::Connection& conn, ImportRow row) = 0;
  // After the last row: what only shows when all are known.
  virtual std::vector<LateProblem> end(std::vector<StagedOp>& ops) = 0;
  // Sentences about what was decided on the way: new categories, users without a PIN.
  [[nodiscard]] virtual std::vector<std::string> notes() const { return {}; }
};

struct KindOfData {
  std::string_view name;
  domain::Right right;  // beside import_data or export_data
  std::unique_ptr<ImportKind> (*make)();
};
const std::vector<KindOfData>& import_kinds();
Result<KindOfData> import_kind_named(const std::string& name);

std::unique_ptr<ImportKind> make_product_import();
std::unique_ptr<ImportKind> make_category_import();
std::unique_ptr<ImportKind> make_tax_import();
std::unique_ptr<ImportKind> make_supplier_import();
std::unique_ptr<ImportKind> make_price_import();
std::unique_ptr<ImportKind> make_customer_import();
std::unique_ptr<ImportKind> make_user_import();
std::unique_ptr<ImportKind> make_stock_import();

}  // namespace till::app
