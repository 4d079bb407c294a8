// The logo that a shop has chosen, on what its printer gets and in the PDF; and that no logo ever costs a receipt.
#include <filesystem>
#include <fstream>
#include <iterator>

#include "app/catalogue.hpp"
#include "app/ctl/ctl.hpp"
#include "app/media.hpp"
#include "app/printing.hpp"
#include "shop_fixture.hpp"
#include "storage/media_blobs.hpp"
#include "support/pictures.hpp"

namespace till::app {
namespace {

constexpr auto kNoRaster = std::string_view::npos;

std::string file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}
std::size_t times(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++found;
  return found;
}

class ReceiptLogos : public ShopTest {
 protected:
  void SetUp() override {
    ShopTest::SetUp();
    EXPECT_DONE(set_printer(*shop_, owner(), "file://" + temp_.file("paper.bin"), 48));
    open_the_shift();
  }

  // 32 by 2, its left half black: what GS v 0 prints of it is kRaster.
  static Bytes half_black() {
    return test::png_of(32, 2, [](int x, int) { return x < 16 ? test::kBlack : test::kWhite; });
  }
  static inline const std::string kRaster = "1d76300004000200ffff0000ffff0000";

  domain::MediaFile add(const Bytes& file, const std::string& name = "logo.png") {
    return value_of(add_media(*shop_, owner(), domain::MediaKind::receipt_logo, name, file));
  }
  domain::MediaFile choose(const Bytes& file) {
    const auto logo = add(file);
    EXPECT_DONE(set_receipt_logo(*shop_, owner(), logo.id));
    return logo;
  }
  // As it comes from another terminal, or from one of another version: nobody looked at the picture.
  domain::MediaFile choose_unseen(const Bytes& file) {
    const auto logo = add(file);
    EXPECT_DONE(change_setting(*shop_, owner(), "receipt.logo", to_string(logo.id)));
    return logo;
  }

  // What came out of the printer since the last look, in hex.
  std::string printed() {
    auto service = value_of(PrintService::start(*shop_, {}));
    service->drain(std::chrono::seconds(30));
    EXPECT_EQ(value_of(waiting_prints(*shop_)).size(), 0u);
    service.reset();
    const auto all = file_text(temp_.file("paper.bin"));
    const auto fresh = all.substr(std::min(seen_, all.size()));
    seen_ = all.size();
    return to_hex(view(fresh));
  }
  std::string sold_and_printed() {
    const auto receipt = sell({kPens}).receipt;
    auto paper = printed();
    EXPECT_NE(paper.find(to_hex(view(receipt))), std::string::npos) << "the receipt itself was lost";
    return paper;
  }
  std::size_t told(const std::string& part) {
    return times(file_text(folder() + "/logs/till.log"), "receipts have no logo (" + part);
  }

  storage::MediaBlobs blobs() { return {*shop_->state().env, storage::media_folder(folder())}; }
  std::string blob_path(const domain::MediaFile& file) {
    const auto name = to_hex(file.sha256);
    return storage::media_folder(folder()) + "/" + name.substr(0, 2) + "/" + name;
  }
  void damage(const domain::MediaFile& file) {
    ASSERT_TRUE(std::filesystem::exists(blob_path(file)));
    std::ofstream(blob_path(file), std::ios::binary) << "not what it was";
  }

  std::size_t seen_ = 0;
};

// It was stored, copied to all terminals, offered among the settings, and on no receipt.
TEST_F(ReceiptLogos, TheLogoThatWasChosenWasNotPrinted) {
  EXPECT_EQ(sold_and_printed().find("1d7630"), kNoRaster);
  choose(half_black());
  const auto paper = sold_and_printed();
  EXPECT_EQ(times(paper, kRaster), 1u) << paper;
  EXPECT_TRUE(paper.starts_with("1b401b6101" + kRaster)) << "not in the middle at the top: " << paper.substr(0, 80);
  EXPECT_DONE(set_receipt_logo(*shop_, owner(), {}));
  EXPECT_EQ(sold_and_printed().find("1d7630"), kNoRaster) << "the logo was taken off";
}

TEST_F(ReceiptLogos, ACopyOfTheReceiptHadNone) {
  choose(half_black());
  const auto sale = sell({kPens});
  printed();
  EXPECT_DONE(copy_of_receipt(*shop_, cashier(), sale.receipt, true));
  EXPECT_TRUE(printed().starts_with("1b401b6101" + kRaster));
}

TEST_F(ReceiptLogos, TheReceiptAsAFileHadNone) {
  choose(half_black());
  const auto sale = sell({kPens});
  close();
  const auto saved = [&](const std::string& format) {
    CtlRequest request;
    request.words = {"receipt", sale.receipt, "--format", format, "--out", "receipt." + format, "--user", "Mia"};
    request.folder = folder();
    request.working_folder = temp_.path();
    const auto output = run_ctl(request, nullptr);
    EXPECT_EQ(output.exit_code, 0) << output.err;
    return file_text(temp_.file("receipt." + format));
  };
  EXPECT_NE(to_hex(view(saved("escpos"))).find(kRaster), kNoRaster);
  EXPECT_NE(saved("pdf").find("/Subtype /Image"), std::string::npos);
}

TEST_F(ReceiptLogos, TheReceiptAsTextWasAnother) {
  const auto sale = sell({kPens});
  const auto as_text = [&] {
    return domain::to_text(domain::make_receipt(sale, shop_->state().settings()->receipt), 42);
  };
  const auto before = as_text();
  choose(half_black());
  EXPECT_EQ(as_text(), before);
}

TEST_F(ReceiptLogos, TheLogoWasDecodedForEveryReceipt) {
  const auto logo = choose(half_black());
  EXPECT_NE(sold_and_printed().find(kRaster), kNoRaster);
  damage(logo);
  EXPECT_NE(sold_and_printed().find(kRaster), kNoRaster) << "its dots were not kept";
  choose(test::png_of(8, 1, [](int, int) { return test::kBlack; }));
  EXPECT_NE(sold_and_printed().find("1d76300001000100ff"), kNoRaster) << "the old one was kept";
}

TEST_F(ReceiptLogos, ALogoThatHasNotComeHereYetHeldUpTheReceipt) {
  const auto logo = choose(half_black());
  EXPECT_DONE(blobs().remove(value_of(storage::media_hash(logo.sha256))));
  EXPECT_EQ(sold_and_printed().find("1d7630"), kNoRaster);
  EXPECT_EQ(sold_and_printed().find("1d7630"), kNoRaster);
  EXPECT_EQ(told(to_string(logo.id) + "): this picture has not arrived here yet"), 1u);
  EXPECT_DONE(blobs().put(half_black()));
  EXPECT_NE(sold_and_printed().find(kRaster), kNoRaster) << "it has come";
}

TEST_F(ReceiptLogos, ADamagedFileHeldUpTheReceipt) {
  const auto logo = choose(half_black());
  damage(logo);
  EXPECT_EQ(sold_and_printed().find("1d7630"), kNoRaster);
  EXPECT_EQ(sold_and_printed().find("1d7630"), kNoRaster);
  EXPECT_EQ(told(to_string(logo.id) + "): the file of this picture is damaged"), 1u);
}

TEST_F(ReceiptLogos, ADeletedLogoHeldUpTheReceipt) {
  const auto logo = choose(half_black());
  EXPECT_NE(sold_and_printed().find(kRaster), kNoRaster);
  EXPECT_DONE(remove_media(*shop_, owner(), logo.id));
  EXPECT_EQ(sold_and_printed().find("1d7630"), kNoRaster);
  EXPECT_EQ(sold_and_printed().find("1d7630"), kNoRaster);
  EXPECT_EQ(told(to_string(logo.id) + "): this picture does not exist any more"), 1u);
}

TEST_F(ReceiptLogos, APictureThatCannotBeReadHeldUpTheReceipt) {
  const auto white = [](int, int) { return test::kWhite; };
  for (const auto& file : {to_bytes("\x89PNG\r\n\x1a\n and no more"), to_bytes("\xff\xd8\xff\xe0 and no more"),
                           test::jpeg_of(16, 16, white, test::JpegKind::cmyk), test::png_of(4'000, 3'000, white)}) {
    const auto logo = choose_unseen(file);
    EXPECT_EQ(sold_and_printed().find("1d7630"), kNoRaster);
    EXPECT_EQ(sold_and_printed().find("1d7630"), kNoRaster);
    EXPECT_EQ(told(to_string(logo.id)), 1u);
  }
}

TEST_F(ReceiptLogos, APictureThatCannotBeReadCouldBeChosen) {
  const auto good = choose(half_black());
  const auto bad = add(to_bytes("\x89PNG\r\n\x1a\n and no more"), "bad.png");
  EXPECT_REFUSED(set_receipt_logo(*shop_, owner(), bad.id), invalid, "save it again as PNG");
  const auto large = add(test::png_of(4'000, 3'000, [](int, int) { return test::kWhite; }), "large.png");
  EXPECT_REFUSED(set_receipt_logo(*shop_, owner(), large.id), invalid, "too large");
  EXPECT_EQ(shop_->state().settings()->receipt_logo, good.id);
}

TEST_F(ReceiptLogos, AnIdOfAnotherVersionKeptTheShopFromOpening) {
  auto& state = shop_->state();
  EXPECT_DONE(change(state, [&](storage::Transaction& tx) {
    return state.replica->put(tx, make_setting("receipt.logo", "logo 2.0"));
  }));
  reopen();
  EXPECT_EQ(sold_and_printed().find("1d7630"), kNoRaster);
}

}  // namespace
}  // namespace till::app
