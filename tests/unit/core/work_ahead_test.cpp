#include "core/work_ahead.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <stdexcept>
#include <vector>

namespace till {
namespace {

class WorkAheadTest : public testing::TestWithParam<bool> {};  // with a second core and without

TEST_P(WorkAheadTest, gives_results_in_the_order_in_which_they_were_begun) {
  WorkAhead<int> work(3, GetParam());
  std::vector<int> taken;
  for (int i = 0; i < 500; ++i) {
    if (work.is_full()) taken.push_back(work.take());
    work.begin([i] { return i; });
  }
  while (!work.is_empty()) taken.push_back(work.take());
  ASSERT_EQ(taken.size(), 500U);
  for (int i = 0; i < 500; ++i) ASSERT_EQ(taken[static_cast<std::size_t>(i)], i);
}

TEST_P(WorkAheadTest, with_room_for_one_runs_one_after_the_other) {
  int shared = 0;  // by nobody at the same time: the thread sanitizer looks
  WorkAhead<int> work(1, GetParam());
  for (int i = 1; i <= 500; ++i) {
    work.begin([&] { return ++shared; });
    EXPECT_TRUE(work.is_full());
    ASSERT_EQ(work.take(), i);
  }
}

TEST_P(WorkAheadTest, throws_where_it_is_taken_and_goes_on) {
  WorkAhead<int> work(2, GetParam());
  work.begin([]() -> int { throw std::runtime_error("no memory"); });
  work.begin([] { return 7; });
  EXPECT_THROW(work.take(), std::runtime_error);
  EXPECT_EQ(work.take(), 7);
}

TEST_P(WorkAheadTest, that_nobody_takes_ends_with_its_owner) {
  std::atomic<int> running = 0;
  {
    WorkAhead<int> work(4, GetParam());
    for (int i = 0; i < 4; ++i)
      work.begin([&] {
        ++running;
        return --running;
      });
  }
  EXPECT_EQ(running, 0) << "work goes on that uses what is gone";
}

// The helper is held up in the first piece until the owner has done the second one.
TEST(WorkAheadOfItsOwner, is_done_by_the_owner_while_the_helper_is_busy) {
  std::latch begun(1), second_done(1);
  WorkAhead<int> work(2, true);
  work.begin([&] {
    begun.count_down();
    second_done.wait();
    return 1;
  });
  begun.wait();
  work.begin([&] {
    second_done.count_down();
    return 2;
  });
  EXPECT_EQ(work.take(), 1);
  EXPECT_EQ(work.take(), 2);
}

INSTANTIATE_TEST_SUITE_P(Cores, WorkAheadTest, testing::Bool());

}  // namespace
}  // namespace till
