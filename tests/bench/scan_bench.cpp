// A scan as the till lives it, with 100 k products: from the scanner's code to the new snapshot, and to the picture of
// it drawn by the CPU renderer. Then EXACT, from the tap to the sale on the disk and on the screen. Frames are of the
// real sales screen at 1024x768.

// link: bench_support till_ui
#include <fmt/format.h>

#include "app/worker/till_worker.hpp"
#include "bench_support.hpp"
#include "core/clock.hpp"
#include "ui/platform/headless.hpp"
#include "ui/shell.hpp"

namespace {

using namespace till;
using namespace till::bench;

constexpr std::size_t kSales = 120, kScansPerSale = 10;

struct Screen {
  explicit Screen(app::Till& till)
      : window(must(ui::Headless::create(config()))), shell(till, *window, clock, shell_config()) {
    must(window->settle());
  }
  static ui::HeadlessConfig config() {
    ui::Theme theme;
    theme.scale = ui::scale_for({}, 1024, 768, 1.0F);
    ui::HeadlessConfig config;
    config.frame.fonts = ui::Shell::font_plan(theme, app::find_assets());
    return config;
  }
  static ui::ShellConfig shell_config() {
    ui::ShellConfig config;
    config.assets_folder = app::find_assets();
    return config;
  }
  std::unique_ptr<ui::Headless> window;
  SystemClock clock;
  ui::Shell shell;
};

struct ScanFigures {
  Figures snapshot{"scan to new snapshot"}, picture{"scan to picture drawn"}, frame{"  of which drawing the frame"};
  Figures exact{"EXACT to sale on disk, drawer told and shown"}, settled{"EXACT to the till ready for the next"};
};

// Until the ticket has changed as wanted; other threads publish snapshots, too.
template <class Is>
void wait_for(app::Till& till, Screen& screen, const Is& is) {
  while (!is(*till.snapshot())) (void)screen.window->wait_for_wake(std::chrono::milliseconds(20));
}

void scan_and_draw(app::Till& till, Screen& screen, const std::string& code, ScanFigures& figures) {
  const auto before = till.snapshot()->version;
  const auto total = till.snapshot()->ticket.total;
  const auto start = Steady::now();
  till.post(app::Scan{code});
  wait_for(till, screen, [&](const app::Snapshot& now) { return now.version > before && now.ticket.total != total; });
  figures.snapshot.add(us_since(start));
  const auto drawing = Steady::now();
  must(screen.window->step());
  figures.frame.add(us_since(drawing));
  figures.picture.add(us_since(start));
}

void pay(app::Till& till, Screen& screen, ScanFigures& figures) {
  const auto start = Steady::now();
  till.post(app::PayExact{});
  wait_for(till, screen, [](const app::Snapshot& now) { return now.finished.has_value(); });
  must(screen.window->step());
  figures.exact.add(us_since(start));
  till.settle();
  figures.settled.add(us_since(start));
  must(screen.window->settle());
}

void draw_frames(Screen& screen) {
  Figures whole("frame of the sales screen, everything drawn anew"), same("frame of the sales screen, nothing changed");
  for (int i = 0; i < 200; ++i) {
    screen.window->renderer().invalidate();
    auto start = Steady::now();
    must(screen.window->step());
    whole.add(us_since(start));
    start = Steady::now();
    must(screen.window->step());
    same.add(us_since(start));
  }
  whole.print();
  same.print();
}

}  // namespace

int main() {
  print_surroundings();
  const auto folder = copy_of(big_shop(100'000, 1'000'000), "scan");
  auto shop = open_shop(folder);
  ensure_shift(*shop, owner_of(*shop));
  const auto codes = some_barcodes(*shop, 5'000);
  const auto till = must(app::TillWorker::start(std::move(shop)));
  till->post(app::SignIn{"Anna", "2580"});
  till->settle();
  Screen screen(*till);
  ScanFigures figures;
  const double cpu = cpu_seconds();
  for (std::size_t sale = 0; sale < kSales; ++sale) {
    for (std::size_t i = 0; i < kScansPerSale; ++i)
      scan_and_draw(*till, screen, codes[(sale * kScansPerSale + i) % codes.size()], figures);
    if (sale + 1 < kSales) pay(*till, screen, figures);
  }
  const double used = cpu_seconds() - cpu;
  for (const auto* one : {&figures.snapshot, &figures.picture, &figures.frame, &figures.exact, &figures.settled})
    one->print();
  fmt::print("{:.2f} ms of processor time a scan, its share of paying included\n",
             used * 1000 / static_cast<double>(kSales * kScansPerSale));
  draw_frames(screen);
  till->on_change(nullptr);
  return 0;
}
