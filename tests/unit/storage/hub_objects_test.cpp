#include "storage/hub_objects.hpp"

#include "security/hash.hpp"
#include "storage/faulty_env.hpp"
#include "storage/memory_env.hpp"
#include "storage_fixture.hpp"

namespace till::storage {
namespace {

class HubObjectsTest : public testing::Test {
 protected:
  using Folders = Result<std::unique_ptr<HubObjectFolders>>;

  Folders open(Env& env, std::uint64_t quota_bytes = HubObjectFolders::kDefaultQuotaBytes) {
    TRY(env.make_dirs("hub"));
    return HubObjectFolders::open(env, "hub", clock_, random_, quota_bytes);
  }
  Status put(HubObjectFolders& folders, const std::string& name, ByteView bytes) {
    const backup::Upload upload{name, bytes.size(), security::sha256(bytes)};
    backup::UploadState state;
    do {
      const auto rest = bytes.subspan(state.have_bytes);
      state = TRY(folders.put_piece(tenant_, upload, state.have_bytes,
                                    rest.first(std::min(rest.size(), backup::kMaxPieceBytes))));
    } while (!state.whole);
    return {};
  }
  static Bytes noise(std::size_t size, std::uint64_t seed = 1) {
    SeededRandom random(seed);
    return random.bytes(size);
  }

  ManualClock clock_;
  SeededRandom random_{3};
  Id tenant_ = new_id(clock_, random_);
};

// The machine stops at every file operation of a put in three pieces; what was not synced is lost, kept or torn.
TEST_F(HubObjectsTest, an_object_is_whole_or_not_there_wherever_the_machine_stops) {
  const Bytes object = noise(2 * backup::kMaxPieceBytes + 100);
  std::uint64_t stop = 1;
  for (bool finished = false; !finished; ++stop) {
    for (const auto unsynced : {Unsynced::dropped, Unsynced::kept, Unsynced::torn}) {
      MemoryEnv disk;
      FaultyEnv faulty(disk);
      const auto before = value_of(open(faulty));
      EXPECT_DONE(put(*before, "a/old", view("old")));
      faulty.stop_at(stop);
      const bool answered = put(*before, "a/b/new", object).has_value();
      finished = !faulty.stopped();
      disk.crash(unsynced, stop);
      const auto after = value_of(open(disk));
      EXPECT_EQ(value_of(after->get_piece(tenant_, "a/old", 0, 100))->bytes, to_bytes(view("old")));
      const auto piece = value_of(after->get_piece(tenant_, "a/b/new", 0, 10));
      EXPECT_TRUE(piece || !answered) << "what was answered is durable; operation " << stop;
      if (piece) {
        EXPECT_EQ(piece->object_size, object.size()) << "operation " << stop;
      }
      EXPECT_DONE(put(*after, "a/b/new", object));
      EXPECT_EQ(value_of(after->space(tenant_)).used_bytes, object.size() + 3);
    }
  }
  EXPECT_GT(stop, 10U);
}

TEST_F(HubObjectsTest, a_full_disk_is_said_and_leaves_nothing_behind) {
  MemoryEnv disk;
  const auto folders = value_of(open(disk));
  EXPECT_DONE(put(*folders, "a", view("x")));
  disk.set_capacity_bytes(HubObjectFolders::kDiskReserveBytes);
  const auto refused = put(*folders, "b", noise(1000));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::permanent);
  EXPECT_NE(refused.error().message.find("disk is full"), std::string::npos) << refused.error().message;
  EXPECT_TRUE(value_of(disk.list("hub/uploads")).empty());
}

TEST_F(HubObjectsTest, a_write_that_fails_is_begun_anew_and_not_continued_into_a_hole) {
  MemoryEnv disk;
  FaultyEnv faulty(disk);
  const auto folders = value_of(open(faulty));
  const Bytes object = noise(backup::kMaxPieceBytes + 5);
  const backup::Upload upload{"a", object.size(), security::sha256(object)};
  const auto first = ByteView(object).first(backup::kMaxPieceBytes);
  EXPECT_EQ(value_of(folders->put_piece(tenant_, upload, 0, first)).have_bytes, first.size());
  faulty.fail_at(2, EIO);
  EXPECT_FALSE(folders->put_piece(tenant_, upload, first.size(), ByteView(object).subspan(first.size())));
  const auto state = value_of(folders->put_piece(tenant_, upload, first.size(), view("12345")));
  EXPECT_EQ(state.have_bytes, 0U);
  EXPECT_DONE(put(*folders, "a", object));
}

TEST_F(HubObjectsTest, bytes_that_are_not_those_of_the_hash_never_get_a_name) {
  MemoryEnv disk;
  const auto folders = value_of(open(disk));
  const backup::Upload upload{"a", 5, security::sha256(view("right"))};
  const auto wrong = folders->put_piece(tenant_, upload, 0, view("wrong"));
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, ErrorKind::retry);
  EXPECT_FALSE(value_of(folders->get_piece(tenant_, "a", 0, 10)).has_value());
  EXPECT_DONE(put(*folders, "a", view("right")));
}

TEST_F(HubObjectsTest, unfinished_uploads_count_and_are_bounded) {
  MemoryEnv disk;
  const auto folders = value_of(open(disk, 1000));
  const auto begin = [&](const std::string& name, std::uint64_t size) {
    return folders->put_piece(tenant_, {name, size, {}}, 0, {});
  };
  EXPECT_DONE(begin("a", 600));
  EXPECT_FALSE(begin("b", 401)) << "what is promised to one upload is not promised to another";
  EXPECT_DONE(folders->sweep_unfinished(tenant_, ""));
  for (std::size_t i = 0; i < 2 * HubObjectFolders::kMaxUploads; ++i) EXPECT_DONE(begin("n" + std::to_string(i), 1));
  EXPECT_EQ(value_of(disk.list("hub/uploads")).size(), HubObjectFolders::kMaxUploads);
}

TEST_F(HubObjectsTest, pieces_out_of_place_and_too_large_are_not_taken) {
  MemoryEnv disk;
  const auto folders = value_of(open(disk));
  const backup::Upload upload{"a", 10, {}};
  EXPECT_EQ(value_of(folders->put_piece(tenant_, upload, 4, view("late"))).have_bytes, 0U);
  EXPECT_EQ(folders->put_piece(tenant_, upload, 8, view("beyond")).error().kind, ErrorKind::invalid);
  EXPECT_EQ(folders->put_piece(tenant_, upload, UINT64_MAX, view("x")).error().kind, ErrorKind::invalid);
  const backup::Upload large{"b", backup::kMaxTenantObjectBytes, {}};
  EXPECT_FALSE(folders->put_piece(tenant_, large, 0, Bytes(backup::kMaxPieceBytes + 1)));
}

}  // namespace
}  // namespace till::storage
