#include "storage/env.hpp"

#include <sys/stat.h>

#include <cerrno>

#include "storage/faulty_env.hpp"
#include "storage/memory_env.hpp"
#include "storage_fixture.hpp"

namespace till::storage {
namespace {

// What every Env promises, real or in memory.
class EveryEnv : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (GetParam()) {
      env_ = make_real_env();
      root_ = folder_.path();
    } else {
      env_ = std::make_unique<MemoryEnv>();
      root_ = "data";
      EXPECT_DONE(env_->make_dirs(root_));
    }
  }
  std::string at(const std::string& name) { return join_path(root_, name); }
  TempFolder folder_;
  std::unique_ptr<Env> env_;
  std::string root_;
};

INSTANTIATE_TEST_SUITE_P(All, EveryEnv, ::testing::Bool(),
                         [](const auto& kind) { return kind.param ? "real" : "memory"; });

TEST_P(EveryEnv, an_atomically_written_file_reads_back_and_leaves_no_part) {
  EXPECT_DONE(env_->write_atomic(at("a"), view("first"), ReadBack::compare));
  EXPECT_DONE(env_->write_atomic(at("a"), view("second")));
  EXPECT_EQ(as_text(value_of(env_->read_file(at("a"), 100))), "second");
  EXPECT_EQ(value_of(env_->list(root_)), std::vector<std::string>{"a"});
}

TEST_P(EveryEnv, a_file_larger_than_allowed_is_refused) {
  EXPECT_DONE(env_->write_atomic(at("a"), view("12345")));
  const auto read = env_->read_file(at("a"), 4);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().kind, ErrorKind::invalid);
}

TEST_P(EveryEnv, a_missing_file_is_refused_and_its_removal_is_no_error) {
  const auto read = env_->read_file(at("none"), 4);
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().cause.find("none"), std::string::npos);
  EXPECT_DONE(env_->remove(at("none")));
  EXPECT_FALSE(env_->list(at("none")));
  EXPECT_FALSE(env_->size(at("none")));
  EXPECT_FALSE(env_->exists(at("none")));
}

TEST_P(EveryEnv, appending_goes_on_where_the_file_ended) {
  for (const char* part : {"one", "two"}) {
    auto file = value_of(env_->open_writer(at("log"), WriteMode::append));
    EXPECT_DONE(file->append(view(part)));
    EXPECT_DONE(file->sync());
    EXPECT_DONE(file->close());
  }
  auto file = value_of(env_->open_reader(at("log")));
  EXPECT_EQ(as_text(value_of(file->read(3, 10))), "two");
  EXPECT_EQ(value_of(file->read(6, 10)), Bytes{});
  EXPECT_EQ(value_of(file->size()), 6u);
}

TEST_P(EveryEnv, a_tree_is_made_listed_and_removed) {
  EXPECT_DONE(env_->make_dirs(at("x/y")));
  EXPECT_DONE(env_->write_atomic(at("x/y/f"), view("1")));
  EXPECT_EQ(value_of(env_->list(at("x"))), std::vector<std::string>{"y"});
  EXPECT_DONE(env_->remove_tree(at("x")));
  EXPECT_FALSE(env_->exists(at("x/y/f")));
  EXPECT_FALSE(env_->exists(at("x")));
}

TEST_P(EveryEnv, a_second_till_on_the_same_folder_is_refused_with_a_sentence) {
  auto first = env_->lock_file(at("till.lock"));
  ASSERT_TRUE(first);
  const auto second = env_->lock_file(at("till.lock"));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().message.find("another till is already running on this folder (process "), 0u);
  EXPECT_NE(second.error().message.find("); close it first"), std::string::npos);
  first->reset();
  EXPECT_TRUE(env_->lock_file(at("till.lock")));
}

TEST_P(EveryEnv, preallocated_room_counts_as_the_files_size) {
  EXPECT_DONE(env_->preallocate(at("reserve"), 1 << 16));
  EXPECT_EQ(value_of(env_->size(at("reserve"))), 1u << 16);
}

TEST(RealEnv, names_the_process_that_holds_the_lock) {
  TempFolder folder;
  auto env = make_real_env();
  const auto lock = env->lock_file(folder.file("till.lock"));
  const auto second = env->lock_file(folder.file("till.lock"));
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message.find("process " + std::to_string(::getpid())), std::string::npos);
}

TEST(RealEnv, knows_how_much_room_there_is) {
  TempFolder folder;
  EXPECT_GT(value_of(make_real_env()->free_space_bytes(folder.path())), 0u);
  EXPECT_EQ(value_of(make_real_env()->sync_dir(folder.path())), DirSync::synced);
  EXPECT_FALSE(make_real_env()->sync_dir(folder.file("none")));
}

TEST(Errno, each_cause_has_its_kind_and_a_sentence_that_says_what_to_do) {
  EXPECT_EQ(errno_error(ENOSPC, "write x").message, "the disk is full; remove something or use a larger one");
  EXPECT_EQ(errno_error(ENOSPC, "write x").kind, ErrorKind::permanent);
  EXPECT_EQ(errno_error(EACCES, "open x").kind, ErrorKind::denied);
  EXPECT_EQ(errno_error(EIO, "fsync x").kind, ErrorKind::permanent);
  EXPECT_EQ(errno_error(ESTALE, "read x").kind, ErrorKind::retry);
  EXPECT_NE(errno_error(EROFS, "write x").message.find("write protected"), std::string::npos);
  EXPECT_NE(errno_error(EIO, "fsync x").cause.find("fsync x"), std::string::npos);
}

TEST(Paths, are_joined_and_taken_apart) {
  EXPECT_EQ(join_path("a", "b"), "a/b");
  EXPECT_EQ(join_path("a/", "b"), "a/b");
  EXPECT_EQ(join_path("", "b"), "b");
  EXPECT_EQ(parent_folder("a/b/c"), "a/b");
  EXPECT_EQ(parent_folder("/c"), "/");
  EXPECT_EQ(parent_folder("c"), ".");
  EXPECT_EQ(file_name("a/b"), "b");
}

TEST(MemoryEnv, a_full_disk_refuses_the_write_and_takes_no_half_file) {
  MemoryEnv env(10);
  EXPECT_DONE(env.make_dirs("d"));
  EXPECT_DONE(env.write_atomic("d/a", view("123456")));
  const auto second = env.write_atomic("d/a", view("123456"));
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().message.find("the disk is full"), std::string::npos);
  EXPECT_EQ(as_text(value_of(env.read_file("d/a", 100))), "123456");
  EXPECT_EQ(value_of(env.list("d")), std::vector<std::string>{"a"});
}

TEST(MemoryEnv, what_was_not_synced_is_gone_when_the_power_goes) {
  MemoryEnv env;
  EXPECT_DONE(env.make_dirs("d"));
  EXPECT_DONE(env.write_atomic("d/safe", view("safe")));
  auto loose = value_of(env.open_writer("d/loose", WriteMode::truncate));
  EXPECT_DONE(loose->append(view("loose")));
  EXPECT_DONE(loose->sync());  // the bytes, not the name
  auto longer = value_of(env.open_writer("d/safe", WriteMode::append));
  EXPECT_DONE(longer->append(view(" and more")));
  env.crash(Unsynced::dropped);
  EXPECT_FALSE(env.exists("d/loose"));
  EXPECT_EQ(as_text(value_of(env.read_file("d/safe", 100))), "safe");
}

TEST(MemoryEnv, a_torn_write_leaves_a_prefix_over_the_old_bytes) {
  for (std::uint64_t seed = 1; seed < 50; ++seed) {
    MemoryEnv env;
    EXPECT_DONE(env.make_dirs("d"));
    EXPECT_DONE(env.write_atomic("d/f", view("old!")));
    auto file = value_of(env.open_writer("d/f", WriteMode::append));
    EXPECT_DONE(file->append(view("new")));
    env.crash(Unsynced::torn, seed);
    const auto left = value_of(env.read_file("d/f", 100));
    EXPECT_TRUE(std::string("old!new").starts_with(as_text(left)) || as_text(left) == "old!") << as_text(left);
  }
}

// For every operation: stop there, cut the power, and the file is the old one or the new one, whole.
TEST(WriteAtomic, is_all_or_nothing_wherever_the_power_goes) {
  for (const auto unsynced : {Unsynced::dropped, Unsynced::kept, Unsynced::torn}) {
    bool finished = false;
    for (std::uint64_t k = 1; !finished; ++k) {
      MemoryEnv memory;
      EXPECT_DONE(memory.make_dirs("d"));
      EXPECT_DONE(memory.write_atomic("d/f", view("the old content")));
      FaultyEnv env(memory);
      env.stop_at(k);
      finished = env.write_atomic("d/f", view("the new one")).has_value();
      memory.crash(unsynced, k);
      const auto left = value_of(memory.read_file("d/f", 100));
      EXPECT_TRUE(as_text(left) == "the new one" || (!finished && as_text(left) == "the old content"))
          << "stopped at " << k << ": " << as_text(left);
    }
  }
}

TEST(WriteAtomic, says_which_step_the_disk_refused_and_keeps_the_old_file) {
  for (std::uint64_t k = 1; k <= 5; ++k) {
    MemoryEnv memory;
    EXPECT_DONE(memory.make_dirs("d"));
    EXPECT_DONE(memory.write_atomic("d/f", view("old")));
    FaultyEnv env(memory);
    env.fail_at(k, EIO);
    const auto written = env.write_atomic("d/f", view("new"));
    ASSERT_FALSE(written) << k;
    EXPECT_NE(written.error().message.find("failing"), std::string::npos);
    EXPECT_EQ(as_text(value_of(memory.read_file("d/f", 100))), "old") << k;
    EXPECT_EQ(value_of(memory.list("d")), std::vector<std::string>{"f"}) << k;
  }
}

TEST(FaultyEnv, fails_once_or_for_ever_and_heals) {
  MemoryEnv memory;
  FaultyEnv env(memory);
  env.fail_at(2, ENOSPC);
  EXPECT_TRUE(env.make_dirs("a"));
  EXPECT_FALSE(env.make_dirs("b"));
  EXPECT_TRUE(env.make_dirs("b"));
  env.fail_at(1, EROFS, true);
  EXPECT_FALSE(env.make_dirs("c"));
  EXPECT_FALSE(env.write_atomic("a/f", view("x")));
  EXPECT_FALSE(memory.exists("a/f"));
  env.heal();
  EXPECT_TRUE(env.make_dirs("c"));
  EXPECT_FALSE(env.stopped());
}

}  // namespace
}  // namespace till::storage
