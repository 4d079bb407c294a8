// A keystroke in the search field: every beginning of what a cashier would type for products picked from the catalogue,
// at 100 k and 1 M products. `search_bench 100` measures the smaller one only. The till's own way, with tiles and stock
// levels on a new snapshot, stands beside the bare search.

// link: bench_support
#include <fmt/format.h>

#include <cstring>
#include <map>

#include "app/shop_state.hpp"
#include "app/worker/till_worker.hpp"
#include "bench_support.hpp"
#include "core/text.hpp"
#include "storage/search.hpp"
#include "storage/tables.hpp"

namespace {

using namespace till;
using namespace till::bench;

constexpr std::size_t kHits = 40;  // as the till asks for

// "Golden Valley wholegrain rye crackers 400 g": by its first words, by a word from its middle, by its SKU, by its
// code.
std::vector<std::string> typed_texts(app::Shop& shop, std::size_t products) {
  std::vector<std::string> texts;
  const std::size_t step = std::max<std::size_t>(products / 60, 1);
  must(shop.state().db->read([&](storage::Connection& conn) {
    std::size_t seen = 0;
    return storage::for_each<domain::Product>(conn, [&](const domain::Product& product) -> Status {
      if (seen++ % step != 0 || product.barcodes.empty()) return {};
      const auto first = product.name.find(' ');
      const auto second = first == std::string::npos ? first : product.name.find(' ', first + 1);
      texts.push_back(product.name.substr(0, 14));
      if (second != std::string::npos) texts.push_back(product.name.substr(second + 1, 16));
      texts.push_back(product.sku);
      texts.push_back(product.barcodes.front());
      return {};
    });
  }));
  return texts;
}

void measure(std::size_t products, std::size_t sale_lines) {
  const auto shop = open_shop(copy_of(big_shop(products, sale_lines), "search"));
  const auto texts = typed_texts(*shop, products);
  auto& db = *shop->state().db;
  Figures all(fmt::format("search, {} k products, every keystroke", products / 1000)), cpu("  processor time of it");
  std::map<std::size_t, Figures> by_length;
  double slowest = 0;
  std::string slowest_text;
  for (const auto& text : texts) {
    for (std::size_t length = 1; length <= text.size(); ++length) {
      const double cpu_before = thread_cpu_us();
      const auto start = Steady::now();
      must(db.read(
          [&](storage::Connection& conn) { return storage::search_products(conn, text.substr(0, length), kHits); }));
      const double us = us_since(start);
      all.add(us);
      cpu.add(thread_cpu_us() - cpu_before);
      by_length
          .try_emplace(std::min<std::size_t>(length, 5),
                       fmt::format("  of {} characters", length < 5 ? std::to_string(length) : "5 and more"))
          .first->second.add(us);
      if (us > slowest) slowest = us, slowest_text = text.substr(0, length);
    }
  }
  all.print();
  cpu.print();
  for (const auto& [length, figures] : by_length) figures.print();
  fmt::print("  slowest: '{}'\n", slowest_text);
}

void measure_in_the_till(std::size_t products, std::size_t sale_lines) {
  const auto folder = copy_of(big_shop(products, sale_lines), "search");
  const auto texts = typed_texts(*open_shop(folder), products);
  const auto till = must(app::TillWorker::start(open_shop(folder)));
  till->post(app::SignIn{"Anna", "2580"});
  till->settle();
  Figures figures(fmt::format("the same in the till, to the new snapshot"));
  for (const auto& text : texts) {
    for (std::size_t length = 1; length <= text.size(); ++length) {
      const auto start = Steady::now();
      till->post(app::Search{text.substr(0, length)});
      till->settle();
      figures.add(us_since(start));
    }
  }
  figures.print();
}

}  // namespace

int main(int argc, char** argv) {
  print_surroundings();
  measure(100'000, 1'000'000);
  measure_in_the_till(100'000, 1'000'000);
  if (argc > 1 && std::strcmp(argv[1], "100") == 0) return 0;
  measure(1'000'000, 0);
  measure_in_the_till(1'000'000, 0);
  return 0;
}
