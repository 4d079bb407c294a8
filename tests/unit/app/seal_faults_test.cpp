// Sealing an older program's shop, and changing its keys, refused or stopped at every file operation: afterwards the
// shop opens, holds everything and can sell, and nothing of it is plain once it has opened.
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "app/catalogue.hpp"
#include "app/journal.hpp"
#include "app/journal_check.hpp"
#include "app/key_epochs.hpp"
#include "app/key_replacement.hpp"
#include "plain_folder.hpp"
#include "storage/faulty_env.hpp"

namespace till::app {
namespace {

namespace fs = std::filesystem;

constexpr int kStopped = -1;
const std::string kMarker = "Markerina Zwetschge";
constexpr const char* kNewPhrase = "eleven quiet herons at the mill";

class SealFaults : public ShopTest {
 protected:
  void SetUp() override {
    ShopTest::SetUp();
    domain::Customer customer;
    customer.name = kMarker;
    value_of(save_customer(*shop_, owner(), customer));
    open_the_shift();
    sell({kPens});
    close();
  }
  static bool shows(const std::string& folder) {
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream in(entry.path(), std::ios::binary);
      if (std::string((std::istreambuf_iterator<char>(in)), {}).find(kMarker) != std::string::npos) return true;
    }
    return false;
  }
  std::unique_ptr<Shop> open_through(storage::Env& env, const std::string& folder, Status& outcome) {
    ShopOptions options;
    options.folder = folder;
    options.clock = &clock_;
    options.env = &env;
    auto opened = Shop::open(options);
    outcome = opened ? Status{} : Status(fail(opened.error()));
    return opened ? std::move(*opened) : nullptr;
  }
  void expect_whole(const std::string& folder, const std::string& when) {
    auto opened = try_open(folder);
    ASSERT_TRUE(opened) << when << ": " << opened.error().message << " / " << opened.error().cause;
    shop_ = std::move(*opened);
    EXPECT_EQ(number("SELECT count(*) FROM sale"), 1) << when;
    EXPECT_EQ(text("SELECT name FROM customer WHERE name LIKE 'Markerina%'"), kMarker) << when;
    EXPECT_EQ(text("PRAGMA integrity_check"), "ok") << when;
    const auto journal = value_of(verify_journal(*shop_));
    EXPECT_TRUE(journal.good) << when << ": " << journal.sentence;
    EXPECT_FALSE(shows(folder)) << when;
    sell({kPens});
    close();
  }
  // Runs `job` with each operation failing in turn, each time on a copy of the closed shop.
  template <class Job>
  void at_every_operation(int error_number, Job&& job, std::uint64_t step = 1) {
    for (std::uint64_t k = 1;; k += step) {
      const auto when = (error_number == kStopped ? "stopped at " : "refused at ") + std::to_string(k);
      const auto place = temp_.file("copy");
      fs::remove_all(place);
      fs::remove_all(temp_.file("stick"));
      fs::create_directories(temp_.file("stick"));
      fs::copy(folder(), place, fs::copy_options::recursive);
      storage::FaultyEnv faulty(*real_);
      const auto arm = [&] { error_number == kStopped ? faulty.stop_at(k) : faulty.fail_at(k, error_number); };
      const std::uint64_t before = job(faulty, place, arm);
      const bool finished = faulty.operations() - before < k;
      faulty.heal();
      expect_whole(place, when);
      if (HasFatalFailure() || finished) {
        EXPECT_GT(k, 10U);
        return;
      }
    }
  }

  std::unique_ptr<storage::Env> real_ = storage::make_real_env();
};

TEST_F(SealFaults, an_older_programs_shop_is_sealed_whole_or_stays_as_it_was) {
  make_plain(folder());
  ASSERT_TRUE(shows(folder())) << "it must begin with a plain one";
  for (const int error_number : {EIO, kStopped}) {
    at_every_operation(error_number, [&](storage::FaultyEnv& faulty, const std::string& place, auto&& arm) {
      arm();
      Status outcome;
      open_through(faulty, place, outcome);
      return std::uint64_t{0};
    });
  }
}

TEST_F(SealFaults, a_shop_that_cannot_be_sealed_now_sells_all_the_same_and_says_so) {
  make_plain(folder());
  const auto place = temp_.file("copy");
  const auto is_not_sealed = [&] { return shop_->startup_warning().find("not sealed yet") != std::string::npos; };
  for (std::uint64_t k = 10; k < 60 && !shop_; ++k) {  // one of these is the copy's
    fs::remove_all(place);
    fs::copy(folder(), place, fs::copy_options::recursive);
    storage::FaultyEnv faulty(*real_);
    faulty.fail_at(k, ENOSPC);
    Status outcome;
    shop_ = open_through(faulty, place, outcome);
    if (!shop_) continue;
    if (!is_not_sealed()) {
      close();
      continue;
    }
    sell({kPens});
    EXPECT_TRUE(shows(place));
    close();
    break;
  }
  shop_ = value_of(try_open(place));
  EXPECT_FALSE(is_not_sealed());
  EXPECT_EQ(number("SELECT count(*) FROM sale"), 2) << "no operation was the copy's";
  close();
  EXPECT_FALSE(shows(place));
}

TEST_F(SealFaults, a_shop_whose_rotation_was_cut_short_opens_and_reads_everything) {
  at_every_operation(
      kStopped,
      [&](storage::FaultyEnv& faulty, const std::string& place, auto&& arm) {
        Status outcome;
        const auto shop = open_through(faulty, place, outcome);
        EXPECT_DONE(outcome);
        const auto before = faulty.operations();
        arm();
        static_cast<void>(rotate_keys(*shop, value_of(actor_named(*shop, "Anna"))));
        return before;
      },
      2);
}

TEST_F(SealFaults, a_shop_whose_keys_replacement_was_cut_short_opens_and_reads_everything) {
  // Every seventh: scrypt takes its time, and most of the operations are the backup's.
  const auto replace = [&](storage::FaultyEnv& faulty, const std::string& place, auto&& arm) {
    Status outcome;
    const auto shop = open_through(faulty, place, outcome);
    EXPECT_DONE(outcome);
    const auto before = faulty.operations();
    arm();
    Task task;
    static_cast<void>(replace_keys(*shop, value_of(actor_named(*shop, "Anna")), temp_.file("stick"), kNewPhrase, task));
    return before;
  };
  at_every_operation(kStopped, replace, 7);
}

TEST_F(SealFaults, a_plain_database_that_somebody_put_in_the_place_of_a_sealed_one_is_refused) {
  fs::copy(folder(), temp_.file("twin"), fs::copy_options::recursive);
  make_plain(temp_.file("twin"));
  fs::copy_file(temp_.file("twin") + "/till.db", folder() + "/till.db", fs::copy_options::overwrite_existing);
  EXPECT_REFUSED(try_open(folder()), corrupt, "another database");
  fs::remove(folder() + "/keys/database");
  EXPECT_REFUSED(try_open(folder()), corrupt, "another database");
}

}  // namespace
}  // namespace till::app
