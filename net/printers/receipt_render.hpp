// A paper document (domain/receipt.hpp) as ESC/POS bytes. `columns` is the printer's width in characters of its normal
// font: 32 (58 mm paper), 42 or 48 (80 mm); 16 to 96 are taken. Text that is too long is wrapped, an amount never. The
// same document as plain text is domain::to_text. Pure; any thread.
#pragma once

#include <optional>

#include "core/bytes.hpp"
#include "core/result.hpp"
#include "domain/receipt.hpp"
#include "net/printers/logo.hpp"

namespace till::net {

struct ReceiptPaper {
  int columns = 48;
  int dots_per_column = 12;  // 48 x 12 = 576 dots on 80 mm paper
  bool cut = true;
  int feed_before_cut = 3;     // lines from the print head to the knife
  std::optional<Raster> logo;  // as black_and_white makes it for logo_room_dots; left out when there is none
};

// What the logo has on this paper: no more than its lines, nor than 80 mm paper has dots, however small its letters.
Extent logo_room_dots(const ReceiptPaper& paper);

// Begins with ESC @; no drawer pulse, that is a job of its own (drawer_pulse_job).
Result<Bytes> render_escpos(const domain::PaperDocument& document, const ReceiptPaper& paper = {});

}  // namespace till::net
