// A cold start with 100 k products and 1 M old sale lines, after a clean end: a process of its own, from exec() to the
// first picture of a till that takes a scan, and on to the first scanned line on the picture. Its steps, and its
// memory. With `drop` the files' pages are given back to the disk first, as after switching on.

// link: bench_support till_ui
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "app/open_till.hpp"
#include "bench_support.hpp"
#include "core/clock.hpp"
#include "ui/platform/headless.hpp"
#include "ui/shell.hpp"

namespace {

using namespace till;
using namespace till::bench;

constexpr int kStarts = 15;

double now_ms() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) * 1000 + static_cast<double>(now.tv_nsec) / 1e6;
}

// What src/bin/till.cpp does, with a clock in its hand.
int child(const char* folder, const char* code, double started) {
  const double in_main = now_ms() - started;
  const auto till = must(app::open_till(folder, ""));
  const double opened = now_ms() - started;
  ui::Theme theme;
  theme.scale = ui::scale_for({}, 1024, 768, 1.0F);
  ui::HeadlessConfig config;
  config.frame.fonts = ui::Shell::font_plan(theme, app::assets_folder());
  const auto window = must(ui::Headless::create(config));
  SystemClock clock;
  ui::ShellConfig shell_config;
  shell_config.assets_folder = app::assets_folder();
  ui::Shell shell(*till, *window, clock, shell_config);
  must(window->step());
  const double first_picture = now_ms() - started;
  const double cpu = cpu_seconds() * 1000;
  const auto pss = memory_kib("Pss");
  till->post(app::SignIn{"Anna", "2580"});
  till->settle();
  const double signed_in = now_ms() - started;
  till->post(app::Scan{code});
  till->settle();
  must(window->step());
  const double scanned = now_ms() - started;
  if (till->snapshot()->ticket.lines.empty()) die({ErrorKind::invalid, "the first scan did not land", {}});
  till->post(app::CancelTicket{});
  till->settle();
  till->on_change(nullptr);
  fmt::print("{} {} {} {} {} {} {}\n", in_main, opened, first_picture, cpu, signed_in, scanned, pss);
  return 0;
}

void forget_pages(const std::string& folder) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const int file = ::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC);
    (void)::fdatasync(file);
    (void)::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
    ::close(file);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 5 && std::strcmp(argv[1], "--child") == 0) return child(argv[2], argv[3], std::atof(argv[4]));
  const bool drop = argc > 1 && std::strcmp(argv[1], "drop") == 0;
  print_surroundings();
  const auto folder = copy_of(big_shop(100'000, 1'000'000), "start");
  std::string code;
  {
    const auto shop = open_shop(folder);
    code = some_barcodes(*shop, 1).front();
  }
  const auto self = std::filesystem::read_symlink("/proc/self/exe").string();
  Figures in_main("exec to main()"), opened("to the shop open"), picture("to the first picture, able to scan"),
      cpu("  processor time of it");
  Figures scanned("to a scanned line on the picture, sign-in included"), signing("  of which checking the PIN");
  double pss = 0;
  for (int i = 0; i < kStarts; ++i) {
    if (drop) forget_pages(folder);
    const auto command = fmt::format("'{}' --child '{}' {} {:.3f}", self, folder, code, now_ms());
    FILE* pipe = ::popen(command.c_str(), "r");
    double ms[7]{};
    const int got =
        std::fscanf(pipe, "%lf %lf %lf %lf %lf %lf %lf", &ms[0], &ms[1], &ms[2], &ms[3], &ms[4], &ms[5], &ms[6]);
    if (::pclose(pipe) != 0 || got != 7) die({ErrorKind::permanent, "the started till did not answer", command});
    in_main.add(ms[0] * 1000);
    opened.add(ms[1] * 1000);
    picture.add(ms[2] * 1000);
    cpu.add(ms[3] * 1000);
    signing.add((ms[4] - ms[2]) * 1000);
    scanned.add(ms[5] * 1000);
    pss = ms[6];
  }
  for (const auto* one : {&in_main, &opened, &picture, &cpu, &scanned, &signing}) one->print();
  fmt::print("memory after the first picture: {:.1f} MB (PSS)\n", pss / 1024);
  return 0;
}
