#include "net/printers/receipt_render.hpp"

#include <algorithm>

#include "net/printers/paper_layout.hpp"

namespace till::net {
namespace {

using domain::ReceiptLineKind;

constexpr int kQrModuleDots = 5, kBarcodeHeightDots = 80, kBarcodeModuleDots = 2;

// Sends a style command only where the style changes.
class StyledPaper {
 public:
  explicit StyledPaper(const ReceiptPaper& paper) : paper_(paper) {}

  Status begin() { return out_.init(); }

  Status print(const PrintedLine& line) {
    switch (line.kind) {
      case ReceiptLineKind::text:
      case ReceiptLineKind::columns:
      case ReceiptLineKind::rule:
        return text(line);
      case ReceiptLineKind::feed:
        return out_.feed(line.size);
      case ReceiptLineKind::qr:
        return centred([&] { return out_.qr(line.text, kQrModuleDots, QrLevel::m); });
      case ReceiptLineKind::barcode:
        return barcode(line.text);
      case ReceiptLineKind::logo:
        break;
    }
    return paper_.logo ? centred([&] { return out_.raster(*paper_.logo); }) : Status{};
  }

  Status end() {
    TRY(plain());
    if (paper_.cut) return out_.cut(paper_.feed_before_cut);
    return out_.feed(paper_.feed_before_cut);
  }

  Bytes take() { return out_.take(); }

 private:
  Status style(domain::Align align, bool bold, int size) {
    if (align != align_) TRY(out_.align(align));
    if (bold != bold_) TRY(out_.bold(bold));
    if (size != size_) TRY(out_.size(size, size));
    align_ = align;
    bold_ = bold;
    size_ = size;
    return {};
  }

  Status plain() { return style(domain::Align::left, false, 1); }

  Status text(const PrintedLine& line) {
    TRY(style(line.align, line.bold, line.size));
    return out_.line(line.text);
  }

  template <class Print>
  Status centred(Print print) {
    TRY(style(domain::Align::centre, false, 1));
    TRY(print());
    return out_.line({});
  }

  // What no bar code takes (or is too wide for the paper) is printed as letters: the receipt comes out all the same.
  Status barcode(const std::string& text) {
    const int width_dots = paper_.columns * paper_.dots_per_column;
    const int bars = 11 * static_cast<int>(text.size() + 4) + 13;
    const bool fits = bars * kBarcodeModuleDots <= width_dots;
    if (fits && EscPos().barcode(BarcodeKind::code128, text)) {
      TRY(style(domain::Align::centre, false, 1));
      TRY(out_.barcode(BarcodeKind::code128, text, kBarcodeHeightDots, kBarcodeModuleDots));
      TRY(out_.line({}));
    }
    return this->text({ReceiptLineKind::text, domain::Align::centre, false, 1, text});
  }

  const ReceiptPaper& paper_;
  EscPos out_;
  domain::Align align_ = domain::Align::left;
  bool bold_ = false;
  int size_ = 1;
};

domain::PaperDocument on_pages(const domain::PaperDocument& document) {
  domain::PaperDocument printable = document;
  for (domain::ReceiptLine& line : printable.lines) {
    if (line.kind != ReceiptLineKind::text && line.kind != ReceiptLineKind::columns) continue;
    line.left = paper_text(line.left);
    line.right = paper_text(line.right);
  }
  return printable;
}

}  // namespace

Extent logo_room_dots(const ReceiptPaper& paper) {
  return {std::min(paper.columns * paper.dots_per_column, kLogoRoom_dots.width), kLogoRoom_dots.height};
}

Result<Bytes> render_escpos(const domain::PaperDocument& document, const ReceiptPaper& paper) {
  if (paper.columns < kMinColumns || paper.columns > kMaxColumns) {
    return invalid("a receipt printer has 16 to 96 characters in a line; correct the printer's settings");
  }
  StyledPaper out(paper);
  TRY(out.begin());
  for (const PrintedLine& line : lay_out(on_pages(document), paper.columns)) TRY(out.print(line));
  TRY(out.end());
  return out.take();
}

}  // namespace till::net
