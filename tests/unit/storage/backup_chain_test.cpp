// Increments of a real database: what comes back is compared table by table and row by row.
#include <gmock/gmock.h>

#include <cerrno>

#include "../backup/planted_faults.hpp"
#include "backup_shop_fixture.hpp"
#include "storage/faulty_env.hpp"
#include "storage/image_file.hpp"

namespace till::storage {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

using backup::GenerationKind;
using backup::Sabotage;

class BackupChain : public BackupOfShop {
 protected:
  void SetUp() override {
    BackupOfShop::SetUp();
    fill(2);
  }
  backup::Manifest saved() { return value_of(save()).manifest; }
  backup::Manifest saved_full() {
    Task task;
    backup::BackupPlan plan;
    plan.full = true;
    return value_of(save(task, plan)).manifest;
  }
  std::string image_of(const backup::Manifest& manifest, const std::string& name) {
    Task task;
    const auto path = folder_.file(name);
    EXPECT_DONE(write_image(*env_, *store_, keys(), manifest, path, task));
    return path;
  }
  std::string kept_images() {
    std::string names;
    for (const auto& entry : fs::directory_iterator(shop_ + "/kept-images")) names += entry.path().filename().string();
    return names;
  }
  // Tables whose rows differ between the open database and a file, by SQL and with row numbers where there are any.
  std::vector<std::string> differing_tables(const std::string& file) {
    std::vector<std::string> different;
    auto conn = value_of(Connection::open(shop_ + "/till.db", Access::read_write));
    EXPECT_DONE(conn->run("ATTACH ?1 AS saved", file));
    for (const auto& [name, sql] : tables(*conn)) {
      const bool has_rowid = sql.find("WITHOUT ROWID") == std::string::npos;
      const std::string columns = has_rowid ? "rowid, *" : "*";
      for (const auto& [left, right] : {std::pair("main", "saved"), std::pair("saved", "main")}) {
        const auto found =
            value_of(conn->integer("SELECT count(*) FROM (SELECT " + columns + " FROM " + left + ".\"" + name +
                                   "\" EXCEPT SELECT " + columns + " FROM " + right + ".\"" + name + "\")"));
        if (found.value_or(-1) != 0) different.push_back(name);
      }
    }
    return different;
  }
  std::vector<std::pair<std::string, std::string>> tables(Connection& conn) {
    std::vector<std::pair<std::string, std::string>> found;
    auto q =
        value_of(conn.query("SELECT name, sql FROM main.sqlite_schema WHERE type = 'table' AND sql NOT LIKE "
                            "'CREATE VIRTUAL%' ORDER BY name"));
    while (value_of(q.next())) found.emplace_back(q.text(0), q.text(1));
    return found;
  }
  // Everything that a day leaves behind: rows made, changed and deleted, in replicated and in local tables.
  int places_ = 0;
  void a_day(int day) {
    sell(5);
    store_now(
        product("Tea " + std::to_string(day), "TEA-" + std::to_string(day), {"400000000001" + std::to_string(day)}));
    EXPECT_DONE(write([&](Transaction& tx) -> Status {
      TRY(set_meta_text(tx, "day", std::to_string(day)));
      TRY(
          tx.run("INSERT INTO print_job(printer, kind, title, document, content, created, state, attempts, reason, "
                 "changed) VALUES('p', 'receipt', ?1, x'01', x'02', 1, 0, 0, '', 1)",
                 std::to_string(day)));
      TRY(tx.run("INSERT OR REPLACE INTO series(name, next) VALUES('K7QF', ?1)", day * 100));
      TRY(tx.run("INSERT OR REPLACE INTO lockout(user, failures, locked_until) VALUES(x'01', ?1, 0)", day));
      TRY(tx.run("UPDATE product SET price = price + ?1 WHERE sku = 'CAKE'", day));
      return tx.run("DELETE FROM meta WHERE key = 'ballast 0'");
    }));
  }
};

TEST_F(BackupChain, every_table_comes_back_row_for_row_from_each_generation) {
  std::vector<backup::Manifest> made{saved()};
  std::vector<std::string> copies;
  for (int day = 1; day <= 4; ++day) {
    copies.push_back(killed_copy("day" + std::to_string(day)));
    a_day(day);
    made.push_back(saved());
    EXPECT_EQ(made.back().kind, GenerationKind::incremental);
    EXPECT_LT(made.back().new_bytes, 40'000U);
  }
  EXPECT_EQ(made.back().chain_length, 4U);
  const auto last = image_of(made.back(), "last.db");
  EXPECT_EQ(differing_tables(last), std::vector<std::string>{});
  EXPECT_GT(tables(*value_of(Connection::open(last, Access::read_only))).size(), 40U);
  const auto before = image_of(made[3], "before.db");
  EXPECT_THAT(differing_tables(before), testing::Contains("sale"));
  EXPECT_THAT(differing_tables(before), testing::Contains("series"));
}

TEST_F(BackupChain, the_kept_image_is_the_newest_one_and_only_that) {
  const auto first = saved();
  EXPECT_THAT(kept_images(), HasSubstr(first.generation + ".image"));
  a_day(1);
  const auto second = saved();
  EXPECT_THAT(kept_images(), HasSubstr(second.generation));
  EXPECT_THAT(kept_images(), Not(HasSubstr(first.generation)));
}

TEST_F(BackupChain, without_the_kept_image_the_parent_is_read_from_the_place) {
  saved();
  a_day(1);
  fs::remove_all(shop_ + "/kept-images");
  const auto second = saved();
  EXPECT_EQ(second.kind, GenerationKind::incremental);
  EXPECT_EQ(differing_tables(image_of(second, "second.db")), std::vector<std::string>{});
}

TEST_F(BackupChain, a_kept_image_that_the_power_cut_spoiled_is_not_believed) {
  saved();
  a_day(1);
  for (const auto& entry : fs::directory_iterator(shop_ + "/kept-images")) fs::resize_file(entry.path(), 500'000);
  const auto second = saved();
  EXPECT_EQ(second.kind, GenerationKind::incremental);
  EXPECT_EQ(differing_tables(image_of(second, "second.db")), std::vector<std::string>{});
}

TEST_F(BackupChain, two_places_have_a_chain_each) {
  const auto first = saved();
  const auto stick = std::move(store_);
  store_ = value_of(FolderStore::create(*env_, folder_.file("second stick"), clock_, random_));
  EXPECT_EQ(saved().kind, GenerationKind::full);
  a_day(1);
  EXPECT_EQ(saved().kind, GenerationKind::incremental);
  store_ = value_of(FolderStore::open(*env_, folder_.file("stick")));
  const auto second = saved();
  EXPECT_EQ(second.kind, GenerationKind::incremental);
  EXPECT_EQ(second.parent, first.generation);
  EXPECT_EQ(differing_tables(image_of(second, "second.db")), std::vector<std::string>{});
}

TEST_F(BackupChain, after_a_restore_of_an_older_one_the_chain_goes_on_with_what_is_there_now) {
  const auto first = saved();
  a_day(1);
  saved();
  database_.reset();
  ASSERT_TRUE(restore_into(shop_, first));
  open_shop();
  a_day(7);
  const auto third = saved();
  EXPECT_EQ(differing_tables(image_of(third, "third.db")), std::vector<std::string>{});
}

TEST_F(BackupChain, a_drill_restores_looks_and_leaves_nothing) {
  saved();
  a_day(1);
  const auto second = saved();
  const auto before = fs::exists(shop_ + "/restore-drill.part");
  Task task;
  EXPECT_DONE(restore_drill(*env_, *store_, keys(), second, shop_, task));
  EXPECT_EQ(fs::exists(shop_ + "/restore-drill.part"), before);
}

TEST_F(BackupChain, a_drill_without_room_is_refused_and_says_nothing_about_the_backup) {
  const auto first = saved();
  FaultyEnv faulty(*env_);
  for (std::uint64_t k = 1; k < 12; ++k) {
    faulty.fail_at(k, ENOSPC, true);
    Task task;
    const auto drill = restore_drill(faulty, *store_, keys(), first, shop_, task);
    faulty.heal();
    if (drill) continue;
    EXPECT_NE(drill.error().kind, ErrorKind::corrupt) << "operation " << k << ": " << drill.error().message;
  }
}

TEST_F(BackupChain, opened_for_looking_into_it_is_gone_afterwards) {
  const auto first = saved();
  Task task;
  {
    const auto image = value_of(OpenedImage::open(*env_, *store_, keys(), first, shop_, task));
    EXPECT_EQ(value_of(image->connection().integer("SELECT count(*) FROM sale")), 3);
    EXPECT_TRUE(fs::exists(shop_ + "/opened-backup.part"));
  }
  EXPECT_FALSE(fs::exists(shop_ + "/opened-backup.part"));
}

// --- planted faults of this room ---

TEST_F(BackupChain, fault_a_wal_that_is_left_behind) {
  backup::expect_noticed(Sabotage::wal_left, [&]() -> std::string {
    database_.reset();
    fs::remove_all(shop_);
    fs::create_directories(shop_);
    open_shop();
    sold_ = 0;
    sell(3);
    const auto first = saved_full();
    sell(4);
    const auto place = killed_copy("place" + std::to_string(++places_));  // its -wal holds seven sales
    const auto restored = restore_into(place, first);
    if (!restored) return restored.error().message;
    const auto now = content(place);
    return now.sales == 3 && now.check == "ok" ? ""
                                               : "the old -wal has its say: " + std::to_string(now.sales) + " sales";
  });
}

TEST_F(BackupChain, fault_a_marker_that_is_not_compared) {
  backup::expect_noticed(Sabotage::marker_unchecked, [&]() -> std::string {
    const auto first = saved_full();
    auto forged = first;
    forged.marker.sales += 1;
    Task task;
    return write_image(*env_, *store_, keys(), forged, folder_.file("forged.db"), task)
               ? "a database that is not what its list of contents says is taken"
               : "";
  });
}

TEST_F(BackupChain, fault_a_marker_of_what_a_restore_changes_itself) {
  backup::expect_noticed(Sabotage::marker_of_derived, [&]() -> std::string {
    const auto first = saved_full();
    const auto restored = restore_into(killed_copy("present" + std::to_string(++places_)), first);
    return restored ? "" : "a good backup is refused: " + restored.error().message;
  });
}

TEST_F(BackupChain, fault_a_restored_folder_that_does_not_say_so) {
  backup::expect_noticed(Sabotage::incarnation_goes_on, [&]() -> std::string {
    const auto first = saved_full();
    const auto place = killed_copy("present" + std::to_string(++places_));
    if (!restore_into(place, first)) return "no restore";
    return content(place).restored_from == first.generation ? "" : "nobody knows that a new part of the log must begin";
  });
}

TEST_F(BackupChain, fault_a_drill_that_always_passes) {
  backup::expect_noticed(Sabotage::drill_always_passes, [&]() -> std::string {
    auto forged = saved_full();
    forged.marker.last_receipt = "K7QF-999";
    Task task;
    return restore_drill(*env_, *store_, keys(), forged, shop_, task) ? "a drill passes a backup of something else"
                                                                      : "";
  });
}

}  // namespace
}  // namespace till::storage
