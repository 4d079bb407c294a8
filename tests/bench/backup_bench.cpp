// First backup of a shop's database of some 200 MB or more into a folder, and a second one after a day's changes: time,
// memory, bytes. What is stored was read back and compared before it counts.

// link: bench_support
#include <fmt/format.h>

#include <filesystem>
#include <fstream>

#include "app/backups.hpp"
#include "app/selling.hpp"
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

void back_up(app::Shop& shop, const app::Actor& actor, const std::string& target, const char* name) {
  std::ofstream("/proc/self/clear_refs") << "5";  // the peak starts anew
  const auto before = memory_kib("VmRSS");
  const double cpu = cpu_seconds();
  const auto start = Steady::now();
  Task task;
  const auto made = must(app::create_backup(shop, actor, target, {}, task));
  const double seconds = us_since(start) / 1e6;
  fmt::print(
      "{}: {:.2f} s ({:.2f} s of processor time), {:.1f} MB stored for {:.1f} MB, {} chunks new, {} there already\n",
      name, seconds, cpu_seconds() - cpu, megabytes(made.manifest.stored_size), megabytes(made.manifest.plain_size),
      made.new_chunks, made.reused_chunks);
  fmt::print("  peak memory {:.1f} MB, {:.1f} MB above what the open shop had; the target holds {:.1f} MB\n",
             static_cast<double>(memory_kib("VmHWM")) / 1024, static_cast<double>(memory_kib("VmHWM") - before) / 1024,
             megabytes(bytes_in(target)));
}

}  // namespace

int main() {
  print_surroundings();
  const auto shop = open_shop(copy_of(big_shop(100'000, 1'000'000), "backup"));
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
  return 0;
}
