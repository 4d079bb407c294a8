// Where the characters of a paper document stand on paper of so many columns: each line wrapped, padded and ready to
// print, so that every driver breaks lines in the same places. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/receipt.hpp"

namespace till::net {

// Text lines come out as kind `text`, left-aligned lines without padding, centred and right ones as they are to be
// aligned by the printer; a `columns` line becomes one or more lines filled with blanks to the full width. A rule
// becomes text of dashes. `qr`, `barcode`, `logo` and `feed` pass through.
struct PrintedLine {
  domain::ReceiptLineKind kind = domain::ReceiptLineKind::text;
  domain::Align align = domain::Align::left;
  bool bold = false;
  int size = 1;
  std::string text;
};

constexpr int kMinColumns = 16, kMaxColumns = 96;

std::vector<PrintedLine> lay_out(const domain::PaperDocument& document, int columns);
// Breaks at blanks, a longer word in itself; blanks in front indent every row. At least one (perhaps empty) row.
std::vector<std::string> wrapped(std::string_view text, int columns);

}  // namespace till::net
