// How long the commit of a sale takes, from the tender key to the disk: one transaction of the sale, its six lines, the
// tender, stock deltas, number, journal entry, print job and change record. Alone, late in a shift, and while a backup
// runs, and with against without its journal entry. The disk's own time for one small synced write stands beside it.

// link: bench_support
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <filesystem>
#include <thread>

#include "app/backups.hpp"
#include "app/selling.hpp"
#include "bench_support.hpp"
#include "core/task.hpp"
#include "security/journal_sabotage.hpp"

namespace {

using namespace till;
using namespace till::bench;

constexpr std::size_t kProducts = 100'000, kSaleLines = 1'000'000, kSales = 1'000, kLines = 6;

void sell(app::Shop& shop, const app::Actor& actor, const std::vector<std::string>& codes, std::size_t count,
          const std::string& name, const std::atomic<bool>* until = nullptr) {
  Figures figures(name);
  const double cpu = cpu_seconds();
  std::size_t done = 0;
  for (; until != nullptr ? !*until : done < count; ++done) {
    const auto basket = basket_of(shop, codes, done * kLines, kLines);
    const auto start = Steady::now();
    must(app::finalise(shop, actor, basket, {{domain::TenderKind::cash, std::nullopt, {}, {}, {}}}));
    figures.add(us_since(start));
  }
  figures.print();
  if (until == nullptr)
    fmt::print("{:<52} {:.3f} ms of processor time a sale\n", "",
               (cpu_seconds() - cpu) * 1000 / static_cast<double>(done));
}

// In turns, so that what else the machine does counts for both.
void compare_journal(app::Shop& shop, const app::Actor& actor, const std::vector<std::string>& codes) {
  using security::JournalSabotage;
  constexpr std::size_t kTurns = 20, kSalesATurn = 100;
  std::array<std::vector<double>, 2> us;
  std::array<double, 2> cpu{};
  for (std::size_t turn = 0; turn < 2 * kTurns; ++turn) {
    const auto side = turn % 2;
    security::plant(side == 0 ? JournalSabotage::none : JournalSabotage::entry_left_out);
    const double before = cpu_seconds();
    for (std::size_t i = 0; i < kSalesATurn; ++i) {
      const auto basket = basket_of(shop, codes, (turn * kSalesATurn + i) * kLines, kLines);
      const auto start = Steady::now();
      must(app::finalise(shop, actor, basket, {{domain::TenderKind::cash, std::nullopt, {}, {}, {}}}));
      us[side].push_back(us_since(start));
    }
    cpu[side] += cpu_seconds() - before;
  }
  security::plant(JournalSabotage::none);
  for (auto& side : us) std::ranges::sort(side);
  const auto at = [&](std::size_t side, double part) {
    return us[side][static_cast<std::size_t>(part * static_cast<double>(us[side].size() - 1))];
  };
  fmt::print(
      "with its journal entry against without: p50 {:.0f} and {:.0f} us, {:.2f} times; p90 {:.2f} times; processor "
      "time {:.2f} times\n",
      at(0, 0.5), at(1, 0.5), at(0, 0.5) / at(1, 0.5), at(0, 0.9) / at(1, 0.9), cpu[0] / cpu[1]);
}

}  // namespace

int main() {
  print_surroundings();
  const auto folder = copy_of(big_shop(kProducts, kSaleLines), "sale");
  const auto shop = open_shop(folder);
  const auto actor = owner_of(*shop);
  ensure_shift(*shop, actor);
  const auto codes = some_barcodes(*shop, 5'000);
  sell(*shop, actor, codes, kSales, "sale of 6 lines, nothing else running");
  sell(*shop, actor, codes, kSales, "the same after 1000 sales in the shift");

  compare_journal(*shop, actor, codes);

  std::atomic<bool> ended = false;
  std::filesystem::remove_all(data_root() + "/sale-backup");
  std::jthread backup([&] {
    Task task;
    const auto start = Steady::now();
    must(app::create_backup(*shop, actor, data_root() + "/sale-backup", {}, task));
    fmt::print("(the backup took {:.1f} s)\n", us_since(start) / 1e6);
    ended = true;
  });
  sell(*shop, actor, codes, 0, "while a backup runs", &ended);
  backup.join();
  return 0;
}
