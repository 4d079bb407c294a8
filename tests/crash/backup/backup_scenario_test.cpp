// A folder with a chain of backups. The machine stops, or the disk refuses, at every file operation of making an
// increment, of making a full one, and of pruning; after it every generation that is listed is whole, and what was
// there before is there.
#include <cerrno>

#include "backup/backup_fixture.hpp"
#include "backup/lease.hpp"
#include "backup/retention.hpp"
#include "short_writes.hpp"
#include "storage/faulty_env.hpp"
#include "storage/folder_store.hpp"
#include "storage/memory_env.hpp"

namespace till::crash {
namespace {

using storage::FaultyEnv;
using storage::FolderStore;
using storage::MemoryEnv;
using storage::Unsynced;

class BackupScenario : public backup::BackupFixture {
 protected:
  using Action = std::function<Status(backup::ObjectStore&)>;
  using Image = std::map<std::string, Bytes>;

  BackupScenario() {
    MemoryEnv disk;
    EXPECT_TRUE(disk.make_dirs("stick"));
    const auto store = std::move(*FolderStore::create(disk, "stick", clock_, random_));
    EXPECT_TRUE(create(*store, image_));
    for (int i = 0; i < 2; ++i) {
      touch();
      EXPECT_TRUE(grow(*store, image_));
    }
    for (const auto& entry : listed(*store)) before_.push_back(entry.generation);
    remember(disk, *store);
    touch();
  }
  void touch() { image_[static_cast<std::size_t>(++touched_) * 4096 + 77] ^= 0x5a; }
  void remember(storage::Env& disk, FolderStore& store) {
    for (const auto& object : objects_below(store, ""))
      files_[object.name] = *disk.read_file("stick/" + object.name, 1 << 24);
    files_["tillstick-store.id"] = *disk.read_file("stick/tillstick-store.id", 1024);
  }
  void put_back(storage::Env& disk) const {
    for (const auto& [name, bytes] : files_) {
      const auto path = "stick/" + name;
      ASSERT_TRUE(disk.make_dirs(storage::parent_folder(path)));
      ASSERT_TRUE(disk.write_atomic(path, bytes));
      for (auto folder = storage::parent_folder(path);; folder = storage::parent_folder(folder)) {
        ASSERT_TRUE(disk.sync_dir(folder));
        if (folder == "stick") break;
      }
    }
  }
  Action another_increment() {
    return [this](backup::ObjectStore& store) -> Status {
      TRY(grow(store, image_));
      return {};
    };
  }
  Action another_full_one() {
    return [this](backup::ObjectStore& store) -> Status {
      TRY(create(store, image_));
      return {};
    };
  }
  Action pruning() {
    return [this](backup::ObjectStore& store) -> Status {
      backup::RetentionRule rule;
      rule.keep_last = 1;
      Task task;
      TRY(backup::prune_backups(store, keys(), device_, rule, {}, clock_.now(), task));
      return {};
    };
  }
  // Every listed one is whole; `kept`: those that must be listed.
  void check(storage::Env& disk, const std::vector<std::string>& kept, const std::string& when) {
    const auto store = FolderStore::open(disk, "stick");
    ASSERT_TRUE(store) << when << ": " << store.error().message;
    const auto listed = backup::list_backups(**store, keys());
    ASSERT_TRUE(listed) << when;
    std::set<std::string> there;
    for (const auto& entry : *listed) {
      ASSERT_TRUE(entry.manifest) << when << ": " << entry.error->message;
      const auto whole = verify(**store, entry.generation);
      ASSERT_TRUE(whole) << when << ": " << whole.error().message;
      there.insert(entry.generation);
    }
    for (const auto& generation : kept) EXPECT_TRUE(there.contains(generation)) << when << ": " << generation;
    // And it goes on.
    const auto next = grow(**store, image_);
    ASSERT_TRUE(next) << when << ": " << next.error().message;
    const auto restored = restore(**store, next->manifest);
    ASSERT_TRUE(restored) << when << ": " << restored.error().message;
    EXPECT_EQ(restored->image, image_) << when;
  }
  void stop_everywhere(const Action& action, const std::vector<std::string>& kept) {
    std::uint64_t stop = 1;
    for (bool finished = false; !finished; ++stop) {
      for (const auto unsynced : {Unsynced::dropped, Unsynced::kept, Unsynced::torn}) {
        MemoryEnv disk;
        put_back(disk);
        FaultyEnv faulty(disk);
        faulty.stop_at(stop);
        (void)[&]()->Status {
          return action(*TRY(FolderStore::open(faulty, "stick")));
        }
        ();
        finished = !faulty.stopped();
        disk.crash(unsynced, stop);
        check(disk, kept, "stopped at " + std::to_string(stop));
        if (HasFatalFailure()) return;
      }
    }
    EXPECT_GT(stop, 30U);
  }
  void refuse_everywhere(const Action& action, const std::vector<std::string>& kept) {
    for (const int error_number : {ENOSPC, EIO, EROFS}) {
      for (const bool for_ever : {false, true}) {
        std::uint64_t k = 1;
        for (bool finished = false; !finished; ++k) {
          MemoryEnv disk;
          put_back(disk);
          FaultyEnv faulty(disk);
          faulty.fail_at(k, error_number, for_ever);
          (void)[&]()->Status {
            return action(*TRY(FolderStore::open(faulty, "stick")));
          }
          ();
          finished = faulty.operations() < k;
          check(disk, kept, "errno " + std::to_string(error_number) + " at " + std::to_string(k));
          if (HasFatalFailure()) return;
        }
      }
    }
  }
  // How many writes there are.
  std::uint64_t cut_writes_everywhere(const Action& action, const std::vector<std::string>& kept) {
    std::uint64_t writes = 0;
    for (const int error_number : {ENOSPC, EIO}) {
      std::uint64_t k = 1;
      for (bool finished = false; !finished; ++k) {
        MemoryEnv disk;
        put_back(disk);
        ShortWrites shorted(disk);
        shorted.fail_at(k, error_number);
        const auto done = [&]() -> Status { return action(*TRY(FolderStore::open(shorted, "stick"))); }();
        finished = shorted.appends() < k;
        EXPECT_EQ(done.has_value(), finished) << "half a write counts as one at " << k;
        check(disk, kept, "short write " + std::to_string(k));
        if (HasFatalFailure()) return writes;
        if (!finished) writes = k;
      }
    }
    return writes;
  }

  Image files_;
  std::vector<std::string> before_;
  int touched_ = 0;
};

TEST_F(BackupScenario, an_increment_stopped_at_any_operation_leaves_the_chain_whole) {
  stop_everywhere(another_increment(), before_);
}
TEST_F(BackupScenario, a_full_one_stopped_at_any_operation_leaves_the_chain_whole) {
  stop_everywhere(another_full_one(), before_);
}
TEST_F(BackupScenario, an_increment_refused_at_any_operation_leaves_the_chain_whole) {
  refuse_everywhere(another_increment(), before_);
}
TEST_F(BackupScenario, an_increment_whose_writes_are_cut_leaves_the_chain_whole) {
  EXPECT_GT(cut_writes_everywhere(another_increment(), before_), 2U);
}

// A new full one, so that the whole chain before it is surplus.
class PruneScenario : public BackupScenario {
 protected:
  PruneScenario() {
    MemoryEnv disk;
    put_back(disk);
    const auto store = std::move(*FolderStore::open(disk, "stick"));
    newest_ = create(*store, image(20))->manifest.generation;
    remember(disk, *store);
  }
  std::string newest_;
};

TEST_F(PruneScenario, stopped_at_any_operation_it_leaves_no_broken_chain) {
  stop_everywhere(pruning(), {newest_});
}
TEST_F(PruneScenario, whose_writes_are_cut_leaves_no_broken_chain) {
  // Pruning itself only removes: what it writes are its claims on the place, the first and one each 15 s.
  const auto under_its_lock = [this](backup::ObjectStore& store) -> Status {
    backup::Lease lease(store, device_, backup::Holder::make(view("12345678"), random_), clock_,
                        [](const backup::Holder&) { return true; });
    backup::LockWatch watch;
    if (!TRY(lease.try_take(watch))) return fail(ErrorKind::retry, "the place is taken");
    backup::LeasedStore leased(store, lease);
    clock_.advance(backup::kBeatEvery);
    const auto pruned = pruning()(leased);
    lease.release();
    return pruned;
  };
  EXPECT_EQ(cut_writes_everywhere(under_its_lock, {newest_}), 2U);
}
TEST_F(PruneScenario, refused_at_any_operation_it_leaves_no_broken_chain) {
  refuse_everywhere(pruning(), {newest_});
}

}  // namespace
}  // namespace till::crash
