#include "support/table_rows.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace till::test {
namespace {

using Statement = std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)>;

Statement prepared(sqlite3* database, const std::string& sql) {
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK)
    throw std::runtime_error(sql + ": " + sqlite3_errmsg(database));
  return {statement, &sqlite3_finalize};
}

bool has_row(sqlite3* database, const Statement& statement) {
  const int code = sqlite3_step(statement.get());
  if (code != SQLITE_ROW && code != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(database));
  return code == SQLITE_ROW;
}

std::string cell(sqlite3_stmt* row, int column) {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(row, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(row, column));
  return std::to_string(sqlite3_column_type(row, column)) + ":" + std::to_string(size) + ":" +
         std::string(bytes == nullptr ? "" : bytes, size);
}

TableRows rows_of(sqlite3* database, const std::string& table) {
  TableRows found;
  const auto statement = prepared(database, "SELECT * FROM \"" + table + "\"");
  for (int i = 0; i < sqlite3_column_count(statement.get()); ++i)
    found.columns.emplace_back(sqlite3_column_name(statement.get(), i));
  while (has_row(database, statement)) {
    std::vector<std::string> row;
    for (int i = 0; i < sqlite3_column_count(statement.get()); ++i) row.push_back(cell(statement.get(), i));
    found.rows.push_back(std::move(row));
  }
  return found;
}

// A row reduced to some columns, with what it is called.
using NamedRow = std::pair<std::vector<std::string>, std::string>;

std::string printable(const std::string& cell) {
  const auto text = cell.substr(cell.find(':', 2) + 1);
  const bool plain = std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
  return plain ? text : "(" + std::to_string(text.size()) + " bytes)";
}

std::vector<NamedRow> reduced(const TableRows& table, const std::vector<std::string>& columns,
                              const std::string& name_column) {
  std::vector<std::size_t> at;
  for (const auto& column : columns)
    at.push_back(static_cast<std::size_t>(std::ranges::find(table.columns, column) - table.columns.begin()));
  const auto named = std::ranges::find(table.columns, name_column);
  const auto name_at =
      named == table.columns.end() ? std::size_t{0} : static_cast<std::size_t>(named - table.columns.begin());
  std::vector<NamedRow> rows;
  for (const auto& row : table.rows) {
    NamedRow some{{}, printable(row[name_at])};
    for (const auto i : at) some.first.push_back(row[i]);
    rows.push_back(std::move(some));
  }
  std::ranges::sort(rows);
  return rows;
}

}  // namespace

Tables tables_of(sqlite3* database) {
  Tables found;
  const auto names =
      prepared(database, "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'");
  while (has_row(database, names)) {
    const std::string name = reinterpret_cast<const char*>(sqlite3_column_text(names.get(), 0));
    found[name] = rows_of(database, name);
  }
  return found;
}

std::multiset<std::string> differences(const Tables& before, const Tables& after,
                                       const std::map<std::string, std::string>& named_by) {
  std::multiset<std::string> found;
  std::set<std::string> names;
  for (const auto* side : {&before, &after})
    for (const auto& [name, table] : *side) names.insert(name);
  for (const auto& name : names) {
    const auto old = before.contains(name) ? before.at(name) : TableRows{after.at(name).columns, {}};
    const auto now = after.contains(name) ? after.at(name) : TableRows{old.columns, {}};
    std::vector<std::string> both;
    for (const auto& column : old.columns)
      if (std::ranges::find(now.columns, column) != now.columns.end()) both.push_back(column);
    const auto name_column = named_by.contains(name) ? named_by.at(name) : std::string();
    const auto was = reduced(old, both, name_column), is = reduced(now, both, name_column);
    std::vector<NamedRow> lost, extra;
    std::ranges::set_difference(was, is, std::back_inserter(lost));
    std::ranges::set_difference(is, was, std::back_inserter(extra));
    for (const auto& row : lost) found.insert("- " + name + " " + row.second);
    for (const auto& row : extra) found.insert("+ " + name + " " + row.second);
  }
  return found;
}

}  // namespace till::test
