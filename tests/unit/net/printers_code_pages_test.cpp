#include "net/printers/code_pages.hpp"

#include "net/printers/utf8.hpp"

namespace till::net {
namespace {

TEST(PrintersCodePages, every_character_of_every_page_comes_back_as_its_byte) {
  for (const CodePage page : {CodePage::cp437, CodePage::cp858, CodePage::cp1252, CodePage::cp1253, CodePage::cp866}) {
    for (int byte = 0x20; byte < 0x100; ++byte) {
      const char32_t character = character_on_page(page, static_cast<std::uint8_t>(byte));
      if (character == kReplacement) continue;
      EXPECT_EQ(byte_on_page(page, character), byte) << static_cast<int>(page);
    }
  }
}

TEST(PrintersCodePages, plain_ascii_stays_on_whatever_page_is_current) {
  for (const CodePage page : {CodePage::cp437, CodePage::cp866}) {
    const auto runs = code_page_runs("Flat white 3.40", page);
    ASSERT_EQ(runs.size(), 1u);
    EXPECT_EQ(runs[0].page, page);
    EXPECT_EQ(as_text(runs[0].bytes), "Flat white 3.40");
  }
}

TEST(PrintersCodePages, mixed_scripts_split_into_as_few_runs_as_pages_need) {
  const auto runs = code_page_runs("Käse τυρί сыр", CodePage::cp437);
  ASSERT_EQ(runs.size(), 3u);
  EXPECT_EQ(runs[0].page, CodePage::cp437);
  EXPECT_EQ(runs[1].page, CodePage::cp1253);
  EXPECT_EQ(runs[2].page, CodePage::cp866);
}

TEST(PrintersCodePages, the_page_that_serves_longest_wins) {
  const auto runs = code_page_runs("€ naïve façade €", CodePage::cp437);
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_EQ(runs[0].page, CodePage::cp858);
}

TEST(PrintersCodePages, what_no_page_has_becomes_letters_and_at_last_a_question_mark) {
  EXPECT_EQ(paper_text("Żółć Čeština Ľ"), "Zólc Ceština L");
  EXPECT_EQ(paper_text("→ 中 🍎"), "-> ? ?");
  EXPECT_EQ(paper_text("tab\there\x1b"), "tabhere");
}

TEST(PrintersCodePages, broken_utf8_ends_and_prints_something) {
  EXPECT_EQ(paper_text("a\xff\xc3"), "a??");
  EXPECT_EQ(paper_text("\xed\xa0\x80"), "???");
  EXPECT_EQ(paper_text("\xc0\xaf"), "??");
}

TEST(PrintersCodePages, utf8_goes_there_and_back) {
  for (const char32_t character : {U'a', U'é', U'€', U'🍎'}) {
    std::string text;
    append_utf8(text, character);
    std::size_t at = 0;
    EXPECT_EQ(next_character(text, at), character);
    EXPECT_EQ(at, text.size());
  }
}

}  // namespace
}  // namespace till::net
