// Each planted fault is noticed within its bound: a check that notices nothing is no check.
#include <gtest/gtest.h>

#include "core/log.hpp"
#include "sim/sabotage_list.hpp"

namespace till::sim {
namespace {

class PlantedFaults : public testing::TestWithParam<PlantedFault> {};

TEST_P(PlantedFaults, AreNoticed) {
  log::set_console_level(log::Level::error);
  const Noticed noticed = notice(GetParam(), GetParam().seeds);
  EXPECT_GT(noticed.seeds, 0U) << GetParam().seeds << " seeds did not notice " << GetParam().name
                               << "; search with: sim_run --sabotage " << static_cast<int>(GetParam().sabotage)
                               << " --with " << GetParam().with;
  RecordProperty("seeds_needed", std::to_string(noticed.seeds));
  RecordProperty("noticed_as", noticed.as);
}

INSTANTIATE_TEST_SUITE_P(Each, PlantedFaults, testing::ValuesIn(planted_faults()),
                         [](const auto& run) { return std::string(run.param.name); });

TEST(PlantedFaults, AreAllInTheList) {
  EXPECT_EQ(planted_faults().size() + 1, static_cast<std::size_t>(sync::Sabotage::count));
}

}  // namespace
}  // namespace till::sim
