#include "bench_support.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>

#include "app/demo_generator.hpp"
#include "app/selling.hpp"
#include "app/shifts.hpp"
#include "app/shop_init.hpp"
#include "app/shop_state.hpp"
#include "storage/sales.hpp"
#include "storage/search.hpp"
#include "storage/tables.hpp"

namespace till::bench {
namespace {

namespace fs = std::filesystem;
constexpr int kLinesPerSale = 6;
constexpr std::size_t kProductsSold = 20'000;  // of a large catalogue; the rest lies on the shelf

// Two steps a batch: the products' rows, and at the end the word index.
void add_products(app::Shop& shop, std::size_t count) {
  auto& db = *shop.state().db;
  app::GeneratedCatalogue wanted;
  wanted.products = count;
  for (const auto& category :
       must(db.read([](storage::Connection& c) { return storage::load_all<domain::Category>(c); })))
    wanted.categories.push_back(category.id);
  for (const auto& tax : must(db.read([](storage::Connection& c) { return storage::load_all<domain::Tax>(c); })))
    wanted.taxes.push_back(tax.id);
  must(app::generate_products(wanted, [&](std::span<const domain::Product> batch) {
    return db.write([&](storage::Transaction& tx) -> Status {
      auto bulk = TRY(storage::BulkProducts::begin(tx));
      for (const auto& product : batch) TRY(bulk.add(product));
      return {};
    });
  }));
  must(db.write([](storage::Transaction& tx) -> Status { return TRY(storage::BulkProducts::begin(tx)).finish(); }));
}

void add_sales(app::Shop& shop, std::size_t lines) {
  auto& db = *shop.state().db;
  std::vector<domain::Product> products;
  must(db.read([&](storage::Connection& c) {
    return storage::for_each<domain::Product>(c, [&](const domain::Product& product) -> Status {
      if (products.size() < kProductsSold && product.unit == domain::SellUnit::piece) products.push_back(product);
      return {};
    });
  }));
  const auto taxes = must(db.read([](storage::Connection& c) { return storage::load_all<domain::Tax>(c); }));
  app::GeneratedHistory wanted;
  wanted.until = shop.state().clock.now();
  wanted.sales_per_day = 200;
  wanted.lines_per_sale = kLinesPerSale;
  wanted.days = static_cast<int>(lines / static_cast<std::size_t>(kLinesPerSale * wanted.sales_per_day)) + 1;
  must(app::generate_sales(wanted, products, taxes, [&](std::span<const domain::Sale> batch) {
    return db.write([&](storage::Transaction& tx) -> Status {
      for (const auto& sale : batch) TRY(storage::store(tx, sale));
      return {};
    });
  }));
}

std::string emptied(const std::string& name) {
  const auto folder = data_root() + "/" + name;
  fs::remove_all(folder);
  return folder;
}

std::int64_t line_of(const char* file, const std::string& name) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(name + ":")) return std::atoll(line.c_str() + name.size() + 1);
  return 0;
}

void measure_disk() {
  const auto path = data_root() + "/fsync.probe";
  const int file = ::open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  Figures figures("this disk now: append 4 KiB and fdatasync");
  const std::string page(4096, 'x');
  for (int i = 0; i < 200; ++i) {
    const auto start = Steady::now();
    if (::write(file, page.data(), page.size()) != static_cast<ssize_t>(page.size()) || ::fdatasync(file) != 0) break;
    figures.add(us_since(start));
  }
  ::close(file);
  fs::remove(path);
  figures.print();
}

}  // namespace

void die(const Error& error) {
  fmt::print(stderr, "error: {} ({})\n", error.message, error.cause);
  std::exit(1);
}

double us_since(Steady::time_point start) {
  return std::chrono::duration<double, std::micro>(Steady::now() - start).count();
}

double Figures::at(double percent) const {
  if (us_.empty()) return 0;
  auto sorted = us_;
  std::ranges::sort(sorted);
  const auto rank = static_cast<std::size_t>(percent / 100 * static_cast<double>(sorted.size() - 1) + 0.5);
  return sorted[rank];
}

void Figures::print() const {
  fmt::print("{:<52} n {:>6}  min {:>8.3f}  p50 {:>8.3f}  p99 {:>8.3f}  max {:>8.3f} ms\n", name_, us_.size(),
             at(0) / 1000, at(50) / 1000, at(99) / 1000, at(100) / 1000);
  std::fflush(stdout);
}

void print_surroundings() {
  (void)std::setvbuf(stdout, nullptr, _IOLBF, 0);
  double load[3]{};
  (void)getloadavg(load, 3);
  fmt::print("load {:.1f}, data in {}\n", load[0], data_root());
  measure_disk();
}

std::string data_root() {
  const char* given = std::getenv("TILL_BENCH_DATA");
  const std::string root = fs::absolute(given != nullptr && *given != '\0' ? given : "build/bench-data").string();
  fs::create_directories(root);
  setenv("TILLSTICK_PC_KEY", (root + "/pc.key").c_str(), 1);
  return root;
}

namespace {

std::string fresh_shop(const std::string& name, const std::string& shop_name) {
  app::NewShop wanted;
  wanted.folder = emptied(name);
  wanted.name = shop_name;
  wanted.terminal_name = name;
  must(app::init_shop(wanted));
  return wanted.folder;
}

}  // namespace

std::string fresh_demo_shop(const std::string& name) {
  return fresh_shop(name, {});
}

std::string fresh_empty_shop(const std::string& name) {
  return fresh_shop(name, "Corner Market");
}

std::string big_shop(std::size_t products, std::size_t sale_lines) {
  const auto name = fmt::format("shop-{}k-products-{}k-lines", products / 1000, sale_lines / 1000);
  const auto folder = data_root() + "/" + name;
  if (fs::exists(folder)) return folder;
  fmt::print("making {} (once)\n", name);
  std::fflush(stdout);
  const auto unfinished = fresh_demo_shop(name + ".new");
  {
    const auto shop = open_shop(unfinished);
    add_products(*shop, products);
    if (sale_lines > 0) add_sales(*shop, sale_lines);
    ensure_shift(*shop, owner_of(*shop));
    must(shop->state().db->checkpoint(true));
  }
  fs::rename(unfinished, folder);
  return folder;
}

std::string copy_of(const std::string& folder, const std::string& name) {
  const auto to = emptied(name);
  fs::copy(folder, to, fs::copy_options::recursive);
  ::sync();  // or the first sync that is measured would have to write all of this
  return to;
}

std::unique_ptr<app::Shop> open_shop(const std::string& folder) {
  app::ShopOptions options;
  options.folder = folder;
  return must(app::Shop::open(options));
}

app::Actor owner_of(app::Shop& shop) {
  return must(app::actor_named(shop, {}));
}

void ensure_shift(app::Shop& shop, const app::Actor& actor) {
  if (!must(app::shift_now(shop))) must(app::open_shift(shop, actor, domain::Money{15'000}));
}

std::vector<std::string> some_barcodes(app::Shop& shop, std::size_t count) {
  return must(shop.state().db->read([&](storage::Connection& conn) -> Result<std::vector<std::string>> {
    std::vector<std::string> all, some;
    TRY(storage::for_each<domain::Product>(conn, [&](const domain::Product& product) -> Status {
      if (product.unit == domain::SellUnit::piece && product.minimum_age == 0 && product.available &&
          product.barcodes.size() == 1 && product.barcodes.front().starts_with("540"))
        all.push_back(product.barcodes.front());
      return {};
    }));
    for (std::size_t i = 0; i < count && !all.empty(); ++i) some.push_back(all[i * 7919 % all.size()]);
    return some;
  }));
}

domain::Basket basket_of(app::Shop& shop, const std::vector<std::string>& barcodes, std::size_t first,
                         std::size_t lines) {
  domain::Basket basket(shop.state().settings()->rules);
  const auto lookup = app::catalogue_lookup(shop);
  for (std::size_t i = 0; i < lines; ++i) {
    const auto item = must(lookup.item(barcodes[(first + i) % barcodes.size()]));
    if (!item) die({ErrorKind::invalid, "a product of the bench's own catalogue is not found", {}});
    must(basket.add(*item));
  }
  return basket;
}

std::int64_t memory_kib(const std::string& name) {
  if (name == "VmHWM" || name == "VmRSS") return line_of("/proc/self/status", name);
  return line_of("/proc/self/smaps_rollup", name);
}

double cpu_seconds() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double thread_cpu_us() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

}  // namespace till::bench
