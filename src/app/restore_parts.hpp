// Brings parts of a backup back into the running shop: products (with their taxes, categories, suppliers and prices),
// customers, users, settings, tables, printers. Never sales, stock, shifts, orders or the journal. Each row becomes
// what it was, as an ordinary change that replicates and is journalled, all of them in one transaction:
//
//   only in the backup         comes back (also when it was deleted since)
//   different                  takes every field of the backup; a table keeps who sits at it
//   only in the shop           goes: a product is archived, others are deleted; settings stay
//
// What cannot go stays and is counted as kept: whoever asks, a table with a running order. Rights: restore, and that of
// each part; nobody touches people above their own role. The present data is saved to the same place first. Any thread;
// long, so it takes a Task.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "app/actor.hpp"
#include "core/task.hpp"

namespace till::app {

enum class RestorePart : std::uint8_t { products, customers, users, settings, tables, printers };
std::string_view to_string(RestorePart part);  // "products"
// From "products,customers"; invalid with the list of what there is.
Result<std::set<RestorePart>> restore_parts_of(const std::string& text);

struct PartsWish {
  std::string target, generation, passphrase;
  std::set<RestorePart> parts;
  bool dry_run = false;  // only the report
  bool save_first = true;
};

enum class RowChange : std::uint8_t { added, changed, removed, kept };
std::string_view to_string(RowChange change);  // "added"

struct RowToRestore {
  RestorePart part = RestorePart::products;
  RowChange change = RowChange::added;
  std::string what, name;           // "Product", "Green tea"
  std::vector<std::string> fields;  // of a changed one: "Price", "Name"
};

constexpr std::size_t kRowsShownMax = 1000;

struct PartsReport {
  std::string generation;
  bool dry_run = false;
  std::vector<RowToRestore> rows;  // the first kRowsShownMax
  std::size_t added = 0, changed = 0, removed = 0, kept = 0;
  std::string saved_as;  // the generation that holds what was there before
};
Result<PartsReport> restore_parts(Shop& shop, const Actor& actor, const PartsWish& wish, Task& task);

}  // namespace till::app
