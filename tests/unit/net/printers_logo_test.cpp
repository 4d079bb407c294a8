// The shop's picture on its way to paper: what a file may do to the program that reads it, and which dots come out.
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "net/printers/logo.hpp"
#include "net/printers/receipt_pdf.hpp"
#include "net/printers/receipt_render.hpp"
#include "support/pictures.hpp"
#include "support/temp_folder.hpp"

namespace till::net {
namespace {

using test::jpeg_of;
using test::JpegKind;
using test::kBlack;
using test::kWhite;
using test::png_of;

test::Colour plain(std::uint8_t level) {
  return {level, level, level, 255};
}

// The left half black.
test::Drawing halves(int width) {
  return [width](int x, int) { return 2 * x < width ? kBlack : kWhite; };
}
test::Drawing all(test::Colour colour) {
  return [colour](int, int) { return colour; };
}

Picture decoded(const Bytes& file) {
  auto picture = decode_picture(file);
  if (!picture) throw std::runtime_error(picture.error().message + " / " + picture.error().cause);
  return std::move(*picture);
}
Raster dots_of(const Bytes& file, Extent room = kLogoRoom_dots) {
  return black_and_white(decoded(file), room);
}
bool is_black(const Raster& raster, int x, int y) {
  const auto at = static_cast<std::size_t>(y) * raster.row_bytes() + static_cast<std::size_t>(x) / 8;
  return (raster.bits.at(at) >> (7 - x % 8) & 1) != 0;
}
int black_dots(const Raster& raster) {
  int dots = 0;
  for (const auto byte : raster.bits) dots += std::popcount(byte);
  return dots;
}

domain::PaperDocument receipt_with_logo() {
  domain::PaperDocument paper;
  paper.lines.push_back({domain::ReceiptLineKind::logo, Align::centre, false, 1, {}, {}});
  paper.text("Corner Shop");
  return paper;
}

TEST(Logo, WasNotBlackWhereThePictureIsBlack) {
  const auto raster = dots_of(png_of(32, 2, halves(32)));
  EXPECT_EQ(raster.width_dots, 32);
  EXPECT_EQ(raster.height_dots, 2);
  EXPECT_EQ(to_hex(raster.bits), "ffff0000ffff0000");
}

TEST(Logo, OfAWidthThatIsNoWholeByteBlackenedItsMargin) {
  EXPECT_EQ(to_hex(dots_of(png_of(10, 2, all(kBlack))).bits), "ffc0ffc0");
}

TEST(Logo, WithATransparentGroundWasABlackBox) {
  const auto raster = dots_of(png_of(16, 1, [](int x, int) { return x < 8 ? test::kClear : kBlack; }));
  EXPECT_EQ(to_hex(raster.bits), "00ff");
}

TEST(Logo, AsJpegWasNotPrinted) {
  for (const auto kind : {JpegKind::baseline, JpegKind::progressive}) {
    const auto raster = dots_of(jpeg_of(32, 16, halves(32), kind));
    ASSERT_EQ(raster.bits.size(), 64u);
    EXPECT_EQ(to_hex(ByteView(raster.bits).first(4)), "ffff0000");
  }
}

TEST(Logo, InGreyBecameAllBlackOrAllWhite) {
  const auto dots = black_dots(dots_of(png_of(100, 100, all(plain(128)))));
  EXPECT_GT(dots, 4'500);
  EXPECT_LT(dots, 5'500);
  const auto dark = black_dots(dots_of(png_of(100, 100, all({160, 0, 0, 255}))));
  EXPECT_GT(dark, 7'500) << "a dark red";
  EXPECT_LT(dark, 9'500);
}

TEST(Logo, SprinkledThePaperWhereAJpegsWhiteIsNotQuiteWhite) {
  EXPECT_EQ(black_dots(dots_of(png_of(300, 200, all(plain(245))))), 0);
  EXPECT_EQ(black_dots(dots_of(png_of(300, 200, all(plain(9))))), 300 * 200);
}

TEST(Logo, WasWiderThanThePaperOrAMetreLong) {
  struct Case {
    Extent picture, room, paper;
  };
  const Case cases[] = {{{2'000, 400}, {576, 240}, {576, 115}}, {{2'000, 400}, {384, 240}, {384, 76}},
                        {{600, 3'000}, {576, 240}, {48, 240}},  {{1'000, 1'000}, {576, 240}, {240, 240}},
                        {{200, 100}, {576, 240}, {200, 100}},   {{9'000, 1}, {576, 240}, {576, 1}},
                        {{1, 9'000}, {576, 240}, {1, 240}}};
  for (const auto& c : cases) {
    const auto raster = dots_of(png_of(c.picture.width, c.picture.height, halves(c.picture.width)), c.room);
    EXPECT_EQ((Extent{raster.width_dots, raster.height_dots}), c.paper) << c.picture.width << "x" << c.picture.height;
    if (c.paper.width < 8) continue;
    EXPECT_TRUE(is_black(raster, c.paper.width / 4, c.paper.height / 2));
    EXPECT_FALSE(is_black(raster, c.paper.width * 3 / 4, c.paper.height / 2));
  }
}

TEST(Logo, OnNarrowPaperOrInSmallLettersWasCutOff) {
  ReceiptPaper paper;
  EXPECT_EQ(logo_room_dots(paper), (Extent{576, 240}));
  paper.columns = 32;
  EXPECT_EQ(logo_room_dots(paper), (Extent{384, 240}));
  paper.columns = 64;
  EXPECT_EQ(logo_room_dots(paper), (Extent{576, 240}));
}

TEST(Logo, WithTooManyPixelsTookAllMemory) {
  for (const auto& [width, height] : {std::pair{kMaxPictureSide + 1, 1}, {1, kMaxPictureSide + 1}, {4'000, 3'000}}) {
    for (const auto& file : {png_of(width, height, all(kWhite)), jpeg_of(width, height, all(kWhite))}) {
      const auto picture = decode_picture(file);
      ASSERT_FALSE(picture);
      EXPECT_EQ(picture.error().kind, ErrorKind::invalid);
      EXPECT_NE(picture.error().message.find("too large"), std::string::npos) << picture.error().message;
    }
  }
}

TEST(Logo, ThatIsAsLargeAsMayBeIsStillRead) {
  EXPECT_EQ(decoded(png_of(4'000, 2'500, all(kWhite))).width, 4'000);
  EXPECT_EQ(decoded(jpeg_of(4'000, 2'500, all(kWhite))).height, 2'500);
}

TEST(Logo, OfThousandsOfScansKeptThePrinterWaiting) {
  EXPECT_FALSE(decode_picture(jpeg_of(64, 64, halves(64), JpegKind::many_scans)));
}

TEST(Logo, OfAKindThatCannotBeReadWasMadeUp) {
  for (const auto& file : {jpeg_of(16, 16, all(kBlack), JpegKind::cmyk), to_bytes("GIF89a"), to_bytes("\xff\xd8\xff"),
                           to_bytes("\x89PNG\r\n\x1a\n and no more"), Bytes{}}) {
    const auto picture = decode_picture(file);
    ASSERT_FALSE(picture);
    EXPECT_NE(picture.error().message.find("save it again as PNG"), std::string::npos) << picture.error().message;
  }
}

// A half of a logo would look like a printer that is broken.
TEST(Logo, ThatWasCutOffCameAsAHalf) {
  const auto noise = [](int x, int y) { return plain(static_cast<std::uint8_t>(x * x * 31 + y * y * 17 + x * y)); };
  for (const auto& whole :
       {png_of(64, 64, noise), jpeg_of(64, 64, noise), jpeg_of(64, 64, noise, JpegKind::progressive)})
    for (std::size_t size = 0; size + 2 < whole.size(); size += 1 + size / 16)
      EXPECT_FALSE(decode_picture(ByteView(whole).first(size))) << size << " of " << whole.size();
}

TEST(Logo, WithAFlippedBitWasPrinted) {
  auto file = png_of(64, 64, halves(64));
  file[file.size() / 2] ^= 1;
  EXPECT_FALSE(decode_picture(file));
}

TEST(Logo, WasNotInTheMiddleOfThePaperBeforeTheText) {
  ReceiptPaper paper;
  paper.logo = dots_of(png_of(32, 2, halves(32)));
  const auto bytes = render_escpos(receipt_with_logo(), paper);
  ASSERT_TRUE(bytes) << bytes.error().message;
  EXPECT_TRUE(
      to_hex(*bytes).starts_with("1b40"
                                 "1b6101"
                                 "1d76300004000200ffff0000ffff0000"
                                 "0a"
                                 "1b6100"))
      << to_hex(*bytes);
}

class LogoInPdf : public testing::Test {
 protected:
  // The page in grey, one pixel a point (1/72 inch).
  std::string page(const Bytes& pdf) {
    std::ofstream(temp_.file("receipt.pdf"), std::ios::binary)
        .write(reinterpret_cast<const char*>(pdf.data()), static_cast<std::streamsize>(pdf.size()));
    const auto command =
        "pdftoppm -r 72 -gray -singlefile " + temp_.file("receipt.pdf") + " " + temp_.file("page") + " 2>/dev/null";
    EXPECT_EQ(std::system(command.c_str()), 0);
    std::ifstream file(temp_.file("page.pgm"), std::ios::binary);
    std::string kind;
    int depth = 0;
    file >> kind >> width_ >> height_ >> depth;
    file.get();
    return {std::istreambuf_iterator<char>(file), {}};
  }
  int level(const std::string& page, int x, int y) const {
    return static_cast<std::uint8_t>(page.at(static_cast<std::size_t>(y * width_ + x)));
  }

  const test::TempFolder temp_;
  int width_ = 0, height_ = 0;
};

TEST_F(LogoInPdf, WasNotAtTheTopInTheMiddle) {
  if (!std::filesystem::exists("/usr/bin/pdftoppm")) GTEST_SKIP() << "poppler-utils is not installed";
  const auto logo = decoded(png_of(160, 80, all(kBlack)));  // 20 by 10 mm: 57 by 28 points
  const auto plain_pdf = render_pdf(receipt_with_logo());
  const auto pdf = render_pdf(receipt_with_logo(), {}, &logo);
  ASSERT_TRUE(plain_pdf && pdf);
  EXPECT_EQ(as_text(*plain_pdf).find("/Subtype /Image"), std::string_view::npos);
  EXPECT_NE(as_text(*pdf).find("/Subtype /Image"), std::string_view::npos);
  page(*plain_pdf);
  const int height_without = height_;
  const auto pixels = page(*pdf);
  EXPECT_NEAR(height_, height_without + 34, 1);
  const int middle = width_ / 2;
  for (const int y : {16, 28, 40}) {
    EXPECT_LT(level(pixels, middle, y), 40) << y;
    EXPECT_LT(level(pixels, middle - 27, y), 40) << y;
    EXPECT_LT(level(pixels, middle + 26, y), 40) << y;
    EXPECT_GT(level(pixels, middle - 31, y), 200) << y;
    EXPECT_GT(level(pixels, middle + 30, y), 200) << y;
  }
}

TEST_F(LogoInPdf, LostItsColours) {
  const auto logo = decoded(png_of(16, 16, all({255, 0, 0, 255})));
  EXPECT_EQ(to_hex(ByteView(logo.rgb).first(3)), "ff0000");
  const auto pdf = render_pdf(receipt_with_logo(), {}, &logo);
  ASSERT_TRUE(pdf);
  EXPECT_NE(as_text(*pdf).find("/DeviceRGB"), std::string_view::npos);
}

}  // namespace
}  // namespace till::net
