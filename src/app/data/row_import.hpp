// How a row of a file becomes a row of the shop, whatever it is: find the one it means, set the columns that the file
// has, check, compare. A kind says how its rows are found and what they must be. For the bodies of this room.
#pragma once

#include <set>

#include "app/data/columns.hpp"
#include "app/data/import_kind.hpp"
#include "app/data/pages.hpp"
#include "app/row_edit.hpp"

namespace till::app {

template <class E>
class RowImport : public ImportKind {
 public:
  [[nodiscard]] std::vector<ColumnSpec> columns() const override {
    std::vector<ColumnSpec> specs;
    for (const auto& column : columns_of<E>()) specs.push_back(column.spec);
    return specs;
  }

  Status begin(ShopState& state, const Actor& actor, const ColumnMap& map, DecimalSign decimals) override {
    shelf_ = TRY(read_shelf(state, reads_products()));
    shelf_.decimals = decimals;
    actor_ = actor;
    map_ = map;
    return each_row_in_pages<E>(state, [&](const E& row) -> Status {
      if (row.lifecycle != domain::Lifecycle::deleted) know(row);
      return {};
    });
  }

  Result<RowVerdict> row(storage::Connection& conn, ImportRow row) override {
    shelf_.line = row.line;
    shelf_.number = row.number;
    RowVerdict verdict;
    if (const auto shaped = shape(row); !shaped) return refused(std::move(verdict), {}, shaped.error());
    auto start = TRY(started(conn, row, verdict));
    if (!verdict.problems.empty()) return verdict;
    E now = start.before;
    if (start.is_new) begin_new(now);
    const auto late_before = shelf_.late.size();
    read_columns(row, now, verdict);
    if (verdict.problems.empty()) check_row(conn, row, start, now, verdict);
    if (!verdict.problems.empty()) {
      shelf_.late.resize(late_before);
      return verdict;
    }
    conclude(start, now, verdict);
    return verdict;
  }

  std::vector<LateProblem> end(std::vector<StagedOp>& ops) override {
    std::vector<LateProblem> problems;
    for (const auto& late : shelf_.late) {
      const auto target = resolve(late);
      if (target) {
        ops.push_back({late.entity, late.row, {{late.field, encode(*target)}}});
      } else {
        problems.push_back({{{},
                             "there is no " + late.what + " '" + clipped(late.name, 40) +
                                 "', neither in the shop nor in the file; add it or leave the cell empty"},
                            late.line,
                            late.number});
      }
    }
    return problems;
  }

  [[nodiscard]] std::vector<std::string> notes() const override {
    std::vector<std::string> notes;
    if (foreign_ids_ > 0)
      notes.push_back(std::to_string(foreign_ids_) + " ids are another program's and were not used");
    return notes;
  }

 protected:
  struct Start {
    E before;
    bool is_new = true;
  };

  [[nodiscard]] virtual bool reads_products() const { return false; }
  // Brings what other programs write differently into our columns.
  virtual Status shape(ImportRow&) { return {}; }
  // The row that these cells mean by anything but the id column; nil: none.
  [[nodiscard]] virtual Id find(const CellTexts& cells) const = 0;
  // Whether these cells mean this row as well as the one that `find` found: two terminals may have given a name twice.
  [[nodiscard]] virtual bool means_too(const E&, const CellTexts&) const { return false; }
  // Will be found from now on.
  virtual void know(const E& row) = 0;
  [[nodiscard]] virtual std::vector<std::string_view> needed_when_new() const { return {"name"}; }
  virtual void begin_new(E&) {}
  virtual Status check(storage::Connection&, const E& before, E& now, bool is_new) = 0;
  [[nodiscard]] virtual std::optional<Id> resolve(const LateReference&) const { return std::nullopt; }
  [[nodiscard]] static std::string called(const E& row) {
    if constexpr (requires { row.name; }) return row.name;
    return "another row";
  }
  // Categories and the like that the row was the first to name.
  virtual void add_made(std::vector<StagedOp>&) {}

  Shelf shelf_;
  Actor actor_;
  ColumnMap map_;

 private:
  static Result<RowVerdict> refused(RowVerdict verdict, std::string key, const Error& error) {
    verdict.problems.push_back({std::move(key), error.message});
    return verdict;
  }

  Result<Start> started(storage::Connection& conn, const ImportRow& row, RowVerdict& verdict) {
    Start start;
    Id wanted;
    if (const auto cell = row.cells.find("id"); cell != row.cells.end() && !cell->second.empty()) {
      if (const auto id = id_from_string(cell->second)) {
        wanted = *id;
      } else {
        ++foreign_ids_;
      }
    }
    auto found = find(row.cells);
    const auto by_id = wanted.is_nil() ? std::optional<E>{} : TRY(storage::load<E>(conn, wanted));
    if (by_id && !is_deleted(*by_id) && means_too(*by_id, row.cells)) found = wanted;
    if (by_id && !is_deleted(*by_id) && !found.is_nil() && found != wanted) {
      verdict.problems.push_back({"id", "the id belongs to '" + called(*by_id) +
                                            "', the rest of the row to another one; correct one of them"});
      return start;
    }
    if (!found.is_nil()) {
      start.before = TRY(storage::load<E>(conn, found)).value_or(E{});
      start.before.id = found;
      start.is_new = false;
    } else if (by_id) {
      start.before = *by_id;
      start.before.lifecycle = domain::Lifecycle::active;
      start.is_new = false;
    } else {
      start.before.id = wanted.is_nil() ? shelf_.new_id() : wanted;
      for (const auto key : needed_when_new())
        if (const auto cell = row.cells.find(key); cell == row.cells.end() || cell->second.empty())
          verdict.problems.push_back(
              {std::string(key), "a new row needs the column '" + std::string(key) + "' filled"});
    }
    if (!seen_.insert(start.before.id).second)
      verdict.problems.push_back({{}, "this one stands in the file twice; keep one of the rows"});
    return start;
  }

  void read_columns(const ImportRow& row, E& now, RowVerdict& verdict) {
    for (const auto& column : columns_of<E>()) {
      const auto cell = row.cells.find(column.spec.key);
      if (!column.read || cell == row.cells.end()) continue;
      if (const auto read = column.read(now, cell->second, shelf_); !read)
        verdict.problems.push_back({std::string(column.spec.key), read.error().message});
    }
  }

  void check_row(storage::Connection& conn, const ImportRow& row, const Start& start, E& now, RowVerdict& verdict) {
    if constexpr (requires { now.taxes; }) {
      if (row.has_tax_columns) now.taxes = row.tax_columns_yes;
    }
    auto good = tidy_texts(now);
    if (good) good = check(conn, start.before, now, start.is_new);
    if (!good) verdict.problems.push_back({{}, good.error().message});
  }

  void conclude(const Start& start, const E& now, RowVerdict& verdict) {
    know(now);
    add_made(verdict.ops);
    const auto before = to_fields(start.before);
    StagedOp op{E::kEntity, now.id, {}};
    for (auto& [number, value] : to_fields(now)) {
      const auto old = before.find(number);
      if (start.is_new || old == before.end() || old->second != value) op.fields.push_back({number, std::move(value)});
    }
    verdict.outcome = start.is_new        ? RowOutcome::added
                      : op.fields.empty() ? RowOutcome::unchanged
                                          : RowOutcome::changed;
    if (verdict.outcome != RowOutcome::unchanged) verdict.ops.push_back(std::move(op));
  }

  std::set<Id> seen_;
  std::size_t foreign_ids_ = 0;
};

}  // namespace till::app
