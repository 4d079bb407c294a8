// A receipt document on paper and as text. The document says what stands where (domain/receipt.hpp); this says how many
// characters fit. `columns` is the printer's width in its normal font: 32 (58 mm), 42 or 48 (80 mm); any from 16 to 96
// works. What does not fit a column is wrapped, an amount never. Pure; any thread.
#pragma once

#include <string>

#include "core/bytes.hpp"
#include "core/result.hpp"
#include "domain/receipt.hpp"
#include "net/printers/escpos.hpp"

namespace till::net {

struct ReceiptPaper {
  int columns = 48;
  int dots_per_column = 12;  // 48 x 12 = 576 dots on 80 mm paper
  bool cut = true;
  int feed_before_cut = 3;
};

// Begins with ESC @; no drawer pulse, that is a job of its own. A logo that is not there is left out.
Result<Bytes> render_escpos(const domain::ReceiptDocument& receipt, const ReceiptPaper& paper = {});
// The same lines as UTF-8, LF at the end of each; barcodes and QR codes as "[ean13 4006381333931]", "[qr ...]".
std::string render_text(const domain::ReceiptDocument& receipt, int columns = 48);

}  // namespace till::net
