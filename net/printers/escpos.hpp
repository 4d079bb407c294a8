// Builds ESC/POS byte strings, the language of receipt printers (Epson's "ESC/POS Command Reference" names each command
// given here). Every call appends; what cannot be encoded is refused and appends nothing. Pure; one thread per builder.
//
// Text is UTF-8. Each run of characters goes out in a code page that has it (ESC t n, sent only when the page changes);
// what no page has is transliterated, and at last becomes '?'. `init` forgets the page, as the printer does.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/bytes.hpp"
#include "core/result.hpp"
#include "domain/receipt.hpp"
#include "net/printers/code_pages.hpp"

namespace till::net {

using domain::Align;
enum class BarcodeKind : std::uint8_t { ean13, ean8, code128 };
enum class QrLevel : std::uint8_t { l = 0, m = 1, q = 2, h = 3 };  // restores 7, 15, 25, 30 % of the symbol

// One bit a dot, 1 is black, most significant bit first, each row filled up to whole bytes.
struct Raster {
  int width_dots = 0;
  int height_dots = 0;
  Bytes bits;

  [[nodiscard]] std::size_t row_bytes() const { return (static_cast<std::size_t>(width_dots) + 7) / 8; }
};

class EscPos {
 public:
  Status init();                                  // ESC @
  Status feed(int lines);                         // ESC d, 0 to 255
  Status bold(bool on);                           // ESC E
  Status underline(bool on);                      // ESC -
  Status align(Align align);                      // ESC a
  Status size(int width, int height);             // GS !, 1 to 8 each
  Status cut(int lines_before);                   // GS V 65: partial cut after feeding, 0 to 255
  Status drawer(int pin, int on_ms, int off_ms);  // ESC p; pin 0 or 1; 2 to 510 ms in steps of 2 ms
  Status text(std::string_view utf8);             // no line end; control characters are dropped
  Status line(std::string_view utf8);             // text and LF
  // GS k in its length-prefixed form. EAN-13 takes 12 or 13 digits, EAN-8 7 or 8; a check digit given must be right.
  // CODE128 takes printable ASCII, up to 80 characters.
  Status barcode(BarcodeKind kind, std::string_view code, int height_dots = 0, int module_dots = 0);
  // GS ( k, model 2; module 1 to 16 dots; up to 2000 bytes.
  Status qr(std::string_view content, int module_dots, QrLevel level);
  Status raster(const Raster& image);  // GS v 0; up to 2048 x 4096 dots

  [[nodiscard]] const Bytes& bytes() const { return out_; }
  [[nodiscard]] Bytes take() { return std::move(out_); }

 private:
  void put(std::initializer_list<int> bytes);
  Bytes out_;
  CodePage page_ = CodePage::cp437;
};

// The short job that opens a cash drawer and prints nothing.
Bytes drawer_pulse_job(int pin = 0, int on_ms = 120, int off_ms = 240);

}  // namespace till::net
