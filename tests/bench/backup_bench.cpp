// Backups of a shop's database of some 200 MB or more into a folder: the first one, one after 300 sales, one after a
// hundredth of the rows of every table was changed at random, and the restore of that chain. Time, memory, bytes. What
// is stored was read back and compared before it counts. Leaves the database of before and after that change in
// backup-before.db and backup-after.db, for backup_others.
//
//   backup_bench [PRODUCTS SALE_LINES]      default 100000 1000000

// link: bench_support
#include <fmt/format.h>
#include <malloc.h>

#include <filesystem>
#include <fstream>

#include "app/backups.hpp"
#include "app/restores.hpp"
#include "app/selling.hpp"
#include "app/shop_state.hpp"
#include "bench_support.hpp"
#include "core/task.hpp"

namespace {

using namespace till;
using namespace till::bench;

double megabytes(std::uint64_t bytes) {
  return static_cast<double>(bytes) / 1e6;
}

std::uint64_t bytes_in(const std::string& folder) {
  std::uint64_t sum = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) sum += entry.file_size();
  return sum;
}

// Begins the measure of a step and prints it at its end.
class Measure {
 public:
  explicit Measure(std::string name) : name_(std::move(name)) {
    malloc_trim(0);  // what an earlier step has freed is not the open shop's
    before_ = memory_kib("VmRSS");
    std::ofstream("/proc/self/clear_refs") << "5";  // the peak starts anew
  }
  void print(const std::string& what) const {
    fmt::print("{}: {:.2f} s ({:.2f} s of processor time), {}\n", name_, us_since(start_) / 1e6, cpu_seconds() - cpu_,
               what);
    fmt::print("  peak memory {:.1f} MB, {:.1f} MB above what the open shop had\n",
               static_cast<double>(memory_kib("VmHWM")) / 1024,
               static_cast<double>(memory_kib("VmHWM") - before_) / 1024);
  }

 private:
  std::string name_;
  std::int64_t before_ = 0;
  double cpu_ = cpu_seconds();
  Steady::time_point start_ = Steady::now();
};

void back_up(app::Shop& shop, const app::Actor& actor, const std::string& target, const char* name) {
  const auto held = std::filesystem::exists(target) ? bytes_in(target) : 0;
  const Measure measure(name);
  Task task;
  const auto made = must(app::create_backup(shop, actor, target, {}, task));
  measure.print(fmt::format("{} of {:.1f} MB, {:.3f} MB more at the target ({} pieces new, {} there already)",
                            backup::to_string(made.manifest.kind), megabytes(made.manifest.plain_size),
                            megabytes(bytes_in(target) - held), made.new_chunks, made.reused_chunks));
}

// One column of a hundredth of the rows, chosen at random, in every table that has a number to change.
std::size_t change_a_hundredth(storage::Connection& conn) {
  std::vector<std::pair<std::string, bool>> tables;
  auto q = must(
      conn.query("SELECT name, instr(sql, 'WITHOUT ROWID') FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE "
                 "'CREATE VIRTUAL%' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'product_words%' AND name NOT "
                 "LIKE 'product_parts%'"));
  while (must(q.next())) tables.emplace_back(q.text(0), q.integer(1) == 0);
  std::size_t changed = 0;
  for (const auto& [table, has_rowid] : tables) {
    std::string column, key;
    auto columns = must(conn.query("SELECT name, pk, type FROM pragma_table_info('" + table + "')"));
    while (must(columns.next())) {
      if (columns.integer(1) > 0) key += (key.empty() ? "" : ", ") + columns.text(0);
      if (columns.integer(1) == 0 && columns.text(2) == "INTEGER") column = columns.text(0);
    }
    if (column.empty()) continue;
    if (has_rowid) key = "rowid";
    const auto rows = must(conn.integer("SELECT count(*) FROM \"" + table + "\"")).value_or(0);
    must(conn.run("UPDATE \"" + table + "\" SET \"" + column + "\" = \"" + column + "\" + 13 WHERE (" + key +
                  ") IN (SELECT " + key + " FROM \"" + table + "\" ORDER BY random() LIMIT " +
                  std::to_string(rows / 100) + ")"));
    changed += static_cast<std::size_t>(conn.changes());
  }
  return changed;
}

void copy_database(app::Shop& shop, const std::string& name) {
  must(shop.state().db->checkpoint(true));
  std::filesystem::copy_file(shop.folder() + "/till.db", data_root() + "/" + name,
                             std::filesystem::copy_options::overwrite_existing);
}

}  // namespace

int main(int argc, char** argv) {
  print_surroundings();
  const auto products = argc > 2 ? std::stoul(argv[1]) : 100'000;
  const auto sale_lines = argc > 2 ? std::stoul(argv[2]) : 1'000'000;
  auto shop = open_shop(copy_of(big_shop(products, sale_lines), "backup"));
  const auto actor = owner_of(*shop);
  ensure_shift(*shop, actor);
  const auto target = data_root() + "/backup-target";
  std::filesystem::remove_all(target);
  back_up(*shop, actor, target, "first backup");
  const auto codes = some_barcodes(*shop, 5'000);
  for (std::size_t i = 0; i < 300; ++i)
    must(app::finalise(*shop, actor, basket_of(*shop, codes, i * 6, 6),
                       {{domain::TenderKind::cash, std::nullopt, {}, {}, {}}}));
  back_up(*shop, actor, target, "backup after 300 more sales");
  copy_database(*shop, "backup-before.db");
  std::size_t changed = 0;
  must(shop->state().db->write([&](storage::Transaction& tx) -> Status {
    changed = change_a_hundredth(tx);
    return {};
  }));
  copy_database(*shop, "backup-after.db");
  back_up(*shop, actor, target, fmt::format("backup after {} rows changed at random", changed).c_str());
  app::RestoreWish wish;
  wish.folder = shop->folder();
  wish.target = target;
  wish.generation = "latest";
  wish.save_first = false;
  shop.reset();
  const Measure measure("restore of the three, checked");
  Task task;
  const auto restored = must(app::restore_shop(wish, task));
  measure.print(fmt::format("{} sales", restored.sales));
  return 0;
}
