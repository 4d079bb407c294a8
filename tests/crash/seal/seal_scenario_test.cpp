// The power goes, an operation fails or the disk is full, at every operation of the disk, while a shop opens whose data
// is still to be sealed (an older program left it plain) or to be sealed under another key (the old one became known).
// Afterwards the shop opens with everything in it, and once it has opened nothing lies there that is plain, or that the
// old key opens.
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <set>

#include "app/key_epochs.hpp"
#include "plain_folder.hpp"
#include "security/page_seal.hpp"
#include "shop_on_disk.hpp"
#include "storage/meta.hpp"
#include "storage/seal_database.hpp"

namespace till::crash {
namespace {

namespace fs = std::filesystem;
using app::value_of;

const std::string kInTheLog = "MARKER-IN-THE-LOG";

class SealScenario : public ShopOnDisk {
 protected:
  // What an earlier upgrade, a restore and a backup left beside the database.
  void leave_copies_beside() {
    fs::create_directories(folder_ + "/replaced-20260101-101010");
    fs::create_directories(folder_ + "/kept-images");
    for (const auto* copy : {"before-upgrade-2.db", "replaced-20260101-101010/till.db", "kept-images/a-1.image"})
      fs::copy_file(folder_ + "/till.db", folder_ + "/" + copy);
  }
  // A change that is in the log alone; then every file onto the crash disk, and the real ones are gone.
  void write_to_the_log_and_load() {
    {
      const auto conn = value_of(storage::Connection::open(folder_ + "/till.db", storage::Access::read_write));
      EXPECT_DONE(conn->exec("PRAGMA journal_mode=WAL"));
      EXPECT_DONE(storage::set_meta_text(*conn, "planted", kInTheLog));
      load_files();
    }
    ASSERT_GT(image_.at(folder_ + "/till.db-wal").size(), 4096U);
    fs::remove_all(folder_);
  }

  // Plain pages, markers, unfinished files and pages under `old_key` in what lies on a disk.
  static std::vector<std::string> left_over(const Image& image, const security::SecretBytes& old_key) {
    std::vector<std::string> found;
    const auto sealer = value_of(security::PageSealer::create(old_key));
    for (const auto& [path, bytes] : image) {
      for (const auto& marker : {kCustomer, kInTheLog, std::string("SQLite format 3")})
        if (as_text(bytes).find(marker) != std::string_view::npos) found.push_back(path + " shows " + marker);
      if (path.find(".part") != path.npos || path.ends_with("database-next")) found.push_back(path + " is left");
      for (std::size_t at = 0; at + security::kPageSize <= bytes.size(); at += security::kPageSize) {
        Bytes page(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                   bytes.begin() + static_cast<std::ptrdiff_t>(at + security::kPageSize));
        const auto number = static_cast<std::uint32_t>(at / security::kPageSize + 1);
        if (sealer->open(security::PageBytes(page.data(), security::kPageSize), number)) {
          found.push_back(path + ": the old key opens page " + std::to_string(number));
          break;
        }
      }
    }
    return found;
  }

  void expect_whole(app::Shop& shop) {
    EXPECT_EQ(shop.startup_warning().find("sealed"), std::string::npos) << shop.startup_warning();
    const auto books = read_books(shop);
    EXPECT_EQ(books.wrong, std::vector<std::string>{});
    EXPECT_EQ(books.sales, 1);
    EXPECT_DONE(shop.state().db->read([](storage::Connection& conn) -> Status {
      EXPECT_EQ(TRY(conn.integer("SELECT count(*) FROM customer WHERE name = ?1", kCustomer)), 1);
      EXPECT_EQ(TRY(storage::meta_text(conn, "planted")), kInTheLog);
      return {};
    }));
  }
  // After whatever happened: opens, whole, with nothing left over.
  void check(const security::SecretBytes& old_key) {
    {
      const auto shop = open();
      ASSERT_NE(shop, nullptr) << outcome_.error().message << " / " << outcome_.error().cause;
      expect_whole(*shop);
    }
    const auto image = disk_.image();
    EXPECT_EQ(left_over(image, old_key), std::vector<std::string>{});
    for (const auto* copy : {"/before-upgrade-2.db", "/replaced-20260101-101010/till.db"})
      EXPECT_TRUE(image.contains(folder_ + copy)) << copy << " is gone";
  }

  // The operations of an opening at which it is worth to stop: all, but of runs of whole pages that are written one
  // after the other only every so many.
  std::vector<std::uint64_t> stops() {
    const std::size_t step = is_long_run() ? std::max(std::atoi(std::getenv("TILL_CRASH_EVERY")), 1) : 60;
    disk_.load(image_);
    open();
    EXPECT_DONE(outcome_);
    std::vector<std::uint64_t> chosen;
    const auto journal = disk_.journal();
    std::size_t in_a_row = 0;
    for (std::size_t i = 0; i < journal.size(); ++i) {
      const auto& op = journal[i];
      const bool goes_on = i > 0 && op.kind == OpKind::write && journal[i - 1].kind == OpKind::write &&
                           journal[i - 1].file == op.file && op.offset > 0;
      in_a_row = goes_on ? in_a_row + 1 : 0;
      if (in_a_row % step == 0) chosen.push_back(i + 1);
    }
    EXPECT_GT(chosen.size(), 60U);
    return chosen;
  }
  void cut_power_everywhere(const security::SecretBytes& old_key) {
    const auto times = cut_power_at(
        stops(), [&] { return open() != nullptr; }, [&](bool) { check(old_key); });
    std::cout << "[ stops    ] " << times << "\n";
  }
  // One operation fails, or from there on nothing can grow: the shop opens now or says why not, and opens afterwards.
  void refuse_everywhere(const security::SecretBytes& old_key) {
    std::size_t opened_all_the_same = 0;
    const auto chosen = stops();
    for (const auto k : chosen) {
      for (const bool full : {false, true}) {
        if (!is_long_run() && (k % 2 == 0) == full) continue;
        SCOPED_TRACE(std::string(full ? "full behind " : "refused at ") + std::to_string(k));
        disk_.load(image_);
        full ? disk_.full_after(k) : disk_.fail_at(k);
        if (const auto shop = open()) {
          ++opened_all_the_same;
          const auto books = read_books(*shop);
          EXPECT_EQ(books.sales, 1);
        } else {
          EXPECT_FALSE(outcome_.error().message.empty());
        }
        disk_.fail_at(0);
        disk_.full_after(0);
        check(old_key);
        if (HasFailure()) return;
      }
    }
    EXPECT_GT(opened_all_the_same, chosen.size() / 8) << "no room for a copy must not keep the shop closed";
  }
};

class AnOlderProgramsShop : public SealScenario {
 protected:
  void SetUp() override {
    app::make_plain(folder_);
    leave_copies_beside();
    write_to_the_log_and_load();
    ASSERT_FALSE(left_over(image_, none_).empty()) << "it must begin with a plain one";
  }
  const security::SecretBytes none_ = security::SecretBytes::random(random_);
};

class AShopWhoseKeysBecameKnown : public SealScenario {
 protected:
  void SetUp() override {
    known_ = app::database_key_of(folder_);
    leave_copies_beside();
    {
      const auto shop = open_for_real();
      value_of(app::announce_new_master(shop->state(), owner(*shop)));
      EXPECT_NE(shop->startup_warning().find("start the program again"), std::string::npos);
    }
    ASSERT_TRUE(fs::exists(folder_ + "/keys/database-next"));
    const auto seal = value_of(storage::FolderSeal::establish(folder_, known_));
    write_to_the_log_and_load();
    ASSERT_FALSE(left_over(image_, known_).empty()) << "it must begin with one that the old key opens";
  }
  security::SecretBytes known_;
};

TEST_F(AnOlderProgramsShop, is_sealed_whole_or_stays_as_it_was_wherever_the_power_goes) {
  cut_power_everywhere(none_);
}

TEST_F(AnOlderProgramsShop, is_sealed_or_opens_as_it_was_whatever_the_disk_refuses) {
  refuse_everywhere(none_);
}

TEST_F(AShopWhoseKeysBecameKnown, is_sealed_anew_whole_or_stays_as_it_was_wherever_the_power_goes) {
  cut_power_everywhere(known_);
}

TEST_F(AShopWhoseKeysBecameKnown, is_sealed_anew_or_opens_as_it_was_whatever_the_disk_refuses) {
  refuse_everywhere(known_);
}

}  // namespace
}  // namespace till::crash
