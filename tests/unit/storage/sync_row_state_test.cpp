// The stamps of a row as bytes: what is read is what was written, rows of earlier programs read as before, and bytes
// that no program writes are refused.
#include "storage/sync_row_state.hpp"

#include <map>
#include <string>

#include "storage_fixture.hpp"

namespace till::storage {
namespace {

using sync::FieldState;
using sync::Order;
using sync::Stamp;

constexpr std::int64_t kMade_ms = 1'790'000'000'000, kHour_ms = 3'600'000, kDay_ms = 24 * kHour_ms;

class SyncRowState : public ::testing::Test {
 protected:
  void SetUp() override {
    EXPECT_DONE(
        conn_->exec("CREATE TABLE sync_origin(number INTEGER PRIMARY KEY, device BLOB NOT NULL, "
                    "incarnation INTEGER NOT NULL)"));
    for (const Order& order : {made_, priced_})
      EXPECT_DONE(origins_.number_of({order.device, order.incarnation}));  // 1 and 2
  }
  static Order order(std::uint8_t device, std::uint64_t incarnation, Stamp stamp, std::uint64_t sequence) {
    Order made;
    made.device.bytes.fill(device);
    made.incarnation = incarnation;
    made.stamp = stamp;
    made.sequence = sequence;
    return made;
  }
  static FieldStates all_by(const Order& change, std::initializer_list<int> fields) {
    FieldStates states;
    for (const int field : fields) states[static_cast<FieldNumber>(field)].order = change;
    return states;
  }
  // Seven fields with a rival, a change that is expected and a gap.
  FieldStates eventful() {
    FieldStates states = all_by(made_, {1, 2, 3, 4, 5, 6, 40});
    states[2] = {renamed_, {}, {priced_}};
    states[4] = {priced_, {{renamed_, Bytes{1, 2, 3}}}, {}};
    return states;
  }
  static bool same(const FieldStates& a, const FieldStates& b) {  // expected changes, too
    return a == b && std::ranges::equal(
                         a, b, {}, [](const auto& field) { return field.second.expected; },
                         [](const auto& field) { return field.second.expected; });
  }
  Bytes encoded(const FieldStates& states) { return value_of(encode_states(states, origins_)); }
  FieldStates decoded(ByteView bytes) { return value_of(decode_states(bytes, origins_)); }
  static Bytes bytes(std::string hex) {  // with blanks, to be read
    std::erase(hex, ' ');
    return value_of(from_hex(hex));
  }
  void expect_refused(ByteView bytes) {
    const auto read = decode_states(bytes, origins_);
    ASSERT_FALSE(read.has_value()) << to_hex(bytes);
    EXPECT_EQ(read.error().kind, ErrorKind::corrupt);
  }

  const Order made_ = order(0xaa, 1, Stamp::of(kMade_ms, 7), 5);
  const Order priced_ = order(0xbb, 2, Stamp::of(kMade_ms + kHour_ms, 9), 1200);
  const Order renamed_ = order(0xaa, 1, Stamp::of(kMade_ms + kDay_ms, 3), 31);
  std::unique_ptr<Connection> conn_ = value_of(Connection::open(":memory:", Access::read_write));
  SyncOrigins origins_{*conn_};
};

TEST_F(SyncRowState, of_a_row_that_one_change_made_are_a_run) {
  const FieldStates states = all_by(made_, {1, 2, 3, 4, 5, 6, 7, 8, 9});
  // format, one change and no other origin, its origin, stamp and sequence; a run with eight more
  EXPECT_EQ(encoded(states), bytes("03 00 01 01a0c4506c000007 05 04 08"));
  EXPECT_TRUE(same(decoded(encoded(states)), states));
}

TEST_F(SyncRowState, further_changes_of_an_origin_are_differences) {
  FieldStates states = all_by(made_, {1, 2, 3});
  states[2].order = renamed_;
  EXPECT_EQ(encoded(states), bytes("03 02 01 01a0c4506c000007 05 fcffffdfe5a401 34 00 08 00"));
  EXPECT_TRUE(same(decoded(encoded(states)), states));
}

TEST_F(SyncRowState, with_rivals_expected_changes_and_gaps_read_as_written) {
  EXPECT_TRUE(same(decoded(encoded(eventful())), eventful()));
  EXPECT_TRUE(same(decoded(encoded({})), {}));
  const auto highest = all_by(made_, {1, 65'534, 65'535});
  EXPECT_TRUE(same(decoded(encoded(highest)), highest));
}

TEST_F(SyncRowState, of_changes_far_apart_read_as_written) {
  FieldStates states = all_by(order(0xaa, 1, Stamp{0}, ~0ULL), {1});
  states[2].order = order(0xaa, 1, Stamp{~0ULL}, 0);
  states[3].order = order(0xaa, 1, Stamp{~0ULL}, 1);
  EXPECT_TRUE(same(decoded(encoded(states)), states));
}

// As the programs of before wrote them.
TEST_F(SyncRowState, of_earlier_formats_read_as_before) {
  const Bytes format_2 = bytes(
      "02 03 01 01a0c4506c000007 05 01 01a0c976c8000003 1f 02 01a0c4875a800009 b009 "
      "07 01 00 02 06 01 02 03 00 04 09 01 01 03 010203 05 00 06 00 28 00");
  EXPECT_TRUE(same(decoded(format_2), eventful()));
  const Bytes format_1 =
      bytes("01 02 01 01a0c4506c000007 05 02 01a0c4875a800009 b009 02 01 00 02 01 01 01 04 372c3530");
  FieldStates rival = all_by(made_, {1, 2});
  rival[2].rivals = {{priced_, to_bytes("7,50")}};
  EXPECT_TRUE(same(decoded(format_1), rival));
}

// 25 bytes held 21 MB.
TEST_F(SyncRowState, of_a_few_bytes_are_never_many_fields) {
  FieldStates many;
  for (FieldNumber field = 1; field <= 3000; ++field) many[field].order = made_;
  const Bytes whole = encoded(many);
  EXPECT_TRUE(same(decoded(whole), many));
  EXPECT_GT(whole.size(), many.size() - 1024);
  expect_refused(bytes("03 00 01 01a0c4506c000007 05 04 8108"));
}

TEST_F(SyncRowState, that_end_early_or_go_on_are_refused) {
  const Bytes whole = encoded(eventful());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto read = decode_states(ByteView(whole).first(size), origins_);
    // Between two fields it ends as a row with fewer fields would: the page's seal and the row's hash are for that.
    EXPECT_TRUE(!read || read->size() < eventful().size());
  }
  expect_refused({});
  Bytes longer = whole;
  longer.push_back(0x02);  // one more field, whose number does not follow
  expect_refused(longer);
  longer.back() = 0xff;
  expect_refused(longer);
}

TEST_F(SyncRowState, that_no_program_writes_are_refused) {
  const std::string one_change = "00 01 01a0c4506c000007 05 ";
  const std::map<std::string, std::string> damaged = {
      {"a newer format", "04 " + one_change + "00"},
      {"no format", "00 " + one_change + "00"},
      {"an origin that is not known", "03 00 09 01a0c4506c000007 05 00"},
      {"more changes than bytes", "03 fe7f 01 01a0c4506c000007 05 00"},
      {"the second of one change", "03 " + one_change + "08"},
      {"the same number again", "03 " + one_change + "00 02 01"},
      {"a run beyond the last number", "03 " + one_change + "06 ffff03 01"},
      {"a number beyond the last", "03 " + one_change + "02 808004"},
      {"a run with rivals", "03 " + one_change + "05 01 01 00 00 00"},
      {"a rival by a change that is not there", "03 " + one_change + "01 01 08 00 00"},
      {"an expected change that is not there", "03 " + one_change + "01 00 01 01"}};
  for (const auto& [name, hex] : damaged) {
    SCOPED_TRACE(name);
    expect_refused(bytes(hex));
  }
}

}  // namespace
}  // namespace till::storage
