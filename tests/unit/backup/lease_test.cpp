// The lock of a place: never two at once, and never for ever.
#include "backup/lease.hpp"

#include <gtest/gtest.h>

#include <set>

#include "memory_store.hpp"
#include "planted_faults.hpp"

namespace till::backup {
namespace {

using namespace std::chrono_literals;

class LeaseTest : public testing::Test {
 protected:
  // One of the programs that want the lock: on a PC of its own, with clocks of its own.
  struct Writer {
    Writer(LeaseTest& test, std::uint64_t seed, ByteView owner)
        : random(seed), holder(Holder::make(owner, random)), lease(test.store_, test.device_, holder, clock) {}
    ManualClock clock;
    SeededRandom random;
    Holder holder;
    LockWatch watch;
    Lease lease;
    bool takes() {
      const auto taken = lease.try_take(watch);
      EXPECT_TRUE(taken) << taken.error().message;
      return taken && *taken;
    }
  };
  std::size_t claims() { return store_.list(lock_prefix(device_))->size(); }

  MemoryStore store_;
  Id device_ = id_from_bytes(Bytes(16, 7)).value();
};

TEST_F(LeaseTest, is_held_by_one_and_free_after_its_release) {
  Writer a(*this, 1, view("till one")), b(*this, 2, view("till two"));
  EXPECT_TRUE(a.takes());
  EXPECT_FALSE(b.takes());
  EXPECT_EQ(claims(), 1U) << "who waits leaves nothing";
  a.lease.release();
  EXPECT_EQ(claims(), 0U);
  EXPECT_TRUE(b.takes());
}

TEST_F(LeaseTest, beats_on_and_leaves_one_claim_at_a_time) {
  Writer a(*this, 1, view("till one"));
  ASSERT_TRUE(a.takes());
  const auto first = store_.list(lock_prefix(device_))->front().name;
  a.clock.advance(14s);
  ASSERT_TRUE(a.lease.keep());
  EXPECT_EQ(store_.list(lock_prefix(device_))->front().name, first) << "nothing is written between beats";
  a.clock.advance(1s);
  ASSERT_TRUE(a.lease.keep());
  EXPECT_EQ(claims(), 1U);
  EXPECT_NE(store_.list(lock_prefix(device_))->front().name, first);
}

TEST_F(LeaseTest, a_dead_holder_gives_way_after_its_beat_stood_still_for_the_reader) {
  Writer a(*this, 1, view("till one")), b(*this, 2, view("till two"));
  ASSERT_TRUE(a.takes());  // and dies
  EXPECT_FALSE(b.takes());
  b.clock.advance(89s);
  EXPECT_FALSE(b.takes());
  b.clock.advance(1s);
  EXPECT_TRUE(b.takes());
  EXPECT_EQ(claims(), 1U);
}

TEST_F(LeaseTest, a_slow_holder_that_beats_now_and_then_is_never_taken_over) {
  Writer a(*this, 1, view("till one")), b(*this, 2, view("till two"));
  ASSERT_TRUE(a.takes());
  for (int minute = 0; minute < 200; ++minute) {
    a.clock.advance(60s);
    ASSERT_TRUE(a.lease.keep());
    b.clock.advance(60s);
    ASSERT_FALSE(b.takes());
  }
}

TEST_F(LeaseTest, clocks_on_the_wall_decide_nothing) {
  Writer a(*this, 1, view("till one")), b(*this, 2, view("till two"));
  ASSERT_TRUE(a.takes());
  EXPECT_FALSE(b.takes());
  b.clock.set_utc({b.clock.now().us + 400LL * 86400 * 1'000'000});
  EXPECT_FALSE(b.takes()) << "a year by the wall";
  b.clock.set_utc({0});
  b.clock.advance(89s);
  EXPECT_FALSE(b.takes());
}

TEST_F(LeaseTest, who_was_taken_over_from_notices_and_changes_nothing_more) {
  Writer a(*this, 1, view("till one")), b(*this, 2, view("till two"));
  ASSERT_TRUE(a.takes());
  LeasedStore place(store_, a.lease);
  ASSERT_TRUE(place.put("a/1", view("x")));
  EXPECT_FALSE(b.takes());
  b.clock.advance(90s);  // a sleeps all the while
  ASSERT_TRUE(b.takes());
  a.clock.advance(100s);
  const auto late = place.put("a/2", view("x"));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, ErrorKind::retry);
  EXPECT_FALSE(store_.objects().contains("a/2"));
  EXPECT_FALSE(place.remove("a/1")) << "nor later";
  a.lease.release();
  EXPECT_TRUE(b.lease.keep()) << "the other one's claim is not touched";
}

TEST_F(LeaseTest, a_pc_that_slept_looks_before_it_writes_though_its_monotonic_clock_stood_still) {
  Writer a(*this, 1, view("till one")), b(*this, 2, view("till two"));
  ASSERT_TRUE(a.takes());
  EXPECT_FALSE(b.takes());
  b.clock.advance(90s);
  ASSERT_TRUE(b.takes());
  a.clock.set_utc({a.clock.now().us + 100'000'000});
  EXPECT_FALSE(LeasedStore(store_, a.lease).put("a/1", view("x")));
}

TEST_F(LeaseTest, a_run_of_the_same_owner_that_is_known_to_have_ended_is_not_waited_for) {
  ManualClock clock;
  SeededRandom random(9);
  LockWatch watch;
  Lease crashed(store_, device_, Holder::make(view("till one"), random), clock);
  ASSERT_TRUE(*crashed.try_take(watch));
  const auto ended = [](const Holder&) { return true; };
  Lease other(store_, device_, Holder::make(view("till two"), random), clock, ended);
  EXPECT_FALSE(*other.try_take(watch)) << "of another owner nothing is known";
  Lease next(store_, device_, Holder::make(view("till one"), random), clock, ended);
  EXPECT_TRUE(*next.try_take(watch));
}

// The plug is pulled at every operation of taking, beating and giving back.
TEST_F(LeaseTest, a_holder_that_stops_at_any_operation_is_followed_by_another) {
  for (std::uint64_t stop = 1; stop < 16; ++stop) {
    store_.objects().clear();
    ManualClock clock;
    SeededRandom random(stop);
    FaultyStore dying(store_);
    LockWatch watch;
    Lease a(dying, device_, Holder::make(view("till one"), random), clock);
    dying.fail_at(stop, ErrorKind::permanent, true);
    if (a.try_take(watch).value_or(false)) {
      clock.advance(20s);
      (void)a.keep();
      a.release();
    }
    Writer b(*this, 2, view("till two"));
    for (int i = 0; i < 2 && !b.takes(); ++i) b.clock.advance(90s);
    EXPECT_TRUE(b.lease.held()) << "operation " << stop;
    EXPECT_EQ(claims(), 1U) << "operation " << stop;
  }
}

TEST_F(LeaseTest, what_is_no_claim_is_ignored_and_left_alone) {
  ASSERT_TRUE(store_.put(lock_prefix(device_) + "notes.txt", view("x")));
  ASSERT_TRUE(store_.put(lock_prefix(device_) + std::string(32, 'a') + "-00000001", view("too short")));
  Writer a(*this, 1, view("till one"));
  EXPECT_TRUE(a.takes());
  a.lease.release();
  EXPECT_EQ(claims(), 2U);
}

TEST_F(LeaseTest, claims_and_names_are_read_back_and_nonsense_is_refused) {
  SeededRandom random(3);
  const Claim claim{Holder::make(view("till one"), random), 12'345'678};
  const auto name = claim_name(device_, claim);
  EXPECT_TRUE(is_object_name(name));
  EXPECT_EQ(parse_claim_name(name.substr(lock_prefix(device_).size())), claim);
  const auto bytes = encode_claim(claim);
  EXPECT_EQ(bytes.size(), kLockObjectSize);
  EXPECT_EQ(*decode_claim(bytes), claim);
  for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(decode_claim(ByteView(bytes).first(size)));
  auto newer = bytes;
  newer[6] = 2;
  EXPECT_EQ(decode_claim(newer).error().kind, ErrorKind::permanent);
  for (const auto* wrong :
       {"", "x", "00112233445566778899aabbccddeeff-0000000x", "00112233445566778899aabbccddeeff00000001",
        "0011223344556677889zaabbccddeeff-00000001", "00112233445566778899aabbccddeeff--0000001"})
    EXPECT_FALSE(parse_claim_name(wrong)) << wrong;
}

// A store whose every operation lets other writers go on first, in an order of the seed's choosing.
class TakingTurns final : public ObjectStore {
 public:
  TakingTurns(ObjectStore& inner, std::function<void()> before) : inner_(inner), before_(std::move(before)) {}
  Result<Id> id() override { return inner_.id(); }
  Status put(std::string_view name, ByteView bytes) override { return before_(), inner_.put(name, bytes); }
  Result<std::optional<Bytes>> get(std::string_view name, std::uint64_t max) override {
    return before_(), inner_.get(name, max);
  }
  Result<std::vector<ObjectInfo>> list(std::string_view prefix) override { return before_(), inner_.list(prefix); }
  Status remove(std::string_view name) override { return before_(), inner_.remove(name); }
  Status sweep_unfinished(std::string_view prefix) override { return inner_.sweep_unfinished(prefix); }
  Result<StoreSpace> space() override { return inner_.space(); }
  [[nodiscard]] std::string describe() const override { return inner_.describe(); }

 private:
  ObjectStore& inner_;
  std::function<void()> before_;
};

// Two writers whose operations interleave in every way that the seeds find: the second one does something in between
// any two of the first one's operations. Counts the times that both believed to hold it.
int both_held(std::uint64_t seeds) {
  int both = 0;
  const auto device = id_from_bytes(Bytes(16, 7)).value();
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    MemoryStore store;
    ManualClock clock_a, clock_b;
    SeededRandom random(seed);
    LockWatch watch_a, watch_b;
    Lease b(store, device, Holder::make(view("b"), random), clock_b);
    bool inside = false;
    const auto b_does_something = [&] {
      if (inside || random.below(3) == 0) return;
      inside = true;
      clock_b.advance(std::chrono::seconds(random.below(40)));
      if (b.held() ? random.below(4) == 0 : random.below(6) == 0)
        b.release();
      else if (b.held())
        (void)b.keep();
      else
        (void)b.try_take(watch_b);
      inside = false;
    };
    TakingTurns seen_by_a(store, b_does_something);
    Lease a(seen_by_a, device, Holder::make(view("a"), random), clock_a);
    for (int step = 0; step < 60; ++step) {
      // Both clocks run alike but for a few seconds, as those of two PCs.
      clock_a.advance(std::chrono::seconds(10));
      if (clock_b.monotonic() < clock_a.monotonic()) clock_b.advance(clock_a.monotonic() - clock_b.monotonic());
      const bool a_works = a.held() ? a.keep().has_value() : a.try_take(watch_a).value_or(false);
      // b looks now, as it would before its next operation.
      inside = true;
      const bool b_works = b.held() && b.keep().has_value();
      const bool a_still = a_works && a.keep().has_value();
      inside = false;
      both += a_still && b_works ? 1 : 0;
      if (random.below(5) == 0) a.release();
    }
  }
  return both;
}

TEST_F(LeaseTest, two_writers_whose_operations_interleave_never_both_hold_it) {
  EXPECT_EQ(both_held(400), 0);
}

TEST_F(LeaseTest, fault_a_lock_taken_without_a_look_at_others) {
  expect_noticed(Sabotage::claim_unlooked, [] { return both_held(40) == 0 ? "" : "two wrote at once"; });
}

TEST_F(LeaseTest, fault_a_holder_taken_for_dead_at_the_first_look) {
  expect_noticed(Sabotage::heartbeat_unwatched, [&]() -> std::string {
    store_.objects().clear();
    Writer a(*this, 1, view("till one")), b(*this, 2, view("till two"));
    return a.takes() && b.takes() ? "a living holder was taken over from" : "";
  });
}

TEST_F(LeaseTest, fault_a_holder_that_does_not_notice_that_it_lost_the_lock) {
  expect_noticed(Sabotage::loss_unnoticed, [&]() -> std::string {
    store_.objects().clear();
    Writer a(*this, 1, view("till one")), b(*this, 2, view("till two"));
    if (!a.takes() || b.takes()) return "the lock does not work at all";
    b.clock.advance(90s);
    if (!b.takes()) return "a dead holder is waited for for ever";
    a.clock.advance(100s);
    return LeasedStore(store_, a.lease).put("a/1", view("x")) ? "two write at once" : "";
  });
}

}  // namespace
}  // namespace till::backup
