#include <gtest/gtest.h>

#include "domain/entry.hpp"
#include "domain/till_input.hpp"
#include "small_shop.hpp"
#include "vector_file.hpp"

namespace till {
namespace {

namespace json = boost::json;
using domain::Basket;
using domain::EntryEffect;
using domain::EntryEvent;

struct Case {
  std::string name;
  json::object content;
};

void PrintTo(const Case& c, std::ostream* out) {
  *out << c.name;
}

std::vector<Case> load(const std::string& file) {
  std::vector<Case> out;
  for (const auto& value : vectors::cases(file)) out.push_back({vectors::text(value.at("case")), value.as_object()});
  return out;
}

std::string label(const testing::TestParamInfo<Case>& info) {
  std::string out;
  for (const char c : info.param.name) out += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
  return out;
}

// The lines of `expected` in order, field by field.
std::string ticket_difference(const json::object& expected, const json::value& actual) {
  const auto& lines = actual.at("lines").as_array();
  const auto& wanted = expected.at("lines").as_array();
  if (lines.size() != wanted.size()) return "there are " + std::to_string(lines.size()) + " lines";
  for (std::size_t i = 0; i < lines.size(); ++i)
    if (auto difference = vectors::first_difference(wanted[i], lines[i], std::to_string(i)); !difference.empty())
      return difference;
  return vectors::first_difference(expected.at("total"), actual.at("total"), "total");
}

class Keys : public testing::TestWithParam<Case> {};

TEST_P(Keys, LeaveTheTicketTheCaseShows) {
  const auto& content = GetParam().content;
  const auto context = vectors::small_shop();
  Basket basket;
  Result<std::string> last;
  for (const auto& text : content.at("keys").as_array()) {
    last = domain::enter(vectors::text(text), basket, context);
    if (!last) break;
  }
  if (const auto* refused = content.if_contains("refused")) {
    ASSERT_FALSE(last) << domain::basket_to_json(basket);
    EXPECT_NE(last.error().message.find(vectors::text(*refused)), std::string::npos) << last.error().message;
    return;
  }
  ASSERT_TRUE(last) << last.error().message;
  const auto shown = domain::basket_to_json(basket);
  EXPECT_EQ(ticket_difference(content.at("expect").as_object(), json::parse(shown)), "") << shown;
}

INSTANTIATE_TEST_SUITE_P(More, Keys, testing::ValuesIn(load("till_input_more.json")), label);

// The cases whose outcome is written as prose: each is driven here from its own input.
std::string keys_of(const std::string& name) {
  for (const auto& value : vectors::cases("till_input.json"))
    if (vectors::text(value.at("case")) == name && value.as_object().contains("keys"))
      return vectors::text(value.at("keys"));
  return {};
}

json::value after(const std::string& keys) {
  const auto shown = domain::keys_to_json(keys, Basket{}, vectors::small_shop());
  return shown ? json::parse(*shown) : json::value(shown.error().message);
}

TEST(GivenKeys, TwoOfAPlu) {
  const auto shown = after(keys_of("G1a"));
  EXPECT_EQ(shown.at("command").at("qty"), "2");
  EXPECT_EQ(shown.at("command").at("code"), "4011");
  EXPECT_EQ(shown.at("lines").at(0).at("qty"), "2");
}

TEST(GivenKeys, ThreeTimesOneInADepartment) {
  const auto line = after(keys_of("G1b")).at("lines").at(0);
  EXPECT_EQ(vectors::first_difference(json::value{{"qty", "3"}, {"unit_price", "1.00"}, {"department", "10"}}, line),
            "");
}

TEST(GivenKeys, TheSameAsARefund) {
  const auto shown = after(keys_of("G1c"));
  EXPECT_EQ(shown.at("total"), "-3.00");
  EXPECT_EQ(shown.at("lines").at(0).at("refund"), true);
}

TEST(GivenKeys, FivePercentOffTheLine) {
  EXPECT_EQ(after(keys_of("G1d")).at("lines").at(0).at("discount_percent"), "5");
}

// B21 and its neighbours: the pad and the scanner together, on a real basket.
struct Lane {
  domain::Entry entry;
  Basket basket;
  domain::InputContext context = vectors::small_shop();
  std::string sentence;

  void on(const EntryEvent& event) {
    const auto effect = entry.on(event);
    sentence = effect.sentence;
    Result<std::string> done = std::string();
    switch (effect.kind) {
      case EntryEffect::Kind::none:
      case EntryEffect::Kind::refused:
        return;
      case EntryEffect::Kind::add:
        done = domain::enter(domain::format_quantity(effect.quantity) + "*" + effect.code, basket, context);
        break;
      case EntryEffect::Kind::submit:
        done = domain::enter(effect.text, basket, context);
        break;
      case EntryEffect::Kind::set_quantity:
        quantity(effect.quantity);
        return;
      case EntryEffect::Kind::restore_quantity:
        quantity(std::nullopt);
        return;
    }
    if (!done) sentence = done.error().message;
  }
  void quantity(std::optional<domain::Quantity> value) {
    if (auto set = basket.set_last_quantity(value, true); !set) sentence = set.error().message;
  }
  void type(const std::string& digits) {
    for (const char c : digits) on(EntryEvent::of(c));
  }
  void scan() { on(EntryEvent::scan("4006381333931")); }
  [[nodiscard]] std::int64_t pieces() const {
    std::int64_t sum = 0;
    for (const auto& line : basket.lines()) sum += line.quantity.milli / 1000;
    return sum;
  }
};

TEST(Lane, ScanTwoScanTwoAreFourPieces) {
  Lane lane;
  for (const auto& value : vectors::cases("barcodes.json")) {
    if (vectors::text(value.at("case")) != "B21") continue;
    for (const auto& step : value.at("input").as_array()) {
      const auto text = vectors::text(step);
      if (text.starts_with("scan ")) lane.on(EntryEvent::scan(text.substr(5)));
      if (text.starts_with("type ")) lane.type(text.substr(5));
    }
  }
  EXPECT_EQ(lane.pieces(), 4);
}

TEST(Lane, ThreeTimesScanAreThree) {
  Lane lane;
  lane.type("3");
  lane.on(EntryEvent::of(EntryEvent::Kind::times));
  EXPECT_EQ(lane.entry.display(), "3 x");
  lane.scan();
  EXPECT_EQ(lane.pieces(), 3);
  lane.scan();
  EXPECT_EQ(lane.pieces(), 4) << "the multiplier is used once";
}

TEST(Lane, MultiplierTypedAfterAScanLeavesThatScanAlone) {
  Lane lane;
  lane.scan();
  lane.type("3");
  lane.on(EntryEvent::of(EntryEvent::Kind::times));
  lane.scan();
  EXPECT_EQ(lane.pieces(), 4);
}

TEST(Lane, DigitsEndWithEnter) {
  Lane lane;
  lane.scan();
  lane.type("2");
  lane.on(EntryEvent::of(EntryEvent::Kind::enter));
  lane.type("5");
  EXPECT_EQ(lane.pieces(), 2);
  EXPECT_EQ(lane.entry.display(), "5");
}

TEST(Lane, APluTypedAfterAScanIsAPlu) {
  Lane lane;
  lane.scan();
  lane.type("4011");
  EXPECT_EQ(lane.pieces(), 1) << "the digits did not stay a quantity";
  lane.on(EntryEvent::of(EntryEvent::Kind::enter));
  ASSERT_EQ(lane.basket.lines().size(), 2U) << lane.sentence;
  EXPECT_EQ(lane.basket.lines()[1].name, "Bananas");
}

TEST(Lane, ClearTakesTheTypedQuantityBack) {
  Lane lane;
  lane.scan();
  lane.type("25");
  EXPECT_EQ(lane.pieces(), 25);
  lane.on(EntryEvent::of(EntryEvent::Kind::clear));
  EXPECT_EQ(lane.pieces(), 1);
}

TEST(Lane, BackspaceGoesBackDigitByDigit) {
  Lane lane;
  lane.scan();
  lane.type("25");
  lane.on(EntryEvent::of(EntryEvent::Kind::backspace));
  EXPECT_EQ(lane.pieces(), 2);
  lane.on(EntryEvent::of(EntryEvent::Kind::backspace));
  EXPECT_EQ(lane.pieces(), 1);
}

TEST(Lane, DigitsBeforeAScanAreNeverItsQuantity) {
  Lane lane;
  lane.type("7");
  lane.scan();
  EXPECT_EQ(lane.pieces(), 1);
  EXPECT_NE(lane.sentence.find("7 was not used"), std::string::npos);
}

TEST(Lane, ThreeDigitsWaitForEnter) {
  Lane lane;
  lane.scan();
  lane.type("120");
  EXPECT_EQ(lane.pieces(), 1);
  lane.on(EntryEvent::of(EntryEvent::Kind::enter));
  EXPECT_EQ(lane.pieces(), 120);
}

TEST(Lane, TenScansAllLand) {
  Lane lane;
  for (int i = 0; i < 10; ++i) lane.scan();
  EXPECT_EQ(lane.pieces(), 10);
}

}  // namespace
}  // namespace till
