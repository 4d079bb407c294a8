// Files of other programs, below the shop: encodings, numbers, JSON rows, columns.
#include "app/data/cells.hpp"
#include "app/data/column_map.hpp"
#include "app/data/json_rows.hpp"
#include "app/data/table_source.hpp"
#include "app/data/text_encoding.hpp"
#include "shop_fixture.hpp"

namespace till::app {
namespace {

std::string utf16(const std::string& ascii, bool little_endian, bool with_mark) {
  std::string bytes = !with_mark ? "" : little_endian ? "\xff\xfe" : "\xfe\xff";
  for (const char c : ascii) bytes += little_endian ? std::string{c, '\0'} : std::string{'\0', c};
  return bytes;
}

TEST(TextEncodings, are_found_from_the_bytes) {
  EXPECT_EQ(value_of(decode_text("\xef\xbb\xbf"
                                 "Käse"))
                .utf8,
            "Käse");
  EXPECT_EQ(value_of(decode_text("Käse 3 €")).encoding, TextEncoding::utf8);
  const auto windows = value_of(decode_text("K\xe4se 3 \x80"));
  EXPECT_EQ(windows.encoding, TextEncoding::windows_1252);
  EXPECT_EQ(windows.utf8, "Käse 3 €");
  for (const bool little : {true, false}) {
    for (const bool mark : {true, false}) {
      const auto text = value_of(decode_text(utf16("sku,name\nA1,Milk\n", little, mark)));
      EXPECT_EQ(text.utf8, "sku,name\nA1,Milk\n");
      EXPECT_EQ(text.encoding, little ? TextEncoding::utf16_le : TextEncoding::utf16_be);
    }
  }
  EXPECT_EQ(value_of(decode_text("")).utf8, "");
  EXPECT_FALSE(decode_text(std::string("a\0b", 3)));
  EXPECT_FALSE(
      decode_text("\xff\xfe"
                  "a"));
}

std::string number(const std::string& cell, DecimalSign sign = DecimalSign::unknown) {
  const auto plain = plain_number(cell, sign, "it");
  return plain ? *plain : "?";
}

TEST(Numbers, of_both_conventions_are_read_and_what_is_ambiguous_is_refused) {
  EXPECT_EQ(number("1.234,56 €"), "1234.56");
  EXPECT_EQ(number("1,234.56"), "1234.56");
  EXPECT_EQ(number("1.234.567"), "1234567");
  EXPECT_EQ(number("12,5"), "12.5");
  EXPECT_EQ(number("0,125"), "0.125");
  EXPECT_EQ(number("-3.50"), "-3.50");
  EXPECT_EQ(number("CHF 1'234.50"), "1234.50");
  EXPECT_EQ(number("1\xc2\xa0"
                   "234,5"),
            "1234.5");
  EXPECT_EQ(number("12"), "12");
  EXPECT_EQ(number("1.234"), "?");
  EXPECT_EQ(number("1.234", DecimalSign::point), "1.234");
  EXPECT_EQ(number("1.234", DecimalSign::comma), "1234");
  EXPECT_EQ(number("1,234", DecimalSign::point), "1234");
  EXPECT_EQ(number("12.50", DecimalSign::comma), "12.50");
}

TEST(Numbers, that_are_none_are_refused) {
  for (const std::string cell : {"", "abc", "1.2.3", "1,23.45,6", "12.34.567,8", "1e5", "--1", "1,2,3", "variable"})
    EXPECT_EQ(number(cell, DecimalSign::point), "?") << cell;
}

TEST(Numbers, tell_the_sign_of_their_file_only_when_they_must) {
  EXPECT_EQ(decimal_sign_of("1.234,56"), DecimalSign::comma);
  EXPECT_EQ(decimal_sign_of("3.50"), DecimalSign::point);
  EXPECT_EQ(decimal_sign_of("1.234"), DecimalSign::unknown);
  EXPECT_EQ(decimal_sign_of("12"), DecimalSign::unknown);
  EXPECT_EQ(decimal_sign_of("none"), DecimalSign::unknown);
}

std::string json_refusal(const std::string& text) {
  JsonRowReader reader(text);
  JsonRow row;
  for (;;) {
    const auto more = reader.next(row);
    if (!more) return more.error().message;
    if (!*more) return "";
  }
}

TEST(JsonRows, keep_the_digits_of_numbers_and_the_lines_of_objects) {
  JsonRowReader reader(R"([
  {"sku": "A1", "price": 0.10, "qty": 12345678901234567890.5, "codes": ["1", 22, true], "none": null},

  {"sku": "Käse \"x\"", "available": false, "empty": []}
])");
  for (int round = 0; round < 2; ++round) {
    JsonRow row;
    ASSERT_TRUE(value_of(reader.next(row)));
    EXPECT_EQ(row.line, 2u);
    EXPECT_EQ(row.fields,
              (std::vector<std::pair<std::string, std::string>>{
                  {"sku", "A1"}, {"price", "0.10"}, {"qty", "12345678901234567890.5"}, {"codes", "1|22|yes"}}));
    ASSERT_TRUE(value_of(reader.next(row)));
    EXPECT_EQ(row.line, 4u);
    EXPECT_EQ(row.fields, (std::vector<std::pair<std::string, std::string>>{
                              {"sku", "Käse \"x\""}, {"available", "no"}, {"empty", ""}}));
    EXPECT_FALSE(value_of(reader.next(row)));
    reader.rewind();
  }
}

TEST(JsonRows, what_is_not_a_list_of_flat_objects_is_refused_with_its_line) {
  EXPECT_NE(json_refusal("{\"sku\": 1}").find("line 1: the file is not a list"), std::string::npos)
      << json_refusal("{\"sku\": 1}");
  EXPECT_NE(json_refusal("[\n{\"a\": {\"b\": 1}}]").find("line 2"), std::string::npos);
  EXPECT_NE(json_refusal("[\n\n{\"a\": 1, \"a\": 2}]").find("line 3: the name \"a\""), std::string::npos);
  EXPECT_NE(json_refusal("[[1]]"), "");
  EXPECT_NE(json_refusal("[1]"), "");
  EXPECT_NE(json_refusal("[{\"a\": 1}"), "");
  EXPECT_NE(json_refusal("[{\"a\": 1}] x"), "");
  EXPECT_NE(json_refusal("[{\"a\": [[1]]}]"), "");
  EXPECT_NE(json_refusal(""), "");
  EXPECT_EQ(json_refusal("[]\n"), "");
}

TEST(JsonRows, a_list_longer_than_a_piece_is_read_whole) {
  std::string text = "[";
  for (int i = 0; i < 5000; ++i) text += (i == 0 ? "" : ",") + std::string("{\"sku\":\"S") + std::to_string(i) + "\"}";
  text += "]";
  JsonRowReader reader(text);
  JsonRow row;
  int rows = 0;
  while (value_of(reader.next(row))) EXPECT_EQ(row.fields.front().second, "S" + std::to_string(rows++));
  EXPECT_EQ(rows, 5000);
}

TEST(Tables, of_both_formats_give_the_same_rows) {
  for (const std::string text :
       {"sku;name\nA1;Milk\nA2;\n", "[{\"sku\":\"A1\",\"name\":\"Milk\"},\n{\"sku\":\"A2\",\"name\":\"\"}]"}) {
    const auto table = value_of(open_table(text));
    EXPECT_EQ(table->columns(), (std::vector<std::string>{"sku", "name"}));
    for (int round = 0; round < 2; ++round) {
      TableRow row;
      ASSERT_TRUE(value_of(table->next(row)));
      EXPECT_EQ(row.cells[1], "Milk");
      ASSERT_TRUE(value_of(table->next(row)));
      EXPECT_EQ(row.number, 2u);
      EXPECT_EQ(row.cells[1], "");
      EXPECT_FALSE(value_of(table->next(row)));
      table->rewind();
    }
  }
}

const std::vector<ColumnSpec> kSpecs = {{"price", CellType::number, {"default price", "price *", "verkaufspreis"}},
                                        {"name", CellType::text, {"item name"}},
                                        {"variation", CellType::text, {"option 1 value", "option 2 value"}, true}};

TEST(Columns, are_known_by_key_by_name_and_by_what_a_person_says) {
  const std::vector<std::string> columns = {"Item Name", "VERKAUFSPREIS (EUR)", "Farbe", "Option 1 value",
                                            "Option 2 value"};
  const auto map = value_of(map_columns(columns, kSpecs, {}));
  EXPECT_EQ(map.of_key.at("name"), std::vector<std::size_t>{0});
  EXPECT_EQ(map.of_key.at("price"), std::vector<std::size_t>{1});
  EXPECT_EQ(map.of_key.at("variation"), (std::vector<std::size_t>{3, 4}));
  EXPECT_EQ(map.not_read, std::vector<std::size_t>{2});
  const auto chosen = value_of(map_columns(columns, kSpecs, {{"Farbe", "name"}, {"Item Name", ""}}));
  EXPECT_EQ(chosen.of_key.at("name"), std::vector<std::size_t>{2});
  EXPECT_EQ(chosen.not_read, std::vector<std::size_t>{0});
}

TEST(Columns, the_better_name_wins_and_two_equal_ones_are_asked_about) {
  const auto map = value_of(map_columns({"Price [Köln]", "Default price"}, kSpecs, {}));
  EXPECT_EQ(map.of_key.at("price"), std::vector<std::size_t>{0});  // the key itself, whatever stands in brackets
  EXPECT_EQ(map.not_read, std::vector<std::size_t>{1});
  EXPECT_REFUSED(map_columns({"Price Köln", "Price Bonn"}, kSpecs, {}), invalid, "Price Bonn");
  EXPECT_TRUE(map_columns({"Price Köln", "Price Bonn"}, kSpecs, {{"Price Bonn", ""}}));
  EXPECT_REFUSED(map_columns({"a"}, kSpecs, {{"b", "price"}}), invalid, "no column 'b'");
  EXPECT_REFUSED(map_columns({"a"}, kSpecs, {{"a", "weight"}}), invalid, "weight");
}

TEST(Columns, a_choice_is_written_with_an_equals_sign) {
  ChosenColumns chosen;
  EXPECT_DONE(add_choice(chosen, "Preis = Brutto=price"));
  EXPECT_EQ(chosen.at("Preis = Brutto"), "price");
  EXPECT_FALSE(add_choice(chosen, "price"));
}

}  // namespace
}  // namespace till::app
