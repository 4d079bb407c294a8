// Stop a run of commits at every operation, lose what was not synced, reopen: every commit that was answered is there,
// and none is there by half.
#include <gtest/gtest.h>

#include "core/log.hpp"
#include "storage/database.hpp"
#include "storage/memory_env.hpp"
#include "vfs/crash_vfs.hpp"

namespace till::crash {
namespace {

using namespace storage;

constexpr int kCommits = 8;

std::vector<Migration> two_tables() {
  return {{1, "two halves", [](Connection& conn) {
             return conn.exec(
                 "CREATE TABLE half_a(n INTEGER PRIMARY KEY, pad BLOB NOT NULL) STRICT;"
                 "CREATE TABLE half_b(n INTEGER PRIMARY KEY) STRICT;"
                 "CREATE INDEX half_a_pad ON half_a(pad)");
           }}};
}

class CommitScenario : public ::testing::TestWithParam<Journal> {
 protected:
  void SetUp() override {
    log::set_console_level(log::Level::error);  // each stop warns of the closing that failed
    ASSERT_TRUE(env_.make_dirs("d"));
    ASSERT_TRUE(open());  // and closed again
    image_ = disk_.image();
  }

  Result<std::unique_ptr<Database>> open() {
    OpenOptions options;
    options.folder = "d";
    options.vfs = disk_.name();
    options.journal = GetParam();
    options.migrations = two_tables();
    options.wal_pages_max = 12;  // so that checkpoints happen in the middle
    return Database::open(env_, options);
  }

  // The numbers whose commit was answered with success.
  int run() {
    int answered = 0;
    auto database = open();
    if (!database) return 0;
    for (int n = 1; n <= kCommits; ++n) {
      const auto done = (*database)->write([n](Transaction& tx) -> Status {
        TRY(tx.run("INSERT INTO half_a(n, pad) VALUES(?1, randomblob(3000))", n));
        return tx.run("INSERT INTO half_b(n) VALUES(?1)", n);
      });
      if (!done) break;
      answered = n;
    }
    return answered;
  }

  void check(int answered, const std::string& where) {
    auto database = open();
    ASSERT_TRUE(database) << where << ": " << database.error().message << " / " << database.error().cause;
    const auto counted = (*database)->read([](Connection& conn) -> Result<std::vector<std::int64_t>> {
      std::vector<std::int64_t> found;
      for (const char* sql : {"SELECT count(*) FROM half_a", "SELECT count(*) FROM half_b",
                              "SELECT count(*) FROM half_a JOIN half_b USING (n)"}) {
        const auto count = TRY(conn.integer(sql));
        found.push_back(count.value_or(-1));
      }
      auto q = TRY(conn.query("PRAGMA integrity_check"));
      found.push_back(TRY(q.next()) && q.text(0) == "ok" ? 0 : 1);
      return found;
    });
    ASSERT_TRUE(counted) << where << ": " << counted.error().cause;
    const auto& c = *counted;
    EXPECT_TRUE(c[0] == c[1] && c[1] == c[2]) << where << ": a commit is there by half";
    EXPECT_GE(c[0], answered) << where << ": an answered commit is missing";
    EXPECT_LE(c[0], answered + 1) << where;
    EXPECT_EQ(c[3], 0) << where << ": the file is damaged";
  }

  MemoryEnv env_;
  CrashDisk disk_;
  Image image_;
};

INSTANTIATE_TEST_SUITE_P(Journals, CommitScenario, ::testing::Values(Journal::wal, Journal::truncate),
                         [](const auto& kind) { return kind.param == Journal::wal ? "wal" : "truncate"; });

TEST_P(CommitScenario, every_answered_commit_survives_a_stop_at_every_operation) {
  int answered = 0;
  for (std::uint64_t k = 1; answered < kCommits; ++k) {
    for (const auto loss : {Loss::dropped, Loss::kept, Loss::torn}) {
      disk_.load(image_);
      disk_.stop_at(k);
      answered = run();
      disk_.crash(loss, k);
      check(answered, "stopped at " + std::to_string(k) + " with loss " + std::to_string(static_cast<int>(loss)));
      if (HasFatalFailure()) return;
    }
  }
}

TEST_P(CommitScenario, a_second_stop_while_the_first_is_being_mended_loses_nothing) {
  disk_.load(image_);
  disk_.stop_at(40);
  const int answered = run();
  disk_.crash(Loss::torn, 5);
  const auto after_first = disk_.image();
  for (std::uint64_t k = 1; k <= 30; ++k) {
    disk_.load(after_first);
    disk_.stop_at(k);
    (void)open();
    disk_.crash(Loss::torn, k);
    check(answered, "second stop at " + std::to_string(k));
    if (HasFatalFailure()) return;
  }
}

TEST_P(CommitScenario, a_stick_that_lies_is_noticed_by_this_very_test) {
  disk_.load(image_);
  disk_.let_sync_lie(true);
  const int answered = run();
  EXPECT_EQ(answered, kCommits);
  disk_.crash(Loss::dropped, 1);
  auto database = open();
  ASSERT_TRUE(database);
  const auto left = (*database)->read([](Connection& conn) { return conn.integer("SELECT count(*) FROM half_a"); });
  ASSERT_TRUE(left);
  EXPECT_EQ(*left, 0);
}

}  // namespace
}  // namespace till::crash
