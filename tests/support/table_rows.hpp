// What lies in a database, row by row, read past the program that wrote it: to say of two databases in what rows they
// differ. One thread; the database must not change meanwhile.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

struct sqlite3;

namespace till::test {

struct TableRows {
  std::vector<std::string> columns;
  std::vector<std::vector<std::string>> rows;  // a cell is its type, its size and its bytes
};
using Tables = std::map<std::string, TableRows>;

// Every table but the virtual ones, whose content lies in tables of its own; throws std::runtime_error.
Tables tables_of(sqlite3* database);

// The rows of one that the other has not, each as "- table name" (lost) or "+ table name" (extra), where the name is
// the cell in the table's column of `named_by`, else in its first one. Rows are compared in the columns that both
// tables have, so that a database can be compared with what it was before an upgrade; tables of one side count as empty
// on the other. Equal names are listed once for each row.
std::multiset<std::string> differences(const Tables& before, const Tables& after,
                                       const std::map<std::string, std::string>& named_by = {});

}  // namespace till::test
