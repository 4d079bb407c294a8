// Core: errors, bytes, ids, times, decimals, fields, text.
#include <gtest/gtest.h>

#include "core/bytes.hpp"
#include "core/clock.hpp"
#include "core/decimal.hpp"
#include "core/fields.hpp"
#include "core/id.hpp"
#include "core/queue.hpp"
#include "core/text.hpp"

namespace till {
namespace {

TEST(Decimal, ReadsWhatAPersonWrites) {
  EXPECT_EQ(*parse_decimal("15.70", 2, "the price"), 1570);
  EXPECT_EQ(*parse_decimal("-0.5", 3, "x"), -500);
  EXPECT_EQ(*parse_decimal("1.500", 1, "x"), 15);
  EXPECT_EQ(*parse_decimal(".5", 2, "x"), 50);
}

TEST(Decimal, RefusesWithASentence) {
  for (const char* text : {"", "-", ".", "1,5", "1e3", "abc", "1.234", "99999999999999999999", " 1"})
    EXPECT_FALSE(parse_decimal(text, 2, "the price")) << text;
  EXPECT_EQ(parse_decimal("1.234", 2, "the price").error().message, "the price '1.234' has more than 2 decimals");
}

TEST(Decimal, FormatsBack) {
  EXPECT_EQ(format_decimal(-5, 2), "-0.05");
  EXPECT_EQ(format_decimal(27000, 0), "27000");
  EXPECT_EQ(format_decimal_short(1500, 3), "1.5");
  EXPECT_EQ(format_decimal_short(-2000, 3), "-2");
}

TEST(Clock, Rfc3339RoundTrip) {
  const auto t = from_rfc3339("2026-11-20T09:41:07.123Z");
  ASSERT_TRUE(t);
  EXPECT_EQ(to_rfc3339(*t), "2026-11-20T09:41:07.123Z");
  EXPECT_EQ(to_rfc3339(*from_rfc3339("2026-11-20T10:41:07+01:00")), "2026-11-20T09:41:07.000Z");
  for (const char* text : {"", "2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-11-20", "2026-11-20T09:41:07", "2026-11-20T25:00:00Z"})
    EXPECT_FALSE(from_rfc3339(text)) << text;
}

TEST(Bytes, Base32SurvivesBeingReadAloud) {
  const Bytes secret = {0, 1, 2, 250, 251};
  auto code = to_base32(secret);
  EXPECT_EQ(*from_base32(code), secret);
  for (auto& c : code) c = c == '0' ? 'o' : c == '1' ? 'l' : static_cast<char>(std::tolower(c));
  EXPECT_EQ(*from_base32(code), secret);
}

TEST(Id, TextRoundTripAndOrder) {
  ManualClock clock;
  SeededRandom random(7);
  const auto a = new_id(clock, random);
  clock.advance(std::chrono::milliseconds(1));
  const auto b = new_id(clock, random);
  EXPECT_LT(a, b);
  EXPECT_EQ(*id_from_string(to_string(a)), a);
  EXPECT_FALSE(id_from_string("nonsense"));
}

struct Sample {
  std::string name;
  std::int64_t price = 0;
  std::vector<std::string> codes;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(field(1, "name", name), field(2, "price", price), field(7, "codes", codes));
  }
};

TEST(Fields, OneDescriptionServesWholeAndFields) {
  const Sample tea{"Tea", -249, {"4006381333931", "1"}};
  const auto back = decode<Sample>(encode(tea));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->codes, tea.codes);

  auto fields = to_fields(tea);
  EXPECT_EQ(fields.size(), 3U);
  Sample other;
  fields.erase(1);
  ASSERT_TRUE(apply_fields(fields, other));
  EXPECT_EQ(other.price, -249);
  EXPECT_EQ(other.name, "");
}

TEST(Wire, HostileSizesAreRefusedBeforeAllocating) {
  ByteWriter w;
  w.varint(1'000'000'000'000ULL);
  EXPECT_EQ(decode<std::string>(w.bytes()).error().kind, ErrorKind::corrupt);
  EXPECT_EQ(decode<std::vector<std::string>>(w.bytes()).error().kind, ErrorKind::corrupt);
}

TEST(Wire, EveryCutIsRefused) {
  const auto bytes = encode(Sample{"Coffee", 250, {"1", "22"}});
  for (std::size_t n = 0; n < bytes.size(); ++n) EXPECT_FALSE(decode<Sample>(ByteView(bytes).first(n))) << n;
}

TEST(Text, CardNumbersAreMaskedAndItemCodesAreNot) {
  EXPECT_EQ(mask_card_numbers("paid 4111 1111 1111 1111 ok"), "paid **** **** **** 1111 ok");
  EXPECT_EQ(mask_card_numbers("5500005555555559"), "************5559");
  EXPECT_EQ(mask_card_numbers("item 4006381333931"), "item 4006381333931");
  EXPECT_EQ(mask_card_numbers("order 1234567890123456"), "order 1234567890123456");
}

TEST(Queue, RefusesPastItsBoundAndDrainsAfterClose) {
  BoundedQueue<int> q(2);
  EXPECT_TRUE(q.try_push(1));
  EXPECT_TRUE(q.try_push(2));
  EXPECT_FALSE(q.try_push(3));
  q.close();
  EXPECT_EQ(q.pop(), 1);
  EXPECT_EQ(q.pop(), 2);
  EXPECT_FALSE(q.pop());
}

}  // namespace
}  // namespace till
