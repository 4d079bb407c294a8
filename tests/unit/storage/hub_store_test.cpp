#include "storage/hub_store.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "storage/hub_folder.hpp"
#include "support/temp_folder.hpp"

namespace till::storage {
namespace {

using sync::Feed;
using sync::HubAppend;
using sync::HubEnrolment;
using sync::HubTenant;
using sync::Lane;
using sync::RecordHash;
using testing::HasSubstr;

constexpr UtcTime kNow{1'790'000'000'000'000};
constexpr UtcTime kHourLater{kNow.us + 3'600'000'000};

Id id(std::uint8_t n) {
  return Id{{n, n, n}};
}
RecordHash hash(std::uint64_t n) {
  RecordHash out{};
  out[0] = static_cast<std::uint8_t>(n);
  out[31] = 1;
  return out;
}

class HubStoreTest : public testing::Test {
 protected:
  HubStoreTest() {
    open();
    in_group([&] {
      for (const std::uint8_t n : {1, 2}) {
        const std::string name = n == 1 ? "One" : "Two";
        ASSERT_TRUE(folder_->tenants().add_tenant({id(n), name, kNow}));
      }
    });
  }
  void open() {
    folder_.reset();
    auto folder = HubFolder::open(*env_, root_);
    ASSERT_TRUE(folder) << folder.error().message << folder.error().cause;
    folder_ = std::move(*folder);
  }
  template <class F>
  void in_group(F&& f) {
    ASSERT_TRUE(tenants().begin());
    f();
    ASSERT_TRUE(tenants().commit());
  }
  HubTenants& tenants() { return folder_->tenants(); }
  HubSegments& segments() { return folder_->segments(); }
  Result<std::uint64_t> append(std::uint8_t tenant, const Feed& feed, std::uint64_t first, std::uint64_t last,
                               std::size_t size = 10, std::uint32_t branch = 0) {
    const Bytes bytes(size, static_cast<std::uint8_t>(last));
    return segments().append(
        {id(tenant), feed, first, last, hash(first - 1), hash(last), branch, branch != 0, 5, stored_at_, bytes});
  }
  std::vector<std::uint64_t> numbers(std::uint8_t tenant, Lane lane, std::uint64_t after, const Feed& own,
                                     std::size_t max_bytes = 1000) {
    std::vector<std::uint64_t> out;
    const auto found = segments().after(id(tenant), lane, after, own.device, own.incarnation, max_bytes);
    EXPECT_TRUE(found);
    for (const auto& segment : *found) out.push_back(segment.sequence);
    return out;
  }
  sync::HubEnrolment enrolment(std::uint8_t code, std::uint8_t device) {
    return {Bytes(32, code), id(device), "Till", Bytes(32, device), Bytes(32, device)};
  }

  const test::TempFolder temp_;  // before what lies in it
  const std::string root_ = temp_.path();
  std::unique_ptr<Env> env_ = make_real_env();
  std::unique_ptr<HubFolder> folder_;
  UtcTime stored_at_ = kNow;
  const Feed a_{id(10), 0xffff'ffff'ffff'ff01ULL, Lane::critical};
  const Feed b_{id(11), 7, Lane::critical};
  const Feed nobody_{id(99), 1, Lane::critical};
};

TEST_F(HubStoreTest, NumbersCountUpPerTenantAndSurviveReopening) {
  in_group([&] {
    EXPECT_EQ(*append(1, a_, 1, 3), 1U);
    EXPECT_EQ(*append(1, b_, 1, 1), 2U);
    EXPECT_EQ(*append(2, a_, 1, 1), 1U);
  });
  const auto epoch = *segments().epoch(id(1));
  EXPECT_NE(epoch, 0U);
  EXPECT_NE(epoch, *segments().epoch(id(2)));
  open();
  EXPECT_EQ(*segments().epoch(id(1)), epoch);
  EXPECT_EQ(*segments().last_number(id(1)), 2U);
  in_group([&] { EXPECT_EQ(*append(1, a_, 4, 4), 3U); });
}

TEST_F(HubStoreTest, GroupThatIsUndoneLeavesNothing) {
  ASSERT_TRUE(tenants().begin());
  ASSERT_TRUE(append(1, a_, 1, 3));
  tenants().roll_back();
  EXPECT_EQ(*segments().last_number(id(1)), 0U);
  EXPECT_TRUE(segments().heads(id(1), a_)->empty());
  EXPECT_TRUE(numbers(1, Lane::critical, 0, nobody_).empty());
}

TEST_F(HubStoreTest, WriteThatFailedBreaksTheWholeGroup) {
  ASSERT_TRUE(tenants().begin());
  ASSERT_TRUE(append(1, a_, 1, 3));
  EXPECT_FALSE(tenants().add_code(id(1), Bytes(32, 1), kNow, kHourLater) &&
               tenants().add_code(id(1), Bytes(32, 1), kNow, kHourLater));
  const auto durable = tenants().commit();
  ASSERT_FALSE(durable);
  EXPECT_EQ(durable.error().kind, ErrorKind::retry);
  EXPECT_EQ(*segments().last_number(id(1)), 0U);
}

TEST_F(HubStoreTest, HeadsFollowEachBranchOfAFeed) {
  in_group([&] {
    ASSERT_TRUE(append(1, a_, 1, 3));
    ASSERT_TRUE(append(1, a_, 4, 6));
    ASSERT_TRUE(append(1, a_, 4, 5, 10, 1));
    ASSERT_TRUE(append(1, {a_.device, a_.incarnation, Lane::low}, 1, 1));
  });
  const auto heads = *segments().heads(id(1), a_);
  ASSERT_EQ(heads.size(), 2U);
  EXPECT_EQ(heads[0].sequence, 6U);
  EXPECT_EQ(heads[0].hash, hash(6));
  EXPECT_EQ(heads[0].feed, a_);
  EXPECT_EQ(heads[1].branch, 1U);
  EXPECT_EQ(heads[1].sequence, 5U);
  EXPECT_EQ(segments().heads_of(id(1), a_.device)->size(), 3U);
  EXPECT_TRUE(segments().heads_of(id(2), a_.device)->empty());
  EXPECT_TRUE(*segments().has_end(id(1), a_, 3, hash(3)));
  EXPECT_FALSE(*segments().has_end(id(1), a_, 3, hash(4)));
  EXPECT_FALSE(*segments().has_end(id(2), a_, 3, hash(3)));
  EXPECT_TRUE(*segments().has_segment(id(1), a_, 4, 6, hash(6)));
  EXPECT_FALSE(*segments().has_segment(id(1), a_, 5, 6, hash(6)));
}

TEST_F(HubStoreTest, ServesALaneInOrderWithoutTheReadersOwn) {
  in_group([&] {
    ASSERT_TRUE(append(1, a_, 1, 1));                                               // 1
    ASSERT_TRUE(append(1, b_, 1, 1));                                               // 2
    ASSERT_TRUE(append(1, {b_.device, b_.incarnation, Lane::normal}, 1, 1));        // 3
    ASSERT_TRUE(append(1, {a_.device, a_.incarnation + 1, Lane::critical}, 1, 1));  // 4
    ASSERT_TRUE(append(2, b_, 1, 1));
  });
  EXPECT_EQ(numbers(1, Lane::critical, 0, nobody_), (std::vector<std::uint64_t>{1, 2, 4}));
  EXPECT_EQ(numbers(1, Lane::critical, 0, a_), (std::vector<std::uint64_t>{2, 4}));
  EXPECT_EQ(numbers(1, Lane::critical, 2, a_), (std::vector<std::uint64_t>{4}));
  EXPECT_EQ(numbers(1, Lane::normal, 0, a_), (std::vector<std::uint64_t>{3}));
  EXPECT_TRUE(numbers(1, Lane::low, 0, a_).empty());
}

TEST_F(HubStoreTest, ServesAtLeastOneThenAsManyAsFit) {
  in_group([&] {
    for (std::uint64_t n = 1; n <= 5; ++n) ASSERT_TRUE(append(1, a_, n, n, 100));
  });
  EXPECT_EQ(numbers(1, Lane::critical, 0, b_, 1).size(), 1U);
  EXPECT_EQ(numbers(1, Lane::critical, 0, b_, 299).size(), 2U);
  EXPECT_EQ(numbers(1, Lane::critical, 0, b_, 300).size(), 3U);
  EXPECT_EQ(segments().of_feed(id(1), {a_, 2, 4}, 1000)->size(), 3U);
  EXPECT_EQ(segments().of_feed(id(1), {a_, 4, 0}, 1000)->size(), 2U);
  EXPECT_TRUE(segments().of_feed(id(2), {a_, 1, 0}, 1000)->empty());
}

TEST_F(HubStoreTest, OwnStretchThatWasSkippedOnceNeverHidesWhatComesLater) {
  std::uint64_t expected = 0;
  for (std::uint64_t round = 1; round <= 20; ++round) {
    in_group([&] { ASSERT_TRUE(append(1, a_, round, round)); });
    EXPECT_EQ(numbers(1, Lane::critical, expected, a_).size(), 0U);
    ASSERT_TRUE(tenants().begin());
    ASSERT_TRUE(append(1, a_, round + 1, round + 1));
    EXPECT_TRUE(numbers(1, Lane::critical, expected, a_).empty());
    tenants().roll_back();  // that number is given to somebody else now
    in_group([&] { expected = append(1, b_, round, round).value_or(0); });
    EXPECT_EQ(numbers(1, Lane::critical, 0, a_).back(), expected);
    EXPECT_EQ(numbers(1, Lane::critical, expected - 1, a_), std::vector<std::uint64_t>{expected});
  }
}

TEST_F(HubStoreTest, WhatIsBelowTheFloorIsForgottenInPiecesAndStillKnown) {
  in_group([&] {
    for (std::uint64_t n = 1; n <= 5; ++n) ASSERT_TRUE(append(1, a_, n, n, 100));
    ASSERT_TRUE(append(1, {a_.device, a_.incarnation, Lane::low}, 1, 1, 100));  // 6
    ASSERT_TRUE(append(2, a_, 1, 1, 100));
  });
  EXPECT_EQ(*segments().floor(id(1)), sync::HubFloor{});
  const sync::HubFloor floor{{4, 0, 0, 6}, id(55)};
  in_group([&] { ASSERT_TRUE(segments().set_floor(id(1), floor)); });
  in_group([&] { EXPECT_TRUE(*segments().sweep(id(1), 3)); });
  EXPECT_EQ(numbers(1, Lane::critical, 0, nobody_), (std::vector<std::uint64_t>{4, 5}));
  in_group([&] { EXPECT_FALSE(*segments().sweep(id(1), 3)); });
  EXPECT_EQ(numbers(1, Lane::critical, 0, nobody_), std::vector<std::uint64_t>{5});
  EXPECT_TRUE(numbers(1, Lane::low, 0, nobody_).empty());
  EXPECT_EQ(segments().of_feed(id(1), {a_, 1, 0}, 1000)->size(), 1U);
  EXPECT_EQ(numbers(2, Lane::critical, 0, nobody_).size(), 1U) << "another tenant's";
  EXPECT_TRUE(*segments().has_end(id(1), a_, 3, hash(3)));
  EXPECT_TRUE(*segments().has_segment(id(1), a_, 3, 3, hash(3)));
  open();
  EXPECT_EQ(*segments().floor(id(1)), floor);
}

TEST_F(HubStoreTest, KnowsWhatWasStoredSinceATime) {
  in_group([&] {
    ASSERT_TRUE(append(1, a_, 1, 1));
    stored_at_ = kHourLater;
    ASSERT_TRUE(append(1, a_, 2, 2));
    ASSERT_TRUE(append(1, a_, 3, 3));
  });
  EXPECT_EQ(*segments().first_since(id(1), Lane::critical, kNow), 1U);
  EXPECT_EQ(*segments().first_since(id(1), Lane::critical, kHourLater), 2U);
  EXPECT_EQ(*segments().first_since(id(1), Lane::critical, {kHourLater.us + 1}), 0U);
  EXPECT_EQ(*segments().first_since(id(1), Lane::low, kNow), 0U);
}

TEST_F(HubStoreTest, AHeadThatWasRaisedIsGoneOnFrom) {
  in_group([&] {
    ASSERT_TRUE(append(1, a_, 1, 1));
    ASSERT_TRUE(segments().raise_head(id(1), {a_, 9, hash(9), 0}));
    EXPECT_EQ(*segments().begin_epoch(id(1)), 2U);
    ASSERT_TRUE(segments().raise_head(id(1), {b_, 4, hash(4), 0}));
  });
  const auto heads = *segments().heads(id(1), a_);
  ASSERT_EQ(heads.size(), 1U);
  EXPECT_EQ(heads[0].sequence, 9U);
  EXPECT_EQ(segments().heads(id(1), b_)->front().hash, hash(4));
  in_group([&] { EXPECT_EQ(*append(1, a_, 10, 10), 3U); });
}

TEST_F(HubStoreTest, WhatGetsNewNumbersIsServedBehindThemAndOnlyOnce) {
  const std::uint64_t epoch = *segments().epoch(id(1));
  in_group([&] {
    for (std::uint64_t n = 1; n <= 4; ++n) ASSERT_TRUE(append(1, a_, n, n));
    const std::uint64_t mark = *segments().begin_epoch(id(1));
    EXPECT_EQ(mark, 5U);
    ASSERT_TRUE(segments().renumber(id(1), Lane::critical, 2, mark));
  });
  EXPECT_THAT(numbers(1, Lane::critical, 0, b_), testing::ElementsAre(1, 2, 6, 7));
  EXPECT_EQ(segments().after(id(1), Lane::critical, 5, b_.device, b_.incarnation, 1000)->front().last_sequence, 3U);
  EXPECT_EQ(*segments().last_number(id(1)), 7U);
  EXPECT_NE(*segments().epoch(id(1)), epoch);
  const auto ancestors = *segments().ancestors(id(1));
  ASSERT_EQ(ancestors.size(), 1U);
  EXPECT_EQ(ancestors[0].epoch, epoch);
  EXPECT_EQ(ancestors[0].until, 4U);
  in_group([&] { EXPECT_EQ(*append(1, a_, 5, 5), 8U); });
}

TEST_F(HubStoreTest, RemembersHowFarEachTerminalIs) {
  in_group([&] {
    for (const std::uint8_t n : {5, 6}) ASSERT_TRUE(tenants().add_code(id(1), Bytes(32, n), kNow, kHourLater));
    ASSERT_TRUE(tenants().enrol(enrolment(5, 20), kNow));
    ASSERT_TRUE(tenants().enrol(enrolment(6, 21), kNow));
    ASSERT_TRUE(segments().confirm(id(1), id(21), {7, {1, 2, 3, 4}}, kHourLater));
    ASSERT_TRUE(tenants().revoke(id(1), id(21), kHourLater));
  });
  const auto found = *segments().confirmations(id(1));
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].heard_at, kNow) << "it never said anything: since it was enrolled";
  EXPECT_EQ(found[0].cursor, sync::Cursor{});
  EXPECT_TRUE(found[1].revoked);
  EXPECT_EQ(found[1].heard_at, kHourLater);
  EXPECT_EQ(found[1].cursor.after[3], 4U);
  EXPECT_TRUE(segments().confirmations(id(2))->empty());
}

TEST_F(HubStoreTest, RestoredCopyOfTheDatabaseHasNewEpochsAndKnowsTheOldOnes) {
  in_group([&] { ASSERT_TRUE(append(1, a_, 1, 1)); });
  const auto before = *segments().epoch(id(1));
  EXPECT_TRUE(segments().ancestors(id(1))->empty());
  folder_.reset();
  std::filesystem::copy_file(root_ + "/hub.db", root_ + "/copy.db");
  std::filesystem::remove(root_ + "/hub.db");
  std::filesystem::rename(root_ + "/copy.db", root_ + "/hub.db");
  open();
  EXPECT_NE(*segments().epoch(id(1)), before);
  EXPECT_EQ(*segments().ancestors(id(1)), (std::vector<sync::EpochAncestor>{{before, 1}}));
  EXPECT_EQ(segments().ancestors(id(2))->front().until, 0U);
}

// As `cp` does it onto a file that is there: the file keeps its number, and when it was made.
void copy_over(const std::string& from, const std::string& to) {
  std::ifstream in(from, std::ios::binary);
  std::ofstream out(to, std::ios::binary | std::ios::trunc);
  out << in.rdbuf();
}

std::int64_t changed_at_ns(const std::string& path) {
  struct stat file {};
  ::stat(path.c_str(), &file);
  return file.st_ctim.tv_sec * 1'000'000'000 + file.st_ctim.tv_nsec;
}

TEST_F(HubStoreTest, CopyThatWasPutOverTheDatabaseKeptItsEpoch) {
  in_group([&] { ASSERT_TRUE(append(1, a_, 1, 1)); });
  const auto before = *segments().epoch(id(1));
  folder_.reset();
  copy_over(root_ + "/hub.db", root_ + "/backup.db");
  open();
  EXPECT_EQ(*segments().epoch(id(1)), before) << "it was only started again";
  in_group([&] { ASSERT_TRUE(append(1, a_, 2, 2)); });
  folder_.reset();
  copy_over(root_ + "/backup.db", root_ + "/hub.db");
  open();
  EXPECT_NE(*segments().epoch(id(1)), before);
  EXPECT_EQ(*segments().ancestors(id(1)), (std::vector<sync::EpochAncestor>{{before, 1}}));
  const auto after = *segments().epoch(id(1));
  open();
  EXPECT_EQ(*segments().epoch(id(1)), after) << "once is enough";
}

// File systems give the number of a removed file to the next one.
TEST_F(HubStoreTest, CopyThatGotTheNumberOfTheRemovedDatabaseKeptItsEpoch) {
  const auto before = *segments().epoch(id(1));
  folder_.reset();
  copy_over(root_ + "/hub.db", root_ + "/backup.db");
  open();
  folder_.reset();
  std::filesystem::remove(root_ + "/hub.db");
  copy_over(root_ + "/backup.db", root_ + "/hub.db");
  open();
  EXPECT_NE(*segments().epoch(id(1)), before);
}

TEST_F(HubStoreTest, FolderThatWasPutBackWholeOverItselfHasNewEpochs) {
  const auto before = *segments().epoch(id(1));
  folder_.reset();
  const std::vector<std::string> files = {"/hub.db", "/hub.mark"};
  for (const auto& file : files) copy_over(root_ + file, root_ + file + ".backup");
  const auto marked_at_ns = changed_at_ns(root_ + "/hub.mark");
  for (const auto& file : files) {
    do copy_over(root_ + file + ".backup", root_ + file);
    while (changed_at_ns(root_ + file) == marked_at_ns);  // a file system's clock ticks every few milliseconds
  }
  open();
  EXPECT_NE(*segments().epoch(id(1)), before);
}

TEST_F(HubStoreTest, SecondOwnerOfTheFolderIsRefused) {
  const auto second = HubFolder::open(*env_, root_);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::retry);
  EXPECT_THAT(second.error().message, HasSubstr("another hub"));
}

TEST_F(HubStoreTest, FolderOfANewerVersionIsLeftAlone) {
  folder_.reset();
  {
    auto connection = Connection::open(root_ + "/hub.db", Access::read_write);
    ASSERT_TRUE(connection);
    ASSERT_TRUE((*connection)->exec("PRAGMA user_version=99"));
  }
  const auto opened = HubFolder::open(*env_, root_);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().message, HasSubstr("newer version"));
}

TEST_F(HubStoreTest, CodeServesOnceUntilItExpires) {
  in_group([&] { ASSERT_TRUE(tenants().add_code(id(1), Bytes(32, 5), kNow, kHourLater)); });
  in_group([&] {
    EXPECT_FALSE(tenants().enrol(enrolment(6, 20), kNow));
    EXPECT_FALSE(tenants().enrol(enrolment(5, 20), kHourLater));
    EXPECT_TRUE(tenants().enrol(enrolment(5, 20), kNow));
    EXPECT_FALSE(tenants().enrol(enrolment(5, 21), kNow));
    EXPECT_TRUE(tenants().enrol(enrolment(5, 20), kNow)) << "the same terminal asks again";
    auto other_key = enrolment(5, 20);
    other_key.signing_key = Bytes(32, 99);
    EXPECT_FALSE(tenants().enrol(other_key, kNow));
  });
  EXPECT_EQ(tenants().devices(id(1))->size(), 1U);
  EXPECT_TRUE(segments().signer(id(1), id(20))->has_value());
  EXPECT_FALSE(segments().signer(id(2), id(20))->has_value());
}

TEST_F(HubStoreTest, FirstTerminalThatWasRevokedBeforeAnythingHappenedHandsItsRoleOn) {
  in_group([&] {
    for (const std::uint8_t n : {5, 6, 7}) ASSERT_TRUE(tenants().add_code(id(1), Bytes(32, n), kNow, kHourLater));
    EXPECT_TRUE(tenants().enrol(enrolment(5, 20), kNow)->device.first);
    ASSERT_TRUE(tenants().revoke(id(1), id(20), kNow));
    EXPECT_TRUE(tenants().enrol(enrolment(6, 21), kNow)->device.first);
    ASSERT_TRUE(append(1, {id(21), 1, Lane::critical}, 1, 1));
    ASSERT_TRUE(tenants().revoke(id(1), id(21), kNow));
    EXPECT_FALSE(tenants().enrol(enrolment(7, 22), kNow)->device.first)
        << "there are records under the first one's keys";
  });
  EXPECT_EQ((*tenants().devices(id(1))).at(2).number, 3U) << "numbers are never used twice";
}

TEST_F(HubStoreTest, KeyGrantsReplaceEachOtherAndGoWithARevocation) {
  in_group([&] {
    ASSERT_TRUE(tenants().add_code(id(1), Bytes(32, 5), kNow, kHourLater));
    ASSERT_TRUE(tenants().enrol(enrolment(5, 20), kNow));
    ASSERT_TRUE(tenants().put_key_grant(id(1), id(20), {id(10), Bytes(3, 1), kNow}));
    ASSERT_TRUE(tenants().put_key_grant(id(1), id(20), {id(10), Bytes(3, 2), kNow}));
    EXPECT_FALSE(tenants().put_key_grant(id(2), id(20), {id(10), Bytes(3, 2), kNow}));
  });
  EXPECT_EQ((*tenants().key_grant(id(1), id(20)))->sealed, Bytes(3, 2));
  EXPECT_TRUE((*tenants().device(id(20)))->has_key_grant);
  in_group([&] { ASSERT_TRUE(tenants().revoke(id(1), id(20), kNow)); });
  EXPECT_FALSE(*tenants().key_grant(id(1), id(20)));
  EXPECT_FALSE(tenants().put_key_grant(id(1), id(20), {id(10), Bytes(3, 2), kNow}));
}

}  // namespace
}  // namespace till::storage
