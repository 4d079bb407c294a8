#include "app/csv.hpp"

namespace till::app {
namespace {

using Rows = std::vector<std::vector<std::string>>;

Rows read_all(const std::string& text, const CsvLimits& limits = {}) {
  auto reader = CsvReader::open(text, limits);
  EXPECT_TRUE(reader);
  Rows rows;
  CsvRow row;
  for (;;) {
    const auto more = reader->next(row);
    EXPECT_TRUE(more) << more.error().message;
    if (!more || !*more) return rows;
    rows.push_back(row.fields);
  }
}

std::string refusal(const std::string& text, const CsvLimits& limits = {}) {
  auto reader = CsvReader::open(text, limits);
  if (!reader) return reader.error().message;
  CsvRow row;
  for (;;) {
    const auto more = reader->next(row);
    if (!more) return more.error().message;
    if (!*more) return "";
  }
}

TEST(Csv, quoted_fields_keep_separators_quotes_and_line_ends) {
  EXPECT_EQ(read_all("a,\"b,\"\"c\"\"\"\r\n\"two\r\nlines\",d\r\n"), (Rows{{"a", "b,\"c\""}, {"two\nlines", "d"}}));
}

TEST(Csv, line_ends_of_all_three_kinds_and_none_at_the_end_are_read) {
  EXPECT_EQ(read_all("a,b\nc,d\r\ne,f\rg,"), (Rows{{"a", "b"}, {"c", "d"}, {"e", "f"}, {"g", ""}}));
}

TEST(Csv, separator_is_found_outside_quotes_of_the_first_line) {
  EXPECT_EQ(read_all("\"a,b,c\";d\n1;2"), (Rows{{"a,b,c", "d"}, {"1", "2"}}));
  EXPECT_EQ(read_all("a\tb, c\n1\t2"), (Rows{{"a", "b, c"}, {"1", "2"}}));
  EXPECT_EQ(read_all("only one"), (Rows{{"only one"}}));
}

TEST(Csv, empty_lines_are_passed_over_but_empty_fields_are_kept) {
  EXPECT_EQ(read_all("a,b\n\n\r\n,\n\"\",x\n"), (Rows{{"a", "b"}, {"", ""}, {"", "x"}}));
}

TEST(Csv, byte_order_mark_is_not_part_of_the_first_name) {
  EXPECT_EQ(read_all("\xef\xbb\xbfsku,name"), (Rows{{"sku", "name"}}));
}

TEST(Csv, latin1_is_recognised_when_the_bytes_are_not_utf8) {
  auto reader = CsvReader::open("K\xe4se;3,99");
  ASSERT_TRUE(reader);
  EXPECT_EQ(reader->encoding(), TextEncoding::windows_1252);
  CsvRow row;
  ASSERT_TRUE(reader->next(row));
  EXPECT_EQ(row.fields, (std::vector<std::string>{"Käse", "3,99"}));
}

TEST(Csv, a_line_of_excel_that_names_the_separator_is_no_row) {
  EXPECT_EQ(read_all("sep=;\r\na,b;c\r\n1;2"), (Rows{{"a,b", "c"}, {"1", "2"}}));
  EXPECT_EQ(read_all("sep=x;y"), (Rows{{"sep=x", "y"}}));
}

TEST(Csv, reads_again_from_the_first_row) {
  auto reader = CsvReader::open("sep=|\na|b\nc|d");
  ASSERT_TRUE(reader);
  CsvRow row;
  while (*reader->next(row)) {
  }
  reader->rewind();
  ASSERT_TRUE(*reader->next(row));
  EXPECT_EQ(row.fields, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(row.line, 2u);
}

TEST(Csv, refusals_name_line_and_column_as_an_editor_shows_them) {
  EXPECT_NE(refusal("a,b\nä,\"open\n\n").find("line 4, column 1: the quote opened in line 2"), std::string::npos)
      << refusal("a,b\nä,\"open\n\n");
  EXPECT_NE(refusal("a,b\nä,\"x\"y\n").find("line 2, column 6"), std::string::npos) << refusal("a,b\nä,\"x\"y\n");
  EXPECT_NE(refusal("a,b\nx\"y,1").find("line 2, column 2"), std::string::npos) << refusal("a,b\nx\"y,1");
}

TEST(Csv, everything_has_a_bound) {
  const CsvLimits tight{100, 8, 3};
  EXPECT_NE(refusal(std::string(101, 'a'), tight), "");
  EXPECT_NE(refusal("123456789", tight), "");
  EXPECT_NE(refusal("\"123456789\"", tight), "");
  EXPECT_NE(refusal("a,b,c,d", tight), "");
  EXPECT_EQ(refusal("12345678,b,c", tight), "");
  EXPECT_NE(refusal(std::string("a\0b", 3)), "");
}

TEST(Csv, table_finds_columns_by_name_and_refuses_rows_that_are_too_long) {
  const auto table = CsvTable::parse("SKU , Name\nA1,  Milk \nA2\n");
  ASSERT_TRUE(table);
  EXPECT_EQ(table->at(table->rows[0], "name"), "Milk");
  EXPECT_EQ(table->at(table->rows[1], "name"), "");
  EXPECT_EQ(table->at(table->rows[1], "colour"), "");
  EXPECT_EQ(table->rows[1].line, 3u);
  const auto longer = CsvTable::parse("sku,name\nA1,Milk,1 l\n");
  ASSERT_FALSE(longer);
  EXPECT_NE(longer.error().message.find("line 2, column 3"), std::string::npos) << longer.error().message;
  EXPECT_FALSE(CsvTable::parse(""));
  EXPECT_FALSE(CsvTable::parse("sku,SKU\n1,2"));
}

TEST(Csv, what_is_written_is_read_back) {
  const Rows rows{{"a", "", "b c"}, {"x,y", "say \"hi\"", "two\nlines"}, {"ä€", ";|", "\t"}, {"-5.00", "+3", "0"}};
  for (const char separator : {',', ';'}) {
    CsvWriter writer(separator);
    for (const auto& row : rows) writer.row(row);
    EXPECT_EQ(read_all(writer.text()), rows);
  }
  CsvWriter looks_like_excel;
  looks_like_excel.row({"sep=", ""});
  EXPECT_EQ(read_all(looks_like_excel.text()), (Rows{{"sep=", ""}}));
  CsvWriter lone;
  lone.row({""});
  EXPECT_EQ(read_all(lone.text()), Rows{{""}});
}

TEST(Csv, field_that_a_spreadsheet_would_run_is_disarmed) {
  CsvWriter writer;
  writer.row({"=1+2", "@SUM", "-cmd", "-12.50", "+49 221"});
  EXPECT_EQ(writer.text(), "'=1+2,'@SUM,'-cmd,-12.50,'+49 221\r\n");
}

TEST(Csv, a_disarmed_field_comes_back_as_it_was) {
  for (const std::string field : {"=1+2", "'=1+2", "''@SUM", "-cmd", "-12.50", "'-12.50", "'quoted'", "+49 221", "", "'"})
    EXPECT_EQ(disarmed(armed(field)), field);
  EXPECT_NE(armed("'=1+2").front(), '=');
}

}  // namespace
}  // namespace till::app
