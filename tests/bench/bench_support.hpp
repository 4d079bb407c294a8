// What the benchmarks share: shops of a wanted size (made once, kept in $TILL_BENCH_DATA or build/bench-data), copies
// of them to write into, and figures with percentiles. A benchmark has nobody to tell: an error ends the program with
// its sentence.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "app/actor.hpp"
#include "app/shop.hpp"
#include "core/result.hpp"
#include "domain/basket.hpp"

namespace till::bench {

[[noreturn]] void die(const Error& error);

template <class T>
T must(Result<T> result) {
  if (!result) die(result.error());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

using Steady = std::chrono::steady_clock;
double us_since(Steady::time_point start);

// Microseconds, one for each time something was done.
class Figures {
 public:
  explicit Figures(std::string name) : name_(std::move(name)) {}
  void add(double us) { us_.push_back(us); }
  [[nodiscard]] double at(double percent) const;  // 50 is the median, 100 the largest
  void print() const;                             // one line: number, minimum, p50, p99, largest

 private:
  std::string name_;
  std::vector<double> us_;
};

// The machine's load, where the data is, and what one small synced write costs there just now; the first lines of each
// benchmark's output.
void print_surroundings();

std::string data_root();
// A new demo shop in a new folder, PINs known, nothing sold yet.
std::string fresh_demo_shop(const std::string& name);
// An owner and no products, as a till that is to join a shop begins.
std::string fresh_empty_shop(const std::string& name);
// The demo shop with so many more products and so many lines of old sales. Kept: treat it as read-only.
std::string big_shop(std::size_t products, std::size_t sale_lines);
// A new folder with the same contents, in place of what was there. It opens as a new part of the shop's log.
std::string copy_of(const std::string& folder, const std::string& name);
std::unique_ptr<app::Shop> open_shop(const std::string& folder);

// The demo's owner, who may do everything.
app::Actor owner_of(app::Shop& shop);
void ensure_shift(app::Shop& shop, const app::Actor& actor);
// Barcodes of so many products from all over the catalogue.
std::vector<std::string> some_barcodes(app::Shop& shop, std::size_t count);
domain::Basket basket_of(app::Shop& shop, const std::vector<std::string>& barcodes, std::size_t first,
                         std::size_t lines);

// What the kernel says of this process, in KiB: "VmHWM" from status, "Pss" and "Rss" from smaps_rollup.
std::int64_t memory_kib(const std::string& name);
double cpu_seconds();
// Of the calling thread: what a call costs whoever else keeps the machine busy.
double thread_cpu_us();

}  // namespace till::bench
