// A shop and a place with its backups on one crash disk, where the databases of backups and restores are opened, too:
// sale A, a full backup, sale B, the moment between(), sale C, an increment, sale D and a customer, and the machine
// died: D and the customer are in the write-ahead log alone.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "../seal/shop_on_disk.hpp"
#include "app/backups.hpp"
#include "app/key_files.hpp"
#include "support/table_rows.hpp"

namespace till::crash {

constexpr const char* kPassphrase = "violet ladder under seven oaks";
inline const std::string kLater = "Laterina Pflaume";

class ShopWithBackups : public ShopOnDisk {
 protected:
  void SetUp() override {
    settle_passphrase();
    {
      const auto shop = open_on_the_real_disk();
      generations_.push_back(back_up(*shop));
      sell(*shop);
      between_ = clock_.now();
      sell(*shop);
      generations_.push_back(back_up(*shop));
      sell(*shop);
      domain::Customer customer;
      customer.name = kLater;
      app::value_of(app::save_customer(*shop, owner(*shop), customer));
      load_files();
    }
    ASSERT_GT(image_.at(folder_ + "/till.db-wal").size(), 4096U);
    for (const auto* left : {"/data", "/stick", "/pc"}) std::filesystem::remove_all(root_ + left);
    disk_.be_the_default(true);
  }
  void TearDown() override { disk_.be_the_default(false); }

  void sell(app::Shop& shop) {
    clock_.advance(std::chrono::seconds(2));
    EXPECT_DONE(app::finalise(shop, cashier(shop), ticket_of(shop), {{}}));
  }
  std::string back_up(app::Shop& shop) {
    Task task;
    clock_.advance(std::chrono::seconds(2));
    const auto made = app::value_of(app::create_backup(shop, owner(shop), place_, {}, task));
    clock_.advance(std::chrono::seconds(2));
    return made.manifest.generation;
  }

  // Which operations of `work`, from the image on, are worth a stop: those that put the restored database in the place
  // of the present one and the one after each, and every so many of the others.
  template <class Work>
  std::vector<std::uint64_t> stops(std::uint64_t in_the_slice, Work&& work) {
    disk_.load(image_);
    disk_.keep_journal(true);
    work();
    const auto journal = disk_.journal();
    operations_ = journal.size();
    const auto step = is_long_run() ? std::max(std::atoi(std::getenv("TILL_CRASH_EVERY")), 1) : in_the_slice;
    std::vector<std::uint64_t> chosen;
    for (std::size_t i = 0; i < journal.size(); ++i)
      if (i % step == 0 || is_of_the_swap(journal[i]) || (i > 0 && is_of_the_swap(journal[i - 1])))
        chosen.push_back(i + 1);
    EXPECT_GT(chosen.size(), 12U);
    disk_.keep_journal(false);
    return chosen;
  }
  // Each time from the image on: `work` meets the trouble, and `check` is told what it answered, with the trouble over.
  template <class Work, class Check>
  void cut_power_everywhere(std::uint64_t in_the_slice, Work&& work, Check&& check) {
    const auto chosen = stops(in_the_slice, [&] { EXPECT_DONE(work()); });
    const auto times = cut_power_at(chosen, work, check);
    std::cout << "[ stops    ] " << times << " of " << operations_ << " operations\n";
  }
  template <class Work, class Check>
  void refuse_everywhere(std::uint64_t in_the_slice, Work&& work, Check&& check) {
    std::size_t trials = 0;
    for (const auto k : stops(in_the_slice, [&] { EXPECT_DONE(work()); })) {
      for (const auto refusal : {Refusal::io_error, Refusal::no_room, Refusal::short_write, Refusal::read_only}) {
        if (!is_long_run() && k % 4 != static_cast<std::uint64_t>(refusal)) continue;
        SCOPED_TRACE("refused at " + std::to_string(k) + " in way " + std::to_string(static_cast<int>(refusal)));
        disk_.load(image_);
        disk_.fail_at(k, refusal);
        const auto done = work();
        disk_.fail_at(0);
        check(done);
        ++trials;
        if (HasFailure()) return;
      }
    }
    std::cout << "[ refusals ] " << trials << " in " << operations_ << " operations\n";
  }

  test::Tables tables(app::Shop& shop) {
    return app::value_of(shop.state().db->read(
        [](storage::Connection& conn) -> Result<test::Tables> { return test::tables_of(conn.handle()); }));
  }
  // What the two hold for the shop: not the log of sync, the journal, or what an opening notes of itself.
  static std::multiset<std::string> differences(const test::Tables& before, const test::Tables& after) {
    auto found = test::differences(before, after, {{"audit_entry", "action"}, {"meta", "key"}});
    std::erase_if(found, [](const std::string& difference) {
      const auto table = difference.substr(2, difference.find(' ', 2) - 2);
      return table.starts_with("sync_") || table.starts_with("audit_") || table == "meta";
    });
    return found;
  }
  // The newest generation that was made before a restore, whole and with every sale; empty where there is none.
  std::string safety_backup(app::Shop& shop) {
    for (const auto& row : app::value_of(app::list_generations(shop, place_, ""))) {
      if (!row.before_restore || !row.verified) continue;
      Task task;
      EXPECT_DONE(app::verify_generation(shop, place_, row.generation, "", task, {backup::ProofKind::whole, 0, 1}));
      EXPECT_EQ(row.sales, 4U);
      return row.generation;
    }
    return {};
  }
  void expect_no_leftovers() {
    for (const auto& [path, bytes] : disk_.image()) {
      const bool is_left = path.find(".part") != path.npos || path.ends_with("restore.pending");
      EXPECT_FALSE(path.starts_with(folder_) && is_left) << path << " is left";
    }
  }

  const std::string place_ = root_ + "/stick";
  std::vector<std::string> generations_;  // the full one, the increment
  UtcTime between_;
  std::uint64_t operations_ = 0;  // of the work that stops() looked at

 private:
  static bool is_of_the_swap(const Op& op) {
    const auto names = [&](const char* part) { return op.file.find(part) != op.file.npos; };
    return names("restore.pending") || names("/replaced-") || (op.kind == OpKind::rename && names("/till.db"));
  }
  std::unique_ptr<app::Shop> open_on_the_real_disk() {
    app::ShopOptions options;
    options.folder = folder_;
    options.clock = &clock_;
    return app::value_of(app::Shop::open(options));
  }
  // One that is quick to try.
  void settle_passphrase() {
    const auto env = storage::make_real_env();
    const storage::FolderPaths paths{folder_};
    const auto pc = app::value_of(app::load_pc_key(*env, paths, random_));
    auto ring = app::value_of(app::read_ring(*env, paths, pc.key, {}, random_));
    EXPECT_DONE(ring.set_passphrase(kPassphrase, security::kTinyCost, pc.key, random_));
    EXPECT_DONE(app::write_ring(*env, paths, ring, random_));
  }
};

}  // namespace till::crash
