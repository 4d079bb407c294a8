// A prepared shop that is opened again and again on the crash disk, each time from the same image: the shift is open
// and one sale is stored. The files beside the database (keys, lock) lie in a MemoryEnv. The books of a reopened shop
// are read with plain SQL, so that what checks is not what wrote.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/actor.hpp"
#include "app/shop.hpp"
#include "domain/basket.hpp"
#include "storage/memory_env.hpp"
#include "support/temp_folder.hpp"
#include "vfs/crash_vfs.hpp"

namespace till::crash {

constexpr std::int64_t kPreparedSales = 1;

// What a shop's database holds, counted.
struct Books {
  std::int64_t sales = 0, refunds = 0, closings = 0, open_tickets = 0;
  std::vector<std::string> wrong;  // sentences; empty when everything agrees with everything
};

class CrashShop {
 public:
  CrashShop();  // throws when the shop cannot be prepared

  // What else is to be in the image from which each run begins.
  void prepare(const std::function<void(app::Shop&)>& work);
  void days_pass(int days) { clock_.advance(std::chrono::hours(24) * days); }

  // Power on, from the prepared image; stops at that operation (0: never).
  void start_over(std::uint64_t stop_at);
  // Null when the disk stopped during opening.
  std::unique_ptr<app::Shop> open();
  // Everything is closed: loses what was not synced, and the clean end's marker, which a dead machine does not write.
  void cut_power(Loss loss, std::uint64_t seed);

  CrashDisk disk;

 private:
  struct File {
    std::string path;
    Bytes bytes;
  };
  void remember_files();

  const test::TempFolder temp_;  // before what lies in it
  const std::string root_ = temp_.path(), folder_ = temp_.file("data");
  std::vector<File> files_;
  Image image_;
  std::unique_ptr<storage::MemoryEnv> env_;
  ManualClock clock_;
  std::unique_ptr<SeededRandom> random_;
};

app::Actor cashier(app::Shop& shop);
app::Actor owner(app::Shop& shop);
// Three pens and a bread, for which stock is kept.
domain::Basket ticket_of(app::Shop& shop);
Books read_books(app::Shop& shop);

}  // namespace till::crash
