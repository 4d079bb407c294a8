#include "../backup/backup_fixture.hpp"
#include "../backup/object_store_conformance.hpp"
#include "storage/faulty_env.hpp"
#include "storage/folder_store.hpp"
#include "storage/memory_env.hpp"
#include "storage_fixture.hpp"

namespace till {
namespace backup {
namespace {

class FolderPlace : public StorePlace {
 public:
  FolderPlace(std::unique_ptr<storage::Env> env, std::string folder)
      : env_(std::move(env)), folder_(std::move(folder)) {
    clock_.advance(std::chrono::seconds(1));
  }
  std::unique_ptr<ObjectStore> open() override {
    return storage::value_of(storage::FolderStore::create(*env_, folder_, clock_, random_));
  }
  void leave(const std::string& name, ByteView bytes) override {
    const auto path = storage::join_path(folder_, name);
    EXPECT_TRUE(env_->make_dirs(storage::parent_folder(path)));
    EXPECT_TRUE(env_->write_atomic(path, bytes));
  }
  bool has(const std::string& name) override { return env_->exists(storage::join_path(folder_, name)); }

 private:
  std::unique_ptr<storage::Env> env_;
  std::string folder_;
  ManualClock clock_;
  SeededRandom random_{3};
};

class RealPlace final : public FolderPlace {
 public:
  explicit RealPlace(std::unique_ptr<storage::TempFolder> temp = std::make_unique<storage::TempFolder>())
      : FolderPlace(storage::make_real_env(), temp->file("stick/backup")), temp_(std::move(temp)) {}

 private:
  std::unique_ptr<storage::TempFolder> temp_;
};

std::unique_ptr<StorePlace> memory_place() {
  return std::make_unique<FolderPlace>(std::make_unique<storage::MemoryEnv>(), "stick/backup");
}

INSTANTIATE_TEST_SUITE_P(Folder, ObjectStoreConformance,
                         testing::Values(StorePlaceMaker{"memory", memory_place},
                                         StorePlaceMaker{"real", [] { return std::make_unique<RealPlace>(); }}),
                         place_name);

}  // namespace
}  // namespace backup

namespace storage {
namespace {

class FolderStoreTest : public backup::BackupFixture {
 protected:
  FolderStoreTest() { make(); }
  void make() { EXPECT_DONE(FolderStore::create(env_, "stick", clock_, random_)); }
  Result<std::unique_ptr<FolderStore>> open() { return FolderStore::open(env_, "stick"); }

  void copy(Env& to, const std::string& name) {
    const auto path = join_path("stick", name);
    for (auto folder = parent_folder(path); folder != "."; folder = parent_folder(folder)) {
      EXPECT_DONE(to.make_dirs(folder));
    }
    EXPECT_DONE(to.write_atomic(path, value_of(env_.read_file(path, 1 << 30))));
  }

  MemoryEnv env_;
};

TEST_F(FolderStoreTest, a_folder_without_the_marker_is_not_taken_for_the_stick) {
  EXPECT_DONE(env_.make_dirs("empty"));
  const auto opened = FolderStore::open(env_, "empty");
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind, ErrorKind::invalid);
  EXPECT_NE(opened.error().message.find("plug in the right stick"), std::string::npos);
  EXPECT_FALSE(FolderStore::open(env_, "nowhere"));
}

TEST_F(FolderStoreTest, another_stick_at_the_same_path_is_refused) {
  const auto first = value_of(open());
  const auto id = *first->id();
  EXPECT_DONE(FolderStore::open(env_, "stick", id));
  EXPECT_DONE(env_.remove("stick/tillstick-store.id"));
  make();
  const auto other = FolderStore::open(env_, "stick", id);
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().kind, ErrorKind::permanent);
  const auto put = first->put("a", view("x"));
  ASSERT_FALSE(put) << "changed while it was in use";
  EXPECT_FALSE(env_.exists("stick/a"));
}

TEST_F(FolderStoreTest, a_pulled_stick_is_an_error_and_never_an_empty_answer) {
  const auto store = value_of(open());
  EXPECT_DONE(store->put("a/1", view("x")));
  EXPECT_DONE(env_.remove_tree("stick"));
  EXPECT_EQ(store->list("").error().kind, ErrorKind::retry);
  EXPECT_EQ(store->list("a/").error().kind, ErrorKind::retry);
  EXPECT_EQ(store->get("a/1", 10).error().kind, ErrorKind::retry);
  EXPECT_EQ(store->put("a/2", view("x")).error().kind, ErrorKind::retry);
  EXPECT_EQ(store->remove("a/1").error().kind, ErrorKind::retry);
  EXPECT_FALSE(env_.exists("stick")) << "and nothing is written to the disk below";
}

TEST_F(FolderStoreTest, a_marker_of_a_newer_version_or_a_damaged_one_is_refused) {
  EXPECT_DONE(env_.write_atomic("stick/tillstick-store.id", view("tillstick-store-9 x\n")));
  EXPECT_EQ(open().error().kind, ErrorKind::permanent);
  EXPECT_DONE(env_.write_atomic("stick/tillstick-store.id", view("tillstick-store-1 nonsense\n")));
  EXPECT_EQ(open().error().kind, ErrorKind::corrupt);
  EXPECT_DONE(env_.write_atomic("stick/tillstick-store.id", view("")));
  EXPECT_EQ(open().error().kind, ErrorKind::corrupt);
}

TEST_F(FolderStoreTest, a_full_stick_refuses_a_backup_with_a_sentence_and_keeps_the_old_one) {
  const auto store = value_of(open());
  const auto first = create(*store, image_);
  ASSERT_TRUE(first) << first.error().message;
  const auto free = *store->space()->free_bytes;
  env_.set_capacity_bytes(UINT64_MAX - free + 300'000);
  const auto before = value_of(store->list(""));
  const auto big = image(1024);
  const auto second = create(*store, big);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::permanent);
  EXPECT_NE(second.error().message.find("the disk is full"), std::string::npos) << second.error().message;
  EXPECT_EQ(value_of(store->list("")), before);
  EXPECT_TRUE(verify(*store, first->manifest.generation));
}

TEST_F(FolderStoreTest, a_file_system_error_is_not_taken_for_a_missing_object) {
  FaultyEnv faulty(env_);
  const auto store = value_of(FolderStore::open(faulty, "stick"));
  EXPECT_DONE(store->put("a", view("x")));
  faulty.fail_at(1, EIO);
  EXPECT_FALSE(store->get("a", 10));
  faulty.fail_at(4, EIO, true);
  EXPECT_FALSE(store->list(""));
}

// The machine stops at every file operation of a second backup; what was not synced is lost, kept or torn.
TEST_F(FolderStoreTest, a_backup_interrupted_at_any_operation_leaves_earlier_ones_whole) {
  const auto first = value_of(create(*value_of(open()), image_));
  auto changed = image_;
  changed[5000] ^= 1;
  std::uint64_t stop = 1;
  for (bool finished = false; !finished; ++stop) {
    for (const auto unsynced : {Unsynced::dropped, Unsynced::kept, Unsynced::torn}) {
      MemoryEnv disk;
      ASSERT_TRUE(disk.make_dirs("stick"));
      for (const auto& object : value_of(value_of(open())->list(""))) copy(disk, object.name);
      copy(disk, "tillstick-store.id");
      FaultyEnv faulty(disk);
      faulty.stop_at(stop);
      const auto second = [&]() -> Result<backup::BackupResult> {
        auto store = TRY(FolderStore::open(faulty, "stick"));
        return create(*store, changed);
      }();
      finished = !faulty.stopped();
      disk.crash(unsynced, stop);
      const auto store = value_of(FolderStore::open(disk, "stick"));
      ASSERT_TRUE(verify(*store, first.manifest.generation)) << "operation " << stop;
      for (const auto& entry : value_of(backup::list_backups(*store, keys()))) {
        ASSERT_TRUE(entry.manifest) << "operation " << stop;
        EXPECT_TRUE(verify(*store, entry.generation)) << "operation " << stop;
      }
      if (second) {
        EXPECT_TRUE(verify(*store, second->manifest.generation)) << "operation " << stop;
      }
      EXPECT_DONE(create(*store, changed));
    }
  }
  EXPECT_GT(stop, 30U);
}

}  // namespace
}  // namespace storage
}  // namespace till
