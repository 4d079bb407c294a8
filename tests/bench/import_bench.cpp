// A file of 100 000 products into a shop that sells meanwhile: how long the look, the check, the import and the import
// of the same file once more take, how often the progress moves, how soon a stop is obeyed and what it leaves, what a
// sale's commit takes beside it, and the memory.
//
//   import_bench [ROWS]      default 100000

// link: bench_support
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "app/data/import.hpp"
#include "app/selling.hpp"
#include "app/shop_state.hpp"
#include "bench_support.hpp"
#include "core/task.hpp"
#include "domain/barcode.hpp"

namespace {

using namespace till;
using namespace till::bench;

std::string ean(std::size_t number) {
  auto digits = fmt::format("29{:010}", number);
  return digits + must(domain::check_digit(digits));
}

std::string product_file(std::size_t rows) {
  std::string text = "sku,name,price,barcode,category\n";
  for (std::size_t i = 0; i < rows; ++i)
    text += fmt::format("IMP-{0:07},Imported product number {0},{1}.{2:02},{3},Shelf {4}\n", i, 1 + i % 40, i % 100,
                        ean(i), i % 25);
  return text;
}

std::int64_t products_in(app::Shop& shop) {
  return must(shop.state().db->read(
                  [](storage::Connection& conn) { return conn.integer("SELECT count(*) FROM product"); }))
      .value_or(0);
}

// One sale after the other, as fast as they commit, until it ends.
class Seller {
 public:
  Seller(app::Shop& shop, const app::Actor& actor, const std::vector<std::string>& codes, std::string name)
      : figures_(std::move(name)), thread_([&shop, &actor, &codes, this](const std::stop_token& stop) {
          for (std::size_t i = 0; !stop.stop_requested(); ++i) {
            const auto basket = basket_of(shop, codes, i * 6, 6);
            const auto start = Steady::now();
            must(app::finalise(shop, actor, basket, {{domain::TenderKind::cash, std::nullopt, {}, {}, {}}}));
            figures_.add(us_since(start));
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
          }
        }) {}
  ~Seller() {
    thread_.request_stop();
    thread_.join();
    figures_.print();
  }
  Seller(const Seller&) = delete;
  Seller& operator=(const Seller&) = delete;

 private:
  Figures figures_;
  std::jthread thread_;
};

app::ImportWish wish_of(const std::string& content, bool dry_run) {
  app::ImportWish wish;
  wish.kind = "products";
  wish.content = content;
  wish.file_name = "products.csv";
  wish.dry_run = dry_run;
  return wish;
}

void measure(app::Shop& shop, const app::Actor& actor, const std::string& content, const std::string& name,
             bool dry_run) {
  Task task;
  std::size_t moves = 0;
  double longest_us = 0;
  auto last = Steady::now();
  task.on_change = [&] {
    ++moves;
    longest_us = std::max(longest_us, us_since(last));
    last = Steady::now();
  };
  const auto start = Steady::now();
  const double cpu = cpu_seconds();
  const auto report = must(app::import_table(shop, actor, wish_of(content, dry_run), task));
  const double seconds = us_since(start) / 1e6;
  if (report.problem_count > 0) must(Status(invalid(report.problems.front().sentence)));
  fmt::print(
      "{}: {:.2f} s, {:.0f} rows/s, {:.2f} s of processor time with the selling; {} new, {} changed, {} as they "
      "were, {} problems; progress moved {} times, at most {:.0f} ms apart\n",
      name, seconds, static_cast<double>(report.rows) / seconds, cpu_seconds() - cpu, report.added, report.changed,
      report.unchanged, report.problem_count, moves, longest_us / 1000);
}

// Asked to stop in the middle of the check.
void measure_stop(app::Shop& shop, const app::Actor& actor, const std::string& content, std::size_t rows) {
  Task task;
  const auto before = products_in(shop);
  auto asked = Steady::now();
  task.on_change = [&] {
    if (task.cancelled() || task.done() < rows / 2) return;
    asked = Steady::now();
    task.cancel();
  };
  const auto stopped = app::import_table(shop, actor, wish_of(content, false), task);
  fmt::print("stopped in the middle: {:.0f} ms later; {}; {} products more than before\n", us_since(asked) / 1000,
             stopped ? "it went on" : stopped.error().message, products_in(shop) - before);
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t rows = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100'000;
  print_surroundings();
  const auto shop = open_shop(fresh_demo_shop("import"));
  const auto actor = owner_of(*shop);
  ensure_shift(*shop, actor);
  const auto codes = some_barcodes(*shop, 50);
  const auto content = product_file(rows);
  const auto memory = memory_kib("VmRSS");
  const auto start = Steady::now();
  const auto look = must(app::look_at_table(content, {}, {}));
  fmt::print("{} rows, {:.1f} MB: looked at as {} in {:.2f} s\n", rows, static_cast<double>(content.size()) / 1e6,
             look.kind, us_since(start) / 1e6);
  {
    const Seller seller(*shop, actor, codes, "a sale's commit meanwhile");
    measure(*shop, actor, content, "check without writing", true);
    measure_stop(*shop, actor, content, rows);
    measure(*shop, actor, content, "import", false);
    measure(*shop, actor, content, "the same file again", false);
  }
  fmt::print("memory: peak {:.1f} MB, {:.1f} MB with the shop and the file before\n",
             static_cast<double>(memory_kib("VmHWM")) / 1024, static_cast<double>(memory) / 1024);
  return 0;
}
