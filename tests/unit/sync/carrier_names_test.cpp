#include "sync/carrier_names.hpp"

#include <gtest/gtest.h>

#include "backup/object_store.hpp"
#include "sync_fixture.hpp"

namespace till::sync {
namespace {

const Id kTenant = id_of(0x7e);

CarrierName name() {
  RecordHash hash{};
  hash.fill(0xab);
  return carrier_name({id_of(0xde, 1), 0x0123456789abcdef, Lane::normal}, 5000, 5099, hash);
}

TEST(CarrierNames, AreWhatTheDocumentSays) {
  const std::string folder = carrier_folder(kTenant);
  EXPECT_EQ(folder.size(), 21U);
  EXPECT_EQ(to_string(folder, name()), folder +
                                           "/de000000000000000000000000000001-0123456789abcdef/2-00000000000004/"
                                           "0000000000001388-064-abababababababab");
}

TEST(CarrierNames, AreReadBackAndFitWhereObjectsAreKept) {
  const std::string folder = carrier_folder(kTenant), text = to_string(folder, name());
  EXPECT_TRUE(backup::is_object_name(text));
  ASSERT_TRUE(parse_carrier_name(folder, text));
  EXPECT_EQ(*parse_carrier_name(folder, text), name());
}

TEST(CarrierNames, OfTwoTenantsDiffer) {
  EXPECT_NE(carrier_folder(kTenant), carrier_folder(id_of(0x7f)));
  EXPECT_FALSE(parse_carrier_name(carrier_folder(id_of(0x7f)), to_string(carrier_folder(kTenant), name())));
}

TEST(CarrierNames, AnythingElseIsNoName) {
  const std::string folder = carrier_folder(kTenant), good = to_string(folder, name());
  for (std::size_t at = folder.size(); at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = 'G';
    EXPECT_FALSE(parse_carrier_name(folder, bad)) << bad;
    EXPECT_FALSE(parse_carrier_name(folder, good.substr(0, at)));
  }
  const auto spelled = [&](const char* lane_and_range) {
    return folder + "/de000000000000000000000000000001-0123456789abcdef/" + lane_and_range;
  };
  EXPECT_TRUE(parse_carrier_name(folder, spelled("0-00000000000000/0000000000000001-001-abababababababab")));
  EXPECT_FALSE(parse_carrier_name(folder, spelled("4-00000000000000/0000000000000001-001-abababababababab")));
  EXPECT_FALSE(parse_carrier_name(folder, spelled("0-00000000000001/0000000000000001-001-abababababababab")));
  EXPECT_FALSE(parse_carrier_name(folder, spelled("0-00000000000000/0000000000000000-001-abababababababab")));
  EXPECT_FALSE(parse_carrier_name(folder, spelled("0-00000000000000/0000000000000001-000-abababababababab")));
  EXPECT_FALSE(parse_carrier_name(folder, spelled("0-00000000000000/0000000000000001-101-abababababababab")));
  EXPECT_FALSE(parse_carrier_name(folder, spelled("0-00000000000000/0000000000000001-0A0-abababababababab")));
  EXPECT_FALSE(parse_carrier_name(folder, spelled("0-3fffffffffffff/ffffffffffffffff-001-abababababababab")));
  EXPECT_FALSE(parse_carrier_name(folder, good + "0"));
  EXPECT_FALSE(parse_carrier_name(folder, ""));
}

TEST(CarrierNames, InOrderAreRecordsInOrderAndTheUrgentLaneFirst) {
  CarrierName sale = name(), later = name();
  sale.lane = Lane::critical;
  sale.first = 900'000;
  later.first = 6000;
  EXPECT_LT(sale, name());
  EXPECT_LT(name(), later);
  const std::string folder = carrier_folder(kTenant);
  EXPECT_LT(to_string(folder, name()), to_string(folder, later));
}

}  // namespace
}  // namespace till::sync
