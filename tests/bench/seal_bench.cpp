// What the seal of a folder costs: the same work on the same disk, in a sealed folder and in a plain one, in turn so
// that the machine's load meets both alike. Commits of as many pages as a sale changes, and the first reading of a
// database with nothing in SQLite's cache, as at a cold start.

// link: till_storage fmt::fmt
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>

#include "core/random.hpp"
#include "storage/database.hpp"
#include "storage/folder_seal.hpp"
#include "storage/meta.hpp"

namespace {

using namespace till;
using Steady = std::chrono::steady_clock;

constexpr int kCommits = 2'000, kRowsOfASale = 14, kRowBytes = 900, kOpenings = 40;

template <class T>
T must(Result<T> result) {
  if (!result) {
    fmt::print("{} / {}\n", result.error().message, result.error().cause);
    std::exit(1);
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

double cpu_us() {
  timespec now{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

struct Side {
  explicit Side(std::string n) : name(std::move(n)) {}
  void measure(const auto& job) {
    const double cpu = cpu_us();
    const auto begin = Steady::now();
    job();
    us.push_back(std::chrono::duration<double, std::micro>(Steady::now() - begin).count());
    cpu_us_all += cpu_us() - cpu;
  }
  [[nodiscard]] double at(double percent) {
    std::ranges::sort(us);
    return us[std::min(us.size() - 1, static_cast<std::size_t>(percent / 100 * static_cast<double>(us.size())))];
  }
  [[nodiscard]] double cpu() const { return cpu_us_all / static_cast<double>(us.size()); }
  void forget() { us.clear(), cpu_us_all = 0; }

  std::string name, folder;
  std::unique_ptr<storage::FolderSeal> seal;
  std::unique_ptr<storage::Database> db;
  std::vector<double> us;
  double cpu_us_all = 0;
};

void compare(const char* what, Side& plain, Side& sealed) {
  for (auto* side : {&plain, &sealed})
    fmt::print("{:<34} {:<7} p50 {:8.1f}  p99 {:8.1f} us, processor {:8.1f} us each\n", what, side->name, side->at(50),
               side->at(99), side->cpu());
  fmt::print("{:<34} ratio   p50 {:8.2f}  p99 {:8.2f}     processor {:8.2f}\n", what, sealed.at(50) / plain.at(50),
             sealed.at(99) / plain.at(99), sealed.cpu() / plain.cpu());
  plain.forget();
  sealed.forget();
}

void open(storage::Env& env, Side& side) {
  storage::OpenOptions options;
  options.folder = side.folder;
  side.db = must(storage::Database::open(env, options));
}

// A seventh of the rows lies somewhere in the middle, like stock levels; the rest is appended.
void sale(Side& side, int n, SystemRandom& random) {
  must(side.db->write([&](storage::Transaction& tx) -> Status {
    for (int i = 0; i < kRowsOfASale; ++i) {
      const int row = i % 7 == 0 ? static_cast<int>(random.below(static_cast<std::uint64_t>(n) * kRowsOfASale + 1))
                                 : n * kRowsOfASale + i;
      TRY(storage::set_meta(tx, fmt::format("row {:09}", row), Bytes(kRowBytes, static_cast<std::uint8_t>(i))));
    }
    return {};
  }));
}

}  // namespace

int main() {
  const char* wanted = std::getenv("TILL_BENCH_DATA");
  const std::string root = (wanted != nullptr ? std::string(wanted) : std::string("/tmp")) + "/till-seal-bench";
  std::filesystem::remove_all(root);
  const auto env = storage::make_real_env();
  SystemRandom random;
  Side plain("plain"), sealed("sealed");
  for (auto* side : {&plain, &sealed}) {
    side->folder = root + "/" + side->name;
    std::filesystem::create_directories(side->folder);
    if (side == &sealed)
      side->seal = must(storage::FolderSeal::establish(side->folder, security::SecretBytes::random(random)));
    open(*env, *side);
  }
  for (int n = 0; n < kCommits; ++n)
    for (auto* side : {&plain, &sealed}) side->measure([&] { sale(*side, n, random); });
  compare("commit of a sale's pages", plain, sealed);
  for (int n = 0; n < kOpenings; ++n) {
    for (auto* side : {&plain, &sealed}) {
      side->db.reset();
      side->measure([&] {
        open(*env, *side);
        must(side->db->read([](storage::Connection& conn) { return conn.integer("SELECT count(*) FROM meta"); }));
      });
    }
  }
  compare("open, and one table's index", plain, sealed);
  for (int n = 0; n < kOpenings; ++n)
    for (auto* side : {&plain, &sealed})
      side->measure([&] {
        must(side->db->read(
            [](storage::Connection& conn) { return conn.integer("SELECT sum(length(value)) FROM meta"); }));
      });
  compare("reading 25 MB past the cache", plain, sealed);
  for (auto* side : {&plain, &sealed}) side->db.reset();
  sealed.seal.reset();
  std::filesystem::remove_all(root);
}
