// How long a sale's commit is held up by a full backup that is made meanwhile: the longest one and p99, with and
// without the backup, in turns, so that what else the machine does counts for both. Beside them the longest step of the
// copy, which is what a till without a write-ahead log waits for at most.
//
//   backup_hold_bench [PRODUCTS SALE_LINES]      default 100000 1000000

// link: bench_support
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <thread>

#include "app/backups.hpp"
#include "app/selling.hpp"
#include "bench_support.hpp"
#include "core/task.hpp"

namespace {

using namespace till;
using namespace till::bench;

constexpr int kTurns = 3;
constexpr std::size_t kLines = 6;

class Selling {
 public:
  Selling(app::Shop& shop, app::Actor actor)
      : shop_(shop), actor_(std::move(actor)), codes_(some_barcodes(shop, 5'000)) {}
  double sell_one() {
    const auto basket = basket_of(shop_, codes_, sold_++ * kLines, kLines);
    const auto start = Steady::now();
    must(app::finalise(shop_, actor_, basket, {{domain::TenderKind::cash, std::nullopt, {}, {}, {}}}));
    return us_since(start);
  }

 private:
  app::Shop& shop_;
  const app::Actor actor_;
  const std::vector<std::string> codes_;
  std::size_t sold_ = 0;
};

// As many sales as fit beside one full backup; gives back how many, and notes the copy's longest step.
std::size_t sell_during_a_backup(app::Shop& shop, const app::Actor& actor, Selling& selling, Figures& sales,
                                 double& longest_step_us) {
  std::atomic<bool> ended = false;
  std::jthread backup([&] {
    Task task;
    auto last = Steady::now();
    task.on_change = [&] {
      if (task.step() == "Copying the data" && task.done() > 0)
        longest_step_us = std::max(longest_step_us, us_since(last));
      last = Steady::now();
    };
    app::BackupChoice choice;
    choice.full = true;
    must(app::create_backup(shop, actor, data_root() + "/backup-hold-target", {}, task, choice));
    ended = true;
  });
  std::size_t sold = 0;
  for (; !ended; ++sold) sales.add(selling.sell_one());
  return sold;
}

}  // namespace

int main(int argc, char** argv) {
  print_surroundings();
  const auto products = argc > 2 ? std::stoul(argv[1]) : 100'000;
  const auto sale_lines = argc > 2 ? std::stoul(argv[2]) : 1'000'000;
  const auto shop = open_shop(copy_of(big_shop(products, sale_lines), "backup-hold"));
  const auto actor = owner_of(*shop);
  ensure_shift(*shop, actor);
  std::filesystem::remove_all(data_root() + "/backup-hold-target");
  Selling selling(*shop, actor);
  Figures alone("a sale's commit, nothing else running"), during("the same while a full backup is made");
  double longest_step_us = 0;
  for (int turn = 0; turn < kTurns; ++turn) {
    const auto sold = sell_during_a_backup(*shop, actor, selling, during, longest_step_us);
    for (std::size_t i = 0; i < sold; ++i) alone.add(selling.sell_one());
  }
  alone.print();
  during.print();
  fmt::print(
      "with a backup against without: p50 {:.2f}, p99 {:.2f}, longest {:.2f} times; longest step of the copy {:.1f} "
      "ms\n",
      during.at(50) / alone.at(50), during.at(99) / alone.at(99), during.at(100) / alone.at(100),
      longest_step_us / 1000);
  return 0;
}
