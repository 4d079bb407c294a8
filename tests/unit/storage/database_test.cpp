#include "storage/database.hpp"

#include <atomic>
#include <future>
#include <latch>
#include <thread>

#include "storage/meta.hpp"
#include "storage_fixture.hpp"

namespace till::storage {
namespace {

class DatabaseTest : public StorageTest {
 protected:
  Status put(const std::string& key, std::int64_t value) {
    return database_->write([&](Transaction& tx) { return set_meta_integer(tx, key, value); });
  }
  std::int64_t get(const std::string& key) {
    return value_of(database_->read([&](Connection& conn) { return meta_integer(conn, key); })).value_or(-1);
  }
};

TEST_F(DatabaseTest, what_was_written_is_there_after_reopening) {
  EXPECT_DONE(put("a", 41));
  reopen();
  EXPECT_EQ(get("a"), 41);
  EXPECT_EQ(database_->schema_version(), schema_list().back().version);
}

TEST_F(DatabaseTest, a_job_that_fails_leaves_nothing_behind) {
  const auto done = database_->write([&](Transaction& tx) -> Status {
    TRY(set_meta_integer(tx, "a", 1));
    return invalid("no");
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "no");
  EXPECT_EQ(get("a"), -1);
}

TEST_F(DatabaseTest, a_job_that_throws_is_taken_back_and_the_writer_goes_on) {
  const auto done = database_->write([&](Transaction& tx) -> Result<int> {
    TRY(set_meta_integer(tx, "a", 1));
    throw std::runtime_error("surprise");
  });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().cause, "surprise");
  EXPECT_EQ(get("a"), -1);
  EXPECT_DONE(put("a", 2));
  EXPECT_EQ(get("a"), 2);
}

TEST_F(DatabaseTest, a_job_gives_its_value_back) {
  const auto value = database_->write([&](Transaction&) -> Result<std::string> { return std::string("seven"); });
  EXPECT_EQ(value_of(value), "seven");
}

TEST_F(DatabaseTest, a_wrong_statement_is_an_error_and_not_an_exception) {
  const auto read = database_->read([](Connection& conn) { return conn.integer("SELECT nonsense FROM nowhere"); });
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().cause.find("nowhere"), std::string::npos);
}

TEST_F(DatabaseTest, a_reader_cannot_write) {
  const auto done = database_->read([](Connection& conn) { return set_meta_integer(conn, "a", 1); });
  ASSERT_FALSE(done);
  EXPECT_EQ(get("a"), -1);
}

TEST_F(DatabaseTest, a_reader_sees_one_state_while_the_writer_goes_on) {
  EXPECT_DONE(put("a", 1));
  const auto seen = value_of(database_->read([&](Connection& conn) -> Result<std::pair<std::int64_t, std::int64_t>> {
    const auto first = TRY(meta_integer(conn, "a"));
    TRY(put("a", 2));
    const auto second = TRY(meta_integer(conn, "a"));
    return std::pair(first.value_or(-1), second.value_or(-1));
  }));
  EXPECT_EQ(seen, std::pair(std::int64_t{1}, std::int64_t{1}));
  EXPECT_EQ(get("a"), 2);
}

TEST_F(DatabaseTest, a_change_inside_a_change_is_refused_instead_of_waiting_for_ever) {
  const auto done = database_->write([&](Transaction&) { return put("a", 1); });
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::invalid);
  const auto asked = database_->write([&](Transaction&) -> Result<std::int64_t> {
    return TRY(database_->read([](Connection& conn) { return meta_integer(conn, "a"); })).value_or(0);
  });
  EXPECT_FALSE(asked);
}

TEST_F(DatabaseTest, a_sale_overtakes_background_work_that_waits) {
  std::latch started(1), go(1);
  std::vector<std::string> order;
  std::promise<void> last;
  EXPECT_DONE(database_->write_async(
      [&](Transaction&) -> Status {
        started.count_down();
        go.wait();
        return {};
      },
      {}));
  started.wait();
  const auto note = [&](const char* what) {
    return [&order, what](Transaction&) -> Status {
      order.emplace_back(what);
      return {};
    };
  };
  EXPECT_DONE(database_->write_async(note("sync"), {}));
  EXPECT_DONE(database_->write_async(note("sync"), [&](const Status&) { last.set_value(); }));
  EXPECT_DONE(database_->write_async(note("sale"), {}, Priority::sale));
  EXPECT_EQ(database_->jobs_waiting(), 3u);
  go.count_down();
  last.get_future().wait();
  EXPECT_EQ(order, (std::vector<std::string>{"sale", "sync", "sync"}));
}

TEST_F(DatabaseTest, a_full_queue_refuses_background_work_with_retry) {
  auto small = options();
  small.queue_max = 1;
  database_.reset();
  database_ = value_of(Database::open(*env_, small));
  std::latch started(1), go(1);
  const auto nothing = [](Transaction&) -> Status { return {}; };
  EXPECT_DONE(database_->write_async(
      [&](Transaction&) -> Status {
        started.count_down();
        go.wait();
        return {};
      },
      {}));
  started.wait();
  EXPECT_DONE(database_->write_async(nothing, {}));
  const auto refused = database_->write_async(nothing, {});
  go.count_down();
  database_.reset();  // nobody waits on what is on this stack any more
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::retry);
}

TEST_F(DatabaseTest, jobs_that_wait_are_finished_before_closing) {
  for (int i = 0; i < 20; ++i) {
    EXPECT_DONE(
        database_->write_async([i](Transaction& tx) { return set_meta_integer(tx, "k" + std::to_string(i), i); }, {}));
  }
  reopen();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(get("k" + std::to_string(i)), i);
}

TEST_F(DatabaseTest, a_listener_hears_of_commits_that_changed_something_only) {
  std::promise<void> heard;
  int calls = 0;
  const int number = database_->on_commit([&] {
    if (++calls == 1) heard.set_value();
  });
  EXPECT_TRUE(database_->write([](Transaction&) -> Status { return {}; }));
  EXPECT_FALSE(database_->write([](Transaction& tx) -> Status {
    TRY(set_meta_integer(tx, "a", 1));
    return invalid("no");
  }));
  EXPECT_DONE(put("a", 1));
  heard.get_future().wait();
  database_->remove_commit_listener(number);
  EXPECT_DONE(put("a", 2));
  EXPECT_DONE(put("a", 3));
  EXPECT_EQ(calls, 1);
}

TEST_F(DatabaseTest, many_threads_write_and_read_at_once) {
  EXPECT_DONE(put("n", 0));
  std::vector<std::jthread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 25; ++i) {
        EXPECT_DONE(database_->write([](Transaction& tx) -> Status {
          const auto n = TRY(meta_integer(tx, "n"));
          return set_meta_integer(tx, "n", n.value_or(0) + 1);
        }));
        EXPECT_GT(get("n"), 0);
      }
    });
  }
  threads.clear();
  EXPECT_EQ(get("n"), 100);
}

TEST_F(DatabaseTest, closing_empties_the_write_ahead_log) {
  EXPECT_TRUE(database_->uses_wal());
  EXPECT_DONE(put("a", 1));
  EXPECT_GT(value_of(env_->size(folder_.file("till.db-wal"))), 0u);
  EXPECT_DONE(database_->checkpoint(true));
  EXPECT_EQ(value_of(env_->size(folder_.file("till.db-wal"))), 0u);
  database_.reset();
  EXPECT_FALSE(env_->exists(folder_.file("till.db-wal")));
  EXPECT_FALSE(env_->exists(folder_.file(".wal-probe.db")));
}

TEST_F(DatabaseTest, a_long_write_ahead_log_is_moved_into_the_file_between_jobs) {
  auto eager = options();
  eager.wal_pages_max = 4;
  database_.reset();
  database_ = value_of(Database::open(*env_, eager));
  for (int i = 0; i < 50; ++i) EXPECT_DONE(put("k" + std::to_string(i), i));
  EXPECT_LT(value_of(env_->size(folder_.file("till.db-wal"))), 100u * 4096);
}

TEST_F(DatabaseTest, a_sale_that_waits_is_not_kept_waiting_by_a_checkpoint_too) {
  auto eager = options();
  eager.wal_pages_idle = 1'000'000;
  eager.wal_pages_max = 64;
  database_.reset();
  database_ = value_of(Database::open(*env_, eager));
  const auto size = [&] { return value_of(env_->size(folder_.file("till.db"))); };
  const auto before = size();
  std::uint64_t in_sale = 0;
  std::promise<void> sold;
  EXPECT_DONE(database_->write([&](Transaction& tx) -> Status {
    TRY(tx.run("CREATE TABLE filling(bytes BLOB)"));
    for (int i = 0; i < 80; ++i) TRY(tx.run("INSERT INTO filling VALUES(zeroblob(3500))"));
    const auto sale = [&](Transaction&) -> Status {
      in_sale = size();
      return {};
    };
    return database_->write_async(
        sale, [&](const Status&) { sold.set_value(); }, Priority::sale);
  }));
  sold.get_future().wait();
  EXPECT_EQ(in_sale, before) << "the log was moved into the file while a sale waited";
  EXPECT_DONE(put("a", 1));
  EXPECT_DONE(put("a", 2));
  // Behind the sales; what is due is done before it.
  EXPECT_DONE(database_->write([](Transaction&) -> Status { return {}; }, Priority::background));
  EXPECT_GT(size(), before) << "the log was never moved into the file";
}

TEST_F(DatabaseTest, without_wal_the_same_promises_hold) {
  auto other = options();
  other.journal = Journal::truncate;
  database_.reset();
  database_ = value_of(Database::open(*env_, other));
  EXPECT_FALSE(database_->uses_wal());
  EXPECT_DONE(put("a", 5));
  std::jthread reader([&] {
    for (int i = 0; i < 50; ++i) EXPECT_GE(get("a"), 5);
  });
  for (int i = 6; i < 30; ++i) EXPECT_DONE(put("a", i));
  reader.join();
  EXPECT_EQ(get("a"), 29);
  EXPECT_FALSE(env_->exists(folder_.file("till.db-wal")));
  reopen();
  EXPECT_TRUE(database_->uses_wal());
  EXPECT_EQ(get("a"), 29);
}

TEST_F(DatabaseTest, another_process_may_read_while_the_till_runs) {
  EXPECT_DONE(put("a", 8));
  auto only_reading = options();
  only_reading.access = Access::read_only;
  auto reader = value_of(Database::open(*env_, only_reading));
  EXPECT_EQ(value_of(reader->read([](Connection& conn) { return meta_integer(conn, "a"); })), 8);
  const auto written = reader->write([](Transaction& tx) { return set_meta_integer(tx, "a", 9); });
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, ErrorKind::denied);
}

TEST_F(DatabaseTest, statements_nest_without_disturbing_each_other) {
  EXPECT_DONE(put("a", 1));
  EXPECT_DONE(put("b", 2));
  const auto rounds = value_of(database_->read([](Connection& conn) -> Result<int> {
    int seen = 0;
    auto outer = TRY(conn.query("SELECT key FROM meta ORDER BY key"));
    while (TRY(outer.next())) {
      auto inner = TRY(conn.query("SELECT key FROM meta ORDER BY key"));
      while (TRY(inner.next())) ++seen;
    }
    return seen;
  }));
  EXPECT_EQ(rounds, 4);
}

TEST_F(DatabaseTest, values_come_back_as_they_were_bound) {
  const auto same = value_of(database_->read([](Connection& conn) -> Result<bool> {
    const Id id{{1, 2, 3}};
    const Bytes empty;
    auto q = TRY(conn.query("SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7", id, domain::Money{-5}, std::string("a\0b", 3), empty,
                            std::optional<Id>{}, true, UtcTime{77}));
    TRY(q.next());
    return q.id(0) == id && q.money(1) == domain::Money{-5} && q.text(2) == std::string("a\0b", 3) &&
           q.blob(3).empty() && !q.is_null(3) && q.is_null(4) && q.boolean(5) && q.time(6) == UtcTime{77};
  }));
  EXPECT_TRUE(same);
}

}  // namespace
}  // namespace till::storage
