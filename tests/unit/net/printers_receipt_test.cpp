// One receipt on paper, as PDF and back: what a customer could read or scan must be what was printed.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "net/printers/paper_layout.hpp"
#include "net/printers/receipt_pdf.hpp"
#include "net/printers/receipt_render.hpp"
#include "support/source_dir.hpp"
#include "support/temp_folder.hpp"

namespace till::net {
namespace {

namespace fs = std::filesystem;
using domain::PaperDocument;

const std::string kQrContent =
    "TILL1|K7QF-000042|2026-11-20T09:41:07.123Z|15.70 EUR|0192f0c1-7a3e-7cc0-98c8-6f3b2f1c9a10";

domain::ReceiptLine special(domain::ReceiptLineKind kind, std::string content) {
  domain::ReceiptLine line;
  line.kind = kind;
  line.left = std::move(content);
  return line;
}

PaperDocument receipt() {
  PaperDocument paper;
  paper.text("Marktcafé Lindenhof", Align::centre, true, 2);
  paper.text("Lindenhof 7, 50670 Köln", Align::centre);
  paper.feed();
  paper.columns("Käsekuchen Бублик Τυρί", "3,60 €");
  paper.columns("A very long name of something that fits on no line of any receipt printer", "12.10 B");
  paper.columns("  2 x 1.99", "");
  paper.rule();
  paper.columns("TOTAL", "15.70", true, 2);
  paper.lines.push_back(special(domain::ReceiptLineKind::qr, kQrContent));
  paper.lines.push_back(special(domain::ReceiptLineKind::barcode, "K7QF-000042"));
  paper.text("Thank you!", Align::right);
  return paper;
}

std::vector<std::string> rows(const PaperDocument& document, int columns) {
  std::vector<std::string> texts;
  for (const PrintedLine& line : lay_out(document, columns)) texts.push_back(line.text);
  return texts;
}

TEST(PrintersLayout, amount_stands_at_the_right_edge_and_is_never_cut) {
  PaperDocument paper;
  paper.columns("Milk", "1.29");
  paper.columns("Something with a long name", "1234.56");
  EXPECT_EQ(rows(paper, 20),
            (std::vector<std::string>{"Milk            1.29", "Something with a", "long name    1234.56"}));
}

TEST(PrintersLayout, name_that_fills_its_last_line_leaves_the_amount_a_line_of_its_own) {
  PaperDocument paper;
  paper.columns("abcdefghijklmnop qrstuvwxyz", "12.34");
  EXPECT_EQ(rows(paper, 16), (std::vector<std::string>{"abcdefghijklmnop", "qrstuvwxyz 12.34"}));
  paper.lines.clear();
  paper.columns("abcdefghijklmnop qrstuvwxyz1", "12.34");
  EXPECT_EQ(rows(paper, 16), (std::vector<std::string>{"abcdefghijklmnop", "qrstuvwxyz1", "           12.34"}));
}

TEST(PrintersLayout, blanks_in_front_indent_and_longer_words_break_in_themselves) {
  EXPECT_EQ(wrapped("  2 x 1.99 each piece", 12), (std::vector<std::string>{"  2 x 1.99", "  each piece"}));
  EXPECT_EQ(wrapped("abcdefghij", 4), (std::vector<std::string>{"abcd", "efgh", "ij"}));
  EXPECT_EQ(wrapped("", 10), std::vector<std::string>{""});
  EXPECT_EQ(wrapped("ÄÖÜäöü", 3), (std::vector<std::string>{"ÄÖÜ", "äöü"}));
}

TEST(PrintersLayout, double_size_has_half_the_columns) {
  PaperDocument paper;
  paper.columns("TOTAL", "15.70", true, 2);
  EXPECT_EQ(rows(paper, 32), std::vector<std::string>{"TOTAL      15.70"});
}

TEST(PrintersReceipt, no_line_is_wider_than_the_paper_whatever_its_width) {
  for (const int columns : {16, 32, 42, 48, 96}) {
    for (const PrintedLine& line : lay_out(receipt(), columns)) {
      if (line.kind != domain::ReceiptLineKind::text) continue;
      std::size_t width = 0;
      for (const char c : line.text) width += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1 : 0;
      EXPECT_LE(static_cast<int>(width) * line.size, columns) << line.text;
    }
  }
}

TEST(PrintersReceipt, bytes_begin_with_reset_and_end_with_the_cut) {
  const auto bytes = render_escpos(receipt(), {});
  ASSERT_TRUE(bytes) << bytes.error().message;
  const std::string hex = to_hex(*bytes);
  EXPECT_TRUE(hex.starts_with("1b40"));
  EXPECT_TRUE(hex.ends_with("1d564103"));
  EXPECT_NE(hex.find(to_hex(view(kQrContent))), std::string::npos);
  EXPECT_EQ(hex.find("1b70"), std::string::npos) << "the drawer is not the receipt's business";
}

// tests/e2e/escpos decodes this file with a parser that is not ours.
TEST(PrintersReceipt, sample_that_the_foreign_decoder_reads_is_what_is_printed_today) {
  ReceiptPaper paper;
  paper.columns = 42;
  std::ifstream file(till::test::source_path("tests/e2e/escpos/sample.escpos"), std::ios::binary);
  std::stringstream sample;
  sample << file.rdbuf();
  EXPECT_EQ(to_hex(render_escpos(receipt(), paper).value()), to_hex(view(sample.str())));
}

TEST(PrintersReceipt, text_after_a_large_or_bold_line_is_plain_again) {
  PaperDocument paper;
  paper.text("Big", Align::centre, true, 2);
  paper.text("x");
  const auto bytes = render_escpos(paper, {});
  ASSERT_TRUE(bytes);
  EXPECT_EQ(to_hex(*bytes), "1b401b61011b45011d21114269670a1b61001b45001d2100780a1d564103");
}

TEST(PrintersReceipt, bar_code_that_cannot_be_printed_comes_as_letters) {
  PaperDocument paper;
  paper.lines.push_back(special(domain::ReceiptLineKind::barcode, "Ö"));
  const auto bytes = render_escpos(paper, {});
  ASSERT_TRUE(bytes);
  EXPECT_EQ(to_hex(*bytes).find("1d6b"), std::string::npos);
  EXPECT_NE(as_text(*bytes).find('\x99'), std::string::npos);
}

TEST(PrintersReceipt, printer_width_out_of_range_is_refused) {
  ReceiptPaper paper;
  paper.columns = 8;
  EXPECT_FALSE(render_escpos(receipt(), paper));
}

bool installed(const std::string& program) {
  return fs::exists("/usr/bin/" + program);
}

std::string output_of(const std::string& command) {
  std::string output;
  FILE* pipe = ::popen((command + " 2>/dev/null").c_str(), "r");
  if (pipe == nullptr) return output;
  std::array<char, 4096> chunk;
  for (std::size_t got = 0; (got = ::fread(chunk.data(), 1, chunk.size(), pipe)) > 0;) output.append(chunk.data(), got);
  ::pclose(pipe);
  return output;
}

class PrintersPdf : public testing::Test {
 protected:
  std::string saved(const Bytes& pdf) {
    const std::string path = (folder_ / "receipt.pdf").string();
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(pdf.data()), static_cast<std::streamsize>(pdf.size()));
    return path;
  }
  const test::TempFolder temp_;
  const fs::path folder_ = temp_.path();
};

TEST_F(PrintersPdf, text_is_read_back_in_every_script) {
  if (!installed("pdftotext")) GTEST_SKIP() << "poppler-utils is not installed";
  const auto pdf = render_pdf(receipt());
  ASSERT_TRUE(pdf) << pdf.error().message;
  const std::string text = output_of("pdftotext -layout " + saved(*pdf) + " -");
  for (const std::string wanted :
       {"Marktcafé Lindenhof", "Köln", "Käsekuchen Бублик Τυρί", "3,60 €", "12.10 B", "TOTAL", "15.70", "Thank you!"}) {
    EXPECT_NE(text.find(wanted), std::string::npos) << wanted << " is not in:\n" << text;
  }
}

TEST_F(PrintersPdf, qr_and_bar_code_are_scanned_back) {
  if (!installed("zbarimg") || !installed("pdftoppm")) GTEST_SKIP() << "zbar-tools or poppler-utils is not installed";
  const auto pdf = render_pdf(receipt());
  ASSERT_TRUE(pdf) << pdf.error().message;
  output_of("pdftoppm -r 300 -png -singlefile " + saved(*pdf) + " " + (folder_ / "page").string());
  const std::string codes = output_of("zbarimg -q " + (folder_ / "page.png").string());
  EXPECT_NE(codes.find("QR-Code:" + kQrContent), std::string::npos) << codes;
  EXPECT_NE(codes.find("CODE-128:K7QF-000042"), std::string::npos) << codes;
}

TEST_F(PrintersPdf, page_is_80_mm_wide_and_as_long_as_the_receipt) {
  if (!installed("pdfinfo")) GTEST_SKIP() << "poppler-utils is not installed";
  PaperDocument longer = receipt();
  for (int i = 0; i < 100; ++i) longer.columns("Milk", "1.29");
  const std::string one = output_of("pdfinfo " + saved(render_pdf(receipt()).value()));
  const std::string two = output_of("pdfinfo " + saved(render_pdf(longer).value()));
  const auto height = [](const std::string& info) {
    const std::size_t at = info.find("226.772 x ");
    EXPECT_NE(at, std::string::npos) << info;
    return at == std::string::npos ? 0 : std::atoi(info.c_str() + at + 10);
  };
  EXPECT_GT(height(two), height(one) + 100 * 8);
}

TEST_F(PrintersPdf, receipt_of_a_thousand_lines_goes_over_several_pages) {
  if (!installed("pdfinfo")) GTEST_SKIP() << "poppler-utils is not installed";
  PaperDocument paper;
  for (int i = 0; i < 2'500; ++i) paper.columns("Milk", "1.29");
  const auto pdf = render_pdf(paper);
  ASSERT_TRUE(pdf) << pdf.error().message;
  EXPECT_NE(output_of("pdfinfo " + saved(*pdf)).find("Pages:           2"), std::string::npos);
}

TEST_F(PrintersPdf, empty_receipt_and_odd_characters_still_make_a_page) {
  EXPECT_TRUE(render_pdf({}));
  PaperDocument paper;
  paper.text("中 🍎 \x01 \xff");
  paper.lines.push_back(special(domain::ReceiptLineKind::qr, std::string(5'000, 'x')));
  paper.lines.push_back(special(domain::ReceiptLineKind::logo, ""));
  const auto pdf = render_pdf(paper);
  EXPECT_TRUE(pdf) << pdf.error().cause;
}

TEST(PrintersFont, own_assets_come_before_the_systems_fonts) {
  const auto fonts = mono_font_candidates("/till/assets");
  ASSERT_GE(fonts.size(), 3u);
  EXPECT_EQ(fonts.front().regular, "/till/assets/fonts/DejaVuSansMono.ttf");
  EXPECT_EQ(fonts.front().bold, "/till/assets/fonts/DejaVuSansMono-Bold.ttf");
}

}  // namespace
}  // namespace till::net
