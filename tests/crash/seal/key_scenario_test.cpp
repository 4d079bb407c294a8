// The power goes, or the disk refuses in any way, at every operation while a shop's keys are rotated and while its
// recovery passphrase is changed. Afterwards it opens with everything in it, goes on, and what was reported as done is
// done; a passphrase opens the keys at any moment: the one or the other.
#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "app/key_epochs.hpp"
#include "app/key_passphrase.hpp"
#include "app/selling.hpp"
#include "security/ring_file.hpp"
#include "shop_on_disk.hpp"

namespace till::crash {
namespace {

using app::value_of;

constexpr const char* kOld = "violet ladder under seven oaks";
constexpr std::uint64_t kStepInTheSlice = 13;  // a passphrase is slow to try, on purpose
constexpr const char* kNew = "quiet harbour behind nine pines";

class KeyScenario : public ShopOnDisk {
 protected:
  struct Done {
    bool keys = false, sale = false;
  };
  void SetUp() override {
    if (has_passphrase_) {
      EXPECT_DONE(app::set_new_passphrase(open_for_real()->state(), kOld));
    }
    load_files();
  }
  virtual Status change_keys(app::Shop& shop) = 0;
  virtual void check_keys(app::Shop& shop, bool were_changed) = 0;

  Done work() {
    Done done;
    const auto shop = open();
    if (!shop) return done;
    done.keys = change_keys(*shop).has_value();
    done.sale = app::finalise(*shop, cashier(*shop), ticket_of(*shop), {{}}).has_value();
    return done;
  }
  void check(const Done& done) {
    const auto shop = open();
    ASSERT_NE(shop, nullptr) << outcome_.error().message << " / " << outcome_.error().cause;
    const auto books = read_books(*shop);
    EXPECT_EQ(books.wrong, std::vector<std::string>{});
    EXPECT_GE(books.sales, done.sale ? 2 : 1);
    EXPECT_EQ(value_of(shop->state().db->read([](storage::Connection& conn) {
                return conn.integer("SELECT count(*) FROM customer WHERE name = ?1", kCustomer);
              })),
              1);
    check_keys(*shop, done.keys);
    EXPECT_DONE(app::finalise(*shop, cashier(*shop), ticket_of(*shop), {{}}));
  }
  // Where the work, not the opening before it, touches the disk.
  std::vector<std::uint64_t> stops() {
    disk_.load(image_);
    open();
    const auto opening = disk_.journal().size();
    disk_.load(image_);
    EXPECT_TRUE(work().keys) << "it must succeed where nothing is wrong";
    std::vector<std::uint64_t> chosen;
    const auto step =
        is_long_run() ? static_cast<std::uint64_t>(std::max(std::atoi(std::getenv("TILL_CRASH_EVERY")), 1)) : kStepInTheSlice;
    for (auto k = opening / 2; k < disk_.journal().size(); k += step) chosen.push_back(k + 1);
    EXPECT_GT(chosen.size(), 8U);
    return chosen;
  }
  void with_trouble(const char* what, const std::function<void()>& begin, const std::function<void()>& end) {
    SCOPED_TRACE(what);
    disk_.load(image_);
    begin();
    const auto done = work();
    end();
    check(done);
    ++trials_;
  }
  void cut_power(std::uint64_t k, Loss loss) {
    with_trouble(
        "the power goes", [&] { disk_.stop_at(k); }, [&] { disk_.crash(loss, k); });
  }
  void refuse(std::uint64_t k, Refusal refusal) {
    with_trouble(
        "refused", [&] { disk_.fail_at(k, refusal); }, [&] { disk_.fail_at(0); });
  }
  void fill_up(std::uint64_t k) {
    with_trouble(
        "full", [&] { disk_.full_after(k); }, [&] { disk_.full_after(0); });
  }
  // In a long run each kind of trouble at each operation, else one kind after the other.
  void trouble_everywhere() {
    std::vector<std::function<void(std::uint64_t)>> kinds = {[&](auto k) { fill_up(k); }};
    for (const auto loss : {Loss::dropped, Loss::kept, Loss::torn})
      kinds.emplace_back([this, loss](auto k) { cut_power(k, loss); });
    for (const auto refusal : {Refusal::io_error, Refusal::no_room, Refusal::short_write, Refusal::read_only})
      kinds.emplace_back([this, refusal](auto k) { refuse(k, refusal); });
    std::size_t turn = 0;
    for (const auto k : stops()) {
      for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
        if (!is_long_run() && kind != turn % kinds.size()) continue;
        SCOPED_TRACE("at operation " + std::to_string(k) + ", trouble " + std::to_string(kind));
        kinds[kind](k);
        if (HasFailure()) return;
      }
      ++turn;
    }
    std::cout << "[ trials   ] " << trials_ << "\n";
  }
  std::uint64_t trials_ = 0;
  bool has_passphrase_ = false;
};

class RotatedKeys : public KeyScenario {
  Status change_keys(app::Shop& shop) override {
    TRY(app::rotate_keys(shop, owner(shop), app::FirstUse::at_once));
    return {};
  }
  void check_keys(app::Shop& shop, bool were_changed) override {
    const auto epoch = [&] {
      return shop.state().keys->with_ring([](security::RingFile& file) { return file.ring.current_epoch(); });
    };
    const auto now = epoch();
    EXPECT_GE(now, were_changed ? 2U : 1U);
    // One that was announced and never used is passed over.
    const auto next = value_of(app::rotate_keys(shop, owner(shop), app::FirstUse::at_once));
    EXPECT_GT(next, now);
    EXPECT_EQ(epoch(), next);
  }
};

class ChangedPassphrase : public KeyScenario {
 protected:
  ChangedPassphrase() { has_passphrase_ = true; }
  Status change_keys(app::Shop& shop) override { return app::change_passphrase(shop, owner(shop), kOld, kNew); }
  void check_keys(app::Shop&, bool were_changed) override {
    const auto image = disk_.image();
    const auto& file = image.at(folder_ + "/keys/ring");
    const bool is_new = security::RingFile::open_with_passphrase(file, kNew).has_value();
    EXPECT_NE(is_new, security::RingFile::open_with_passphrase(file, kOld).has_value());
    EXPECT_TRUE(is_new || !were_changed) << "it was said to be done";
  }
};

TEST_F(RotatedKeys, are_there_or_not_and_the_shop_goes_on_wherever_the_disk_fails) {
  trouble_everywhere();
}

TEST_F(ChangedPassphrase, is_the_old_or_the_new_one_wherever_the_disk_fails) {
  trouble_everywhere();
}

}  // namespace
}  // namespace till::crash
