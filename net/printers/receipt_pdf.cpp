#include "net/printers/receipt_pdf.hpp"

#include <hpdf.h>
#include <qrencode.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "net/printers/code128.hpp"
#include "net/printers/logo.hpp"
#include "net/printers/paper_layout.hpp"

namespace till::net {
namespace {

using domain::ReceiptLineKind;

// Lengths are PDF points.
constexpr float kPerMm = 72.0f / 25.4f;
constexpr float kPaperWidth = 80 * kPerMm, kSideMargin = 4 * kPerMm, kEndMargin = 5 * kPerMm;
constexpr float kTextWidth = kPaperWidth - 2 * kSideMargin;
constexpr float kTallestPage = 14'000;                // PDF readers stop at 14,400
constexpr float kRowHeight = 1.25f, kDescent = 0.3f;  // of the font's size
constexpr float kQrWidth = 30 * kPerMm, kBarHeight = 10 * kPerMm, kGap = 2 * kPerMm;
constexpr float kWidestModule = 0.4f * kPerMm;
constexpr float kPerDot = kTextWidth / kLogoRoom_dots.width;

struct FreePdf {
  void operator()(HPDF_Doc pdf) const { HPDF_Free(pdf); }
};
using Pdf = std::unique_ptr<std::remove_pointer_t<HPDF_Doc>, FreePdf>;
using Qr = std::unique_ptr<QRcode, decltype(&QRcode_free)>;

void keep_going(HPDF_STATUS, HPDF_STATUS, void*) {}  // the document remembers its first error

Qr encode_qr(const std::string& content) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(content.data());
  return {QRcode_encodeData(static_cast<int>(content.size()), bytes, 0, QR_ECLEVEL_M), &QRcode_free};
}

class PdfPaper {
 public:
  PdfPaper(HPDF_Doc pdf, HPDF_Font regular, HPDF_Font bold, const Picture* logo, int columns)
      : pdf_(pdf), regular_(regular), bold_(bold), logo_(logo) {
    constexpr HPDF_BYTE kOne[] = {'0'};
    const float advance_milli = static_cast<float>(HPDF_Font_TextWidth(regular, kOne, 1).width);
    font_size_ = kTextWidth / (static_cast<float>(columns) * std::max(advance_milli, 100.0f) / 1000);
  }

  void print(const std::vector<PrintedLine>& lines) {
    for (std::size_t at = 0; at < lines.size();) {
      float height = 2 * kEndMargin;
      std::size_t end = at;
      while (end < lines.size() && (end == at || height + height_of(lines[end]) <= kTallestPage)) {
        height += height_of(lines[end++]);
      }
      begin_page(height);
      for (; at < end; ++at) draw(lines[at]);
    }
    if (lines.empty()) begin_page(2 * kEndMargin);
  }

 private:
  void begin_page(float height) {
    page_ = HPDF_AddPage(pdf_);
    HPDF_Page_SetWidth(page_, kPaperWidth);
    HPDF_Page_SetHeight(page_, height);
    y_ = height - kEndMargin;
  }

  [[nodiscard]] float row_height(int size) const { return font_size_ * kRowHeight * static_cast<float>(size); }

  [[nodiscard]] float height_of(const PrintedLine& line) const {
    switch (line.kind) {
      case ReceiptLineKind::feed:
        return row_height(1) * static_cast<float>(line.size);
      case ReceiptLineKind::qr:
        return kQrWidth + 2 * kGap;
      case ReceiptLineKind::barcode:
        return kBarHeight + kGap + row_height(1);
      case ReceiptLineKind::logo:
        return logo_ == nullptr ? 0 : kPerDot * static_cast<float>(logo_size_dots().height) + kGap;
      case ReceiptLineKind::text:
      case ReceiptLineKind::columns:
      case ReceiptLineKind::rule:
        break;
    }
    return row_height(line.size);
  }

  void draw(const PrintedLine& line) {
    switch (line.kind) {
      case ReceiptLineKind::text:
      case ReceiptLineKind::columns:
        text(line, y_);
        break;
      case ReceiptLineKind::rule:
        rule();
        break;
      case ReceiptLineKind::qr:
        qr(line.text);
        break;
      case ReceiptLineKind::barcode:
        barcode(line.text);
        break;
      case ReceiptLineKind::logo:
        if (logo_ != nullptr) logo();
        break;
      case ReceiptLineKind::feed:
        break;
    }
    y_ -= height_of(line);
  }

  void text(const PrintedLine& line, float top) {
    const float size = font_size_ * static_cast<float>(line.size);
    HPDF_Page_BeginText(page_);
    HPDF_Page_SetFontAndSize(page_, line.bold ? bold_ : regular_, size);
    const float spare = kTextWidth - HPDF_Page_TextWidth(page_, line.text.c_str());
    const float share = line.align == domain::Align::left ? 0 : line.align == domain::Align::centre ? 0.5f : 1;
    HPDF_Page_TextOut(page_, kSideMargin + spare * share, top - size * (kRowHeight - kDescent), line.text.c_str());
    HPDF_Page_EndText(page_);
  }

  [[nodiscard]] Extent logo_size_dots() const { return fitted({logo_->width, logo_->height}, kLogoRoom_dots); }

  void logo() {
    if (HPDF_GetError(pdf_) != HPDF_OK) return;  // of something else: it must not be forgotten below
    const HPDF_Image image = HPDF_LoadRawImageFromMem(pdf_, logo_->rgb.data(), static_cast<HPDF_UINT>(logo_->width),
                                                      static_cast<HPDF_UINT>(logo_->height), HPDF_CS_DEVICE_RGB, 8);
    if (image == nullptr) {  // the receipt is complete without it
      HPDF_ResetError(pdf_);
      return;
    }
    const Extent dots = logo_size_dots();
    const float width = kPerDot * static_cast<float>(dots.width), height = kPerDot * static_cast<float>(dots.height);
    HPDF_Page_DrawImage(page_, image, (kPaperWidth - width) / 2, y_ - height, width, height);
  }

  void rule() {
    const float y = y_ - row_height(1) / 2;
    HPDF_Page_SetLineWidth(page_, 0.5f);
    HPDF_Page_MoveTo(page_, kSideMargin, y);
    HPDF_Page_LineTo(page_, kPaperWidth - kSideMargin, y);
    HPDF_Page_Stroke(page_);
  }

  void qr(const std::string& content) {
    const Qr code = encode_qr(content);
    if (!code) return;  // more than fits a symbol: the receipt is complete without it
    const float module = kQrWidth / static_cast<float>(code->width + 8);
    const float left = (kPaperWidth - module * static_cast<float>(code->width)) / 2;
    const float top = y_ - kGap - module * 4;
    for (int row = 0; row < code->width; ++row) {
      const unsigned char* bits = code->data + row * code->width;
      for (int at = 0; at < code->width;) {
        int end = at;
        while (end < code->width && (bits[end] & 1) != 0) ++end;
        if (end > at) {
          HPDF_Page_Rectangle(page_, left + module * static_cast<float>(at), top - module * static_cast<float>(row + 1),
                              module * static_cast<float>(end - at), module);
        }
        at = end + 1;
      }
    }
    HPDF_Page_Fill(page_);
  }

  void barcode(const std::string& content) {
    if (const auto bars = code128_bars(content)) {
      int modules = 0;
      for (const int width : *bars) modules += width;
      const float module = std::min(kWidestModule, kTextWidth / static_cast<float>(modules + 20));
      float x = (kPaperWidth - module * static_cast<float>(modules)) / 2;
      bool black = true;
      for (const int width : *bars) {
        if (black)
          HPDF_Page_Rectangle(page_, x, y_ - kGap - kBarHeight, module * static_cast<float>(width), kBarHeight);
        x += module * static_cast<float>(width);
        black = !black;
      }
      HPDF_Page_Fill(page_);
    }
    text({ReceiptLineKind::text, domain::Align::centre, false, 1, content}, y_ - kGap - kBarHeight);
  }

  HPDF_Doc pdf_;
  HPDF_Font regular_, bold_;
  const Picture* logo_;
  HPDF_Page page_ = nullptr;
  float font_size_ = 8;
  float y_ = 0;
};

Result<MonoFont> find_mono_font(const std::string& assets_folder) {
  std::error_code ignored;
  for (const MonoFont& font : mono_font_candidates(assets_folder)) {
    if (std::filesystem::exists(font.regular, ignored) && std::filesystem::exists(font.bold, ignored)) return font;
  }
  return fail(ErrorKind::permanent,
              "a PDF receipt needs a font and none was found; install the package fonts-dejavu-core");
}

HPDF_Font load_font(HPDF_Doc pdf, const std::string& path) {
  const char* name = HPDF_LoadTTFontFromFile(pdf, path.c_str(), HPDF_TRUE);
  return name == nullptr ? nullptr : HPDF_GetFont(pdf, name, "UTF-8");
}

Result<Bytes> saved(HPDF_Doc pdf) {
  const auto problem = [&] {
    return fail(ErrorKind::permanent, "the PDF receipt could not be made; print it on the receipt printer instead",
                "libhpdf error " + std::to_string(HPDF_GetError(pdf)) + "/" + std::to_string(HPDF_GetErrorDetail(pdf)));
  };
  if (HPDF_GetError(pdf) != HPDF_OK) return problem();
  HPDF_SaveToStream(pdf);
  Bytes bytes(HPDF_GetStreamSize(pdf));
  HPDF_ResetStream(pdf);
  auto size = static_cast<HPDF_UINT32>(bytes.size());
  HPDF_ReadFromStream(pdf, bytes.data(), &size);
  if (HPDF_GetError(pdf) != HPDF_OK || size != bytes.size() || bytes.empty()) return problem();
  return bytes;
}

}  // namespace

std::vector<MonoFont> mono_font_candidates(const std::string& assets_folder) {
  std::vector<MonoFont> fonts;
  const auto add = [&](const std::string& folder, const std::string& name, const std::string& regular_suffix) {
    fonts.push_back({folder + "/" + name + regular_suffix + ".ttf", folder + "/" + name + "-Bold.ttf"});
  };
  if (!assets_folder.empty()) {
    add(assets_folder + "/fonts", "DejaVuSansMono", "");
    add(assets_folder + "/fonts", "RobotoMono", "-Regular");
  }
  add("/usr/share/fonts/truetype/dejavu", "DejaVuSansMono", "");
  add("/usr/share/fonts/truetype/liberation", "LiberationMono", "-Regular");
  add("/usr/share/fonts/truetype/freefont", "FreeMono", "");
  return fonts;
}

Result<Bytes> render_pdf(const domain::PaperDocument& document, const std::string& assets_folder, const Picture* logo,
                         int columns) {
  const MonoFont font = TRY(find_mono_font(assets_folder));
  const Pdf pdf(HPDF_New(&keep_going, nullptr));
  if (!pdf) return fail(ErrorKind::permanent, "there is not enough memory for a PDF receipt");
  HPDF_UseUTFEncodings(pdf.get());
  HPDF_SetCompressionMode(pdf.get(), HPDF_COMP_ALL);
  HPDF_Font regular = load_font(pdf.get(), font.regular);
  HPDF_Font bold = load_font(pdf.get(), font.bold);
  if (regular == nullptr || bold == nullptr) {
    return fail(ErrorKind::permanent,
                "the font " + font.regular + " cannot be used; install the package fonts-dejavu-core");
  }
  PdfPaper(pdf.get(), regular, bold, logo, std::clamp(columns, kMinColumns, kMaxColumns))
      .print(lay_out(document, columns));
  return saved(pdf.get());
}

}  // namespace till::net
