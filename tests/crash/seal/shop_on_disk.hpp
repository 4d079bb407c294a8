// A shop with one sale and one customer whose files, all of them, are put on a crash disk: SQLite's, the keys and this
// PC's key. Nothing of it is left in the real folder.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "../sale/crash_shop.hpp"
#include "app/catalogue.hpp"
#include "app/shop_init.hpp"
#include "core/log.hpp"
#include "shop_fixture.hpp"
#include "support/source_dir.hpp"
#include "support/temp_folder.hpp"
#include "vfs/disk_env.hpp"

namespace till::crash {

inline const std::string kCustomer = "Markerina Zwetschge";

class ShopOnDisk : public ::testing::Test {
 protected:
  ShopOnDisk() {
    log::set_console_level(log::Level::error);
    ::setenv("TILLSTICK_PC_KEY", (root_ + "/pc/pc.key").c_str(), 1);
    ::setenv("XDG_CONFIG_HOME", root_.c_str(), 1);
    app::NewShop wanted;
    wanted.folder = folder_;
    wanted.assets_folder = test::source_path("tests/unit/app/tiny_shop");
    app::value_of(app::init_shop(wanted));
    const auto shop = open_for_real();
    clock_.set_utc(SystemClock().now());
    EXPECT_DONE(app::open_shift(*shop, cashier(*shop), {10000}));
    app::value_of(app::finalise(*shop, cashier(*shop), ticket_of(*shop), {{}}));
    domain::Customer customer;
    customer.name = kCustomer;
    app::value_of(app::save_customer(*shop, owner(*shop), customer));
  }
  std::unique_ptr<app::Shop> open_for_real() {
    app::ShopOptions options;
    options.folder = folder_;
    return app::value_of(app::Shop::open(options));
  }

  // Every file of the shop as it is now becomes what the disk begins with.
  void load_files() {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root_)) {
      if (!entry.is_regular_file() || entry.path().extension() == ".log") continue;
      std::ifstream in(entry.path(), std::ios::binary);
      image_[entry.path().string()] = Bytes(std::istreambuf_iterator<char>(in), {});
    }
    image_.erase(folder_ + "/till.db-shm");
    image_.erase(folder_ + "/clean-shutdown");
  }

  std::unique_ptr<app::Shop> open() {
    clock_.advance(std::chrono::seconds(1));
    app::ShopOptions options;
    options.folder = folder_;
    options.clock = &clock_;
    options.random = &random_;
    options.env = &env_;
    options.vfs = disk_.name();
    auto shop = app::Shop::open(options);
    outcome_ = shop ? Status{} : Status(fail(shop.error()));
    return shop ? std::move(*shop) : nullptr;
  }

  static bool is_long_run() { return std::getenv("TILL_CRASH_EVERY") != nullptr; }

  // From the image on, the power goes at each of `stops` in the middle of `work`, in each way that a disk loses what
  // was not synced, of which ./test takes one in turn; `check` is told what `work` answered. Answers how often that
  // was.
  template <class Work, class Check>
  std::size_t cut_power_at(const std::vector<std::uint64_t>& stops, Work&& work, Check&& check) {
    std::size_t times = 0;
    for (const auto k : stops) {
      for (const auto loss : {Loss::dropped, Loss::kept, Loss::torn}) {
        if (!is_long_run() && k % 3 != static_cast<std::uint64_t>(loss)) continue;
        SCOPED_TRACE("stopped at " + std::to_string(k) + ", way of loss " + std::to_string(static_cast<int>(loss)));
        disk_.load(image_);
        disk_.stop_at(k);
        const auto done = work();
        disk_.crash(loss, k);
        check(done);
        ++times;
        if (HasFailure()) return times;
      }
    }
    return times;
  }

  const test::TempFolder temp_;  // before what lies in it
  const std::string root_ = temp_.path(), folder_ = temp_.file("data");
  CrashDisk disk_;
  DiskEnv env_{disk_};
  Image image_;
  ManualClock clock_;
  SeededRandom random_{1};
  Status outcome_;
};

}  // namespace till::crash
