// What goes on paper, independent of the paper: a list of lines that a printer driver turns into ESC/POS, PDF or text.
// Built from stored amounts only; nothing is computed again (sums of stored amounts for a report's rows excepted).
// All text is UTF-8 of any length: the driver wraps or clips to its paper.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "domain/entities/documents.hpp"

namespace till::domain {

enum class Align : std::uint8_t { left = 0, centre = 1, right = 2 };

enum class ReceiptLineKind : std::uint8_t {
  text = 0,     // `left`, aligned
  columns = 1,  // `left` at the left edge, `right` at the right edge; when both do not fit, `left` wraps above
  rule = 2,     // a line across the paper
  qr = 3,       // `left` is the payload
  barcode = 4,  // `left` is the text, as Code 128
  logo = 5,     // the shop's picture, where the driver has one; nothing otherwise
  feed = 6,     // `size` empty lines
};

struct ReceiptLine {
  ReceiptLineKind kind = ReceiptLineKind::text;
  Align align = Align::left;
  bool bold = false;
  int size = 1;  // 1, or 2 for double width and height
  std::string left;
  std::string right;

  bool operator==(const ReceiptLine&) const = default;
};

struct PaperDocument {
  std::vector<ReceiptLine> lines;

  void text(std::string line, Align align = Align::left, bool bold = false, int size = 1);
  void columns(std::string left, std::string right, bool bold = false, int size = 1);
  void rule();
  void feed(int count = 1);
};

// The words of a receipt and a report; a translation replaces them.
struct PaperWords {
  std::string receipt = "Receipt", refund = "REFUND", refund_of = "Refund of receipt", copy = "*** COPY ***";
  std::string terminal = "Till", cashier = "Served by", customer = "Customer", tax_number = "Tax no.";
  std::string discount = "Discount", document_discount = "Discount on the whole", saved = "saved",
              you_saved = "You saved", voided = "VOID";
  std::string total = "TOTAL", rounding = "Rounding", due = "To pay", net = "Net", tax = "Tax", gross = "Gross";
  std::string cash = "Cash", card = "Card", voucher = "Voucher", given = "given", change = "Change",
              paid_out = "paid out";
  std::string reference = "Ref.", subtotal = "Subtotal";
};

struct ReceiptSettings {
  std::string shop_name;
  std::vector<std::string> address;  // lines under the name
  std::string tax_number;
  std::string phone;
  std::vector<std::string> footer;
  bool logo = false;
  bool qr = true;
  std::string qr_prefix;  // put before the payload, such as a web address; may be empty
  PaperWords words;
};

// `copy_number` 0 is the original; a copy carries the copy mark and its number.
PaperDocument make_receipt(const Sale& sale, const ReceiptSettings& settings, int copy_number = 0);

// What the QR code says: receipt, time, total and currency, sale id: "TILL1|K7QF-000042|2026-11-20T09:41:07.123Z|15.70
// EUR|<id>".
std::string qr_payload(const Sale& sale);

// Fixed-width text, for the screen, files and tests; QR and bar codes are shown as a bracketed word, the logo is left
// out. No trailing blanks.
std::string to_text(const PaperDocument& document, int width_columns);

}  // namespace till::domain
