// Quota, reserve and forecast of a place.
#include "backup/room.hpp"

#include "backup/quota.hpp"
#include "backup/retention.hpp"
#include "backup_fixture.hpp"
#include "planted_faults.hpp"

namespace till::backup {
namespace {

// A store of so many bytes, as a disk is.
class SmallStore final : public ObjectStore {
 public:
  SmallStore(MemoryStore& inner, std::uint64_t capacity) : inner_(inner), capacity_(capacity) {}
  Result<Id> id() override { return inner_.id(); }
  Status put(std::string_view name, ByteView bytes) override {
    if (used() + bytes.size() > capacity_) return fail(ErrorKind::permanent, "the disk is full");
    return inner_.put(name, bytes);
  }
  Result<std::optional<Bytes>> get(std::string_view name, std::uint64_t max) override { return inner_.get(name, max); }
  Result<std::vector<ObjectInfo>> list(std::string_view prefix) override { return inner_.list(prefix); }
  Status remove(std::string_view name) override { return inner_.remove(name); }
  Status sweep_unfinished(std::string_view prefix) override { return inner_.sweep_unfinished(prefix); }
  Result<StoreSpace> space() override { return StoreSpace{capacity_ - used(), capacity_}; }
  [[nodiscard]] std::string describe() const override { return inner_.describe(); }

 private:
  std::uint64_t used() {
    std::uint64_t bytes = 0;
    for (const auto& [name, object] : inner_.objects()) bytes += object.size();
    return bytes;
  }
  MemoryStore& inner_;
  std::uint64_t capacity_;
};

TEST(BackupQuota, refuses_before_it_writes_and_counts_what_is_removed) {
  MemoryStore memory;
  ASSERT_TRUE(memory.put("theirs", Bytes(300)));
  QuotaStore store(memory, 1000);
  ASSERT_TRUE(store.put("a", Bytes(600)));
  EXPECT_TRUE(store.put("a", Bytes(600))) << "the same again takes nothing";
  const auto more = store.put("b", Bytes(101));
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().kind, ErrorKind::permanent);
  EXPECT_NE(more.error().message.find("set aside"), std::string::npos) << more.error().message;
  EXPECT_FALSE(memory.objects().contains("b"));
  EXPECT_EQ(*store.space()->free_bytes, 100U);
  EXPECT_EQ(*store.space()->total_bytes, 1000U);
  ASSERT_TRUE(store.remove("a"));
  EXPECT_TRUE(store.put("b", Bytes(700)));
}

TEST(BackupQuota, fault_what_is_stored_is_not_counted) {
  expect_noticed(Sabotage::quota_uncounted, [] {
    MemoryStore memory;
    QuotaStore store(memory, 1000);
    for (int i = 0; i < 20; ++i) (void)store.put("o" + std::to_string(i), Bytes(100));
    return memory.objects().size() <= 10 ? "" : "more is stored than may be";
  });
}

class FullPlace : public BackupFixture {
 protected:
  // A place filled to the last byte by backups; answers why it could not be pruned then.
  std::string fill_and_prune() {
    store_.objects().clear();
    const auto capacity = kReserveObjectBytes + 6 * 20 * 4096;
    SmallStore place(store_, 4 * kReserveObjectBytes);
    if (!keep_reserve(place).value_or(false)) return "no reserve was put";
    SmallStore full(store_, capacity);
    for (int i = 0; i < 10; ++i) {
      if (!create(full, image(20))) break;
    }
    while (full.put("others/" + std::to_string(store_.objects().size()), Bytes(20))) {
    }
    if (full.put("one/more", Bytes(31))) return "the place is not full";
    if (!give_up_reserve(full).value_or(false)) return "there was no reserve to give up";
    if (!full.put("one/more", Bytes(31))) return "a full place takes no lock";
    Task task;
    RetentionRule rule;
    rule.keep_last = 2;
    const auto pruned = prune_backups(full, keys(), device_, rule, {}, clock_.now(), task);
    if (!pruned) return pruned.error().message;
    return pruned->removed.empty() ? "nothing was removed" : "";
  }
};

TEST_F(FullPlace, can_be_pruned_once_its_reserve_is_given_up) {
  EXPECT_EQ(fill_and_prune(), "");
}

TEST_F(FullPlace, fault_a_reserve_that_is_not_given_up) {
  expect_noticed(Sabotage::reserve_kept, [&] { return fill_and_prune(); });
}

TEST(BackupReserve, is_put_where_there_is_room_and_is_the_same_for_everybody) {
  MemoryStore memory, other;
  SmallStore small(memory, 3 * kReserveObjectBytes);
  EXPECT_FALSE(keep_reserve(small).value());
  EXPECT_TRUE(memory.objects().empty());
  EXPECT_TRUE(keep_reserve(memory).value());
  EXPECT_TRUE(keep_reserve(memory).value());
  EXPECT_TRUE(keep_reserve(other).value());
  EXPECT_EQ(memory.objects(), other.objects());
  EXPECT_TRUE(give_up_reserve(memory).value());
  EXPECT_FALSE(give_up_reserve(memory).value());
}

TEST(BackupForecast, counts_increments_of_the_usual_size_and_the_full_ones_between_them) {
  EXPECT_FALSE(room_for(1'000'000, {}));
  const RoomFacts full{true, 1000, 1000, 0};
  // 25 increments of 20 are the half that a chain may grow to; the next is a full one.
  std::vector<RoomFacts> facts{full, {false, 20, 20, 1}, {false, 20, 20, 2}};
  EXPECT_EQ(room_for(19, facts), 0U);
  EXPECT_EQ(room_for(20, facts), 1U);
  EXPECT_EQ(room_for(24 * 20, facts), 24U);
  EXPECT_EQ(room_for(24 * 20 + 999, facts), 24U);
  EXPECT_EQ(room_for(24 * 20 + 1000 + 20, facts), 26U);
  EXPECT_EQ(room_for(UINT64_MAX / 2, facts), kRoomMost);
  EXPECT_EQ(room_for(0, {full}), 0U);
  EXPECT_EQ(room_for(40, {full}), 2U) << "an increment is guessed until there is one";
}

}  // namespace
}  // namespace till::backup
