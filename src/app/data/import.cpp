#include "app/data/import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "app/data/import_kind.hpp"
#include "app/journal.hpp"
#include "core/text.hpp"

namespace till::app {
namespace {

constexpr std::size_t kMaxProblems = 100;
constexpr std::size_t kRowsPerRead = 100;

const ColumnSpec* spec_of(const std::vector<ColumnSpec>& specs, std::string_view key) {
  const auto found = std::ranges::find(specs, key, &ColumnSpec::key);
  return found == specs.end() ? nullptr : &*found;
}

std::vector<ReadColumn> read_columns(const TableSource& source, const ColumnMap& map) {
  std::vector<ReadColumn> columns;
  for (const auto& name : source.columns()) columns.push_back({name, {}});
  for (const auto& [key, indices] : map.of_key)
    for (const auto index : indices) columns[index].key = key;
  for (const auto index : map.taxes) columns[index].key = "taxes";
  return columns;
}

// One import: reads the file twice, first for what its numbers look like, then row by row.
class OneImport {
 public:
  OneImport(Shop& shop, const Actor& actor, ImportWish wish, const KindOfData& kind, Task& task)
      : state_(shop.state()), actor_(actor), wish_(std::move(wish)), kind_(kind.make()), task_(task), stage_(state_) {
    report_.kind = wish_.kind;
    report_.dry_run = wish_.dry_run;
  }

  Result<ImportReport> run() {
    source_ = TRY(open_table(std::move(wish_.content)));
    report_.format = source_->description();
    specs_ = kind_->columns();
    map_ = TRY(map_columns(source_->columns(), specs_, wish_.columns, kind_->has_taxes()));
    report_.columns = read_columns(*source_, map_);
    TRY(require_key_column());
    const auto rows = TRY(look_ahead());
    TRY(kind_->begin(state_, actor_, map_, wish_.decimals));
    for (const auto index : map_.taxes) taxes_.push_back(TRY(tax_of(index)));
    task_.begin("Checking", rows);
    while (TRY(check_some())) TRY(task_.go_on());
    TRY(end_check());
    report_.notes = kind_->notes();
    if (report_.problem_count > 0 || wish_.dry_run) return std::move(report_);
    TRY(stage_.commit(actor_,
                      {"import", wish_.kind,
                       fmt::format("{} new, {} changed, {} as they were, from {}", report_.added, report_.changed,
                                   report_.unchanged, wish_.file_name.empty() ? "a file" : wish_.file_name)},
                      task_));
    return std::move(report_);
  }

 private:
  Status require_key_column() const {
    std::string needed;
    for (const auto key : kind_->needs_one_of()) {
      if (map_.has(key)) return {};
      needed += (needed.empty() ? "" : " or ") + std::string(key);
    }
    return invalid("no column of the file is known as '" + needed +
                   "'; name it so in the first line, or say which column it is");
  }

  Result<Id> tax_of(std::size_t column) const {
    auto tax = kind_->tax_of_column(source_->columns()[column]);
    if (!tax) return fail(tax.error().context("the column '" + clipped(source_->columns()[column], 40) + "'"));
    return tax;
  }

  // How many rows, and which sign their decimals follow.
  Result<std::size_t> look_ahead() {
    std::vector<std::size_t> numbers;
    for (const auto& [key, indices] : map_.of_key)
      if (const auto* spec = spec_of(specs_, key); spec != nullptr && spec->type == CellType::number)
        numbers.insert(numbers.end(), indices.begin(), indices.end());
    std::array<std::size_t, 3> votes{};
    std::size_t rows = 0;
    TableRow row;
    for (; TRY(source_->next(row)); ++rows) {
      if (rows % 1000 == 0) TRY(task_.go_on());
      for (const auto index : numbers)
        if (row.cells[index]) ++votes[static_cast<std::size_t>(decimal_sign_of(*row.cells[index]))];
    }
    source_->rewind();
    if (wish_.decimals != DecimalSign::unknown) return rows;
    const auto points = votes[static_cast<std::size_t>(DecimalSign::point)];
    const auto commas = votes[static_cast<std::size_t>(DecimalSign::comma)];
    if (points == 0 && commas == 0) {
      wish_.decimals = source_->usual_decimals();
    } else if (points == 0 || commas == 0) {
      wish_.decimals = points > 0 ? DecimalSign::point : DecimalSign::comma;
    }
    return rows;
  }

  Result<bool> check_some() {
    std::vector<ImportRow> rows;
    TableRow raw;
    while (rows.size() < kRowsPerRead && TRY(source_->next(raw))) rows.push_back(mapped(raw));
    if (rows.empty()) return false;
    report_.rows += rows.size();
    auto ops = TRY(state_.db->read([&](storage::Connection& conn) -> Result<std::vector<StagedOp>> {
      std::vector<StagedOp> all;
      for (auto& row : rows) TRY(check(conn, std::move(row), all));
      return all;
    }));
    TRY(stage(std::move(ops)));
    task_.advance_to(report_.rows);
    return true;
  }

  ImportRow mapped(const TableRow& raw) {
    ImportRow row{raw.line, raw.number, {}, {}, false};
    for (const auto& [key, indices] : map_.of_key) {
      for (const auto index : indices) {
        if (!raw.cells[index]) continue;
        auto& text = row.cells[key];
        if (!text.empty() && !raw.cells[index]->empty()) text += ' ';
        text += *raw.cells[index];
      }
    }
    for (std::size_t i = 0; i < map_.taxes.size(); ++i) {
      const auto& cell = raw.cells[map_.taxes[i]];
      if (!cell || cell->empty()) continue;
      row.has_tax_columns = true;
      const auto yes = yes_or_no(*cell, source_->columns()[map_.taxes[i]]);
      if (!yes) {
        add_problem({row.line, row.number, source_->columns()[map_.taxes[i]], yes.error().message});
      } else if (*yes) {
        row.tax_columns_yes.push_back(taxes_[i]);
      }
    }
    return row;
  }

  Status check(storage::Connection& conn, ImportRow row, std::vector<StagedOp>& ops) {
    const auto line = row.line, number = row.number;
    auto verdict = TRY(kind_->row(conn, std::move(row)));
    for (auto& problem : verdict.problems)
      add_problem({line, number, file_column(problem.key), std::move(problem.sentence)});
    if (!verdict.problems.empty()) return {};
    ++(verdict.outcome == RowOutcome::added     ? report_.added
       : verdict.outcome == RowOutcome::changed ? report_.changed
                                                : report_.unchanged);
    std::ranges::move(verdict.ops, std::back_inserter(ops));
    return {};
  }

  Status end_check() {
    std::vector<StagedOp> ops;
    for (auto& problem : kind_->end(ops))
      add_problem({problem.line, problem.number, file_column(problem.key), std::move(problem.sentence)});
    return stage(std::move(ops));
  }

  Status stage(std::vector<StagedOp> ops) {
    if (wish_.dry_run || report_.problem_count > 0) return {};
    for (auto& op : ops) TRY(stage_.add(std::move(op)));
    return {};
  }

  [[nodiscard]] std::string file_column(const std::string& key) const {
    const auto indices = map_.of_key.find(key);
    return indices == map_.of_key.end() ? key : source_->columns()[indices->second.front()];
  }

  void add_problem(ImportProblem problem) {
    if (report_.problem_count++ < kMaxProblems) report_.problems.push_back(std::move(problem));
  }

  ShopState& state_;
  const Actor& actor_;
  ImportWish wish_;
  std::unique_ptr<ImportKind> kind_;
  Task& task_;
  ImportStage stage_;
  std::unique_ptr<TableSource> source_;
  std::vector<ColumnSpec> specs_;
  ColumnMap map_;
  std::vector<Id> taxes_;
  ImportReport report_;
};

Result<std::string> guessed_kind(const TableSource& source) {
  std::string best;
  std::size_t most = 0;
  for (const auto& kind : import_kinds()) {
    const auto known = kind.make();
    const auto map = map_columns(source.columns(), known->columns(), {}, known->has_taxes());
    const bool is_possible = map && std::ranges::any_of(known->needs_one_of(), [&](auto key) { return map->has(key); });
    if (is_possible && map->of_key.size() > most) {
      most = map->of_key.size();
      best = kind.name;
    }
  }
  return best.empty() ? std::string("products") : best;
}

}  // namespace

const std::vector<KindOfData>& import_kinds() {
  using domain::Right;
  static const std::vector<KindOfData> kKinds = {{"products", Right::catalogue_edit, make_product_import},
                                                 {"customers", Right::customers_edit, make_customer_import},
                                                 {"users", Right::users_edit, make_user_import},
                                                 {"suppliers", Right::catalogue_edit, make_supplier_import},
                                                 {"stock", Right::stock_edit, make_stock_import},
                                                 {"prices", Right::catalogue_edit, make_price_import},
                                                 {"categories", Right::catalogue_edit, make_category_import},
                                                 {"taxes", Right::catalogue_edit, make_tax_import}};
  return kKinds;
}

Result<KindOfData> import_kind_named(const std::string& name) {
  std::string names;
  for (const auto& kind : import_kinds()) {
    if (kind.name == name) return kind;
    names += (names.empty() ? "" : ", ") + std::string(kind.name);
  }
  return invalid("cannot import '" + clipped(name, 40) + "'; choose " + names);
}

std::vector<std::string> import_kind_names() {
  std::vector<std::string> names;
  for (const auto& kind : import_kinds()) names.emplace_back(kind.name);
  return names;
}

Result<std::vector<std::string>> import_keys(const std::string& kind) {
  std::vector<std::string> keys;
  for (const auto& spec : TRY(import_kind_named(kind)).make()->columns()) keys.emplace_back(spec.key);
  return keys;
}

Result<ImportReport> import_table(Shop& shop, const Actor& actor, ImportWish wish, Task& task) {
  const auto kind = TRY(import_kind_named(wish.kind));
  TRY(require_right(shop, actor, domain::Right::import_data, wish.kind));
  TRY(require_right(shop, actor, kind.right, wish.kind));
  auto& state = shop.state();
  static std::mutex one_at_a_time;  // a program has one shop open
  const std::unique_lock alone(one_at_a_time, std::try_to_lock);
  if (!alone) return invalid("another import is running; wait until it is done");
  TRY(finish_staged_import(state));
  return OneImport(shop, actor, std::move(wish), kind, task).run();
}

Result<FileLook> look_at_table(std::string content, const std::string& kind, const ChosenColumns& chosen) {
  const auto source = TRY(open_table(std::move(content)));
  FileLook look;
  look.kind = kind.empty() ? TRY(guessed_kind(*source)) : kind;
  look.format = source->description();
  const auto known = TRY(import_kind_named(look.kind)).make();
  look.columns =
      read_columns(*source, TRY(map_columns(source->columns(), known->columns(), chosen, known->has_taxes())));
  TableRow row;
  for (; TRY(source->next(row)); ++look.rows) {
    if (look.first_rows.size() >= kRowsLookedAt) continue;
    auto& cells = look.first_rows.emplace_back();
    for (const auto& cell : row.cells) cells.push_back(cell.value_or(std::string()));
  }
  return look;
}

}  // namespace till::app
