#include "net/printers/paper_layout.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace till::net {
namespace {

using domain::ReceiptLine;
using domain::ReceiptLineKind;

int width_of(std::string_view text) {
  return static_cast<int>(code_points(text));
}

std::string blanks(int count) {
  return std::string(static_cast<std::size_t>(std::max(count, 0)), ' ');
}

// Cuts the first `columns` characters off the front.
std::string take_front(std::string_view& text, int columns) {
  const std::string front = clipped(text, static_cast<std::size_t>(columns));
  text.remove_prefix(front.size());
  return front;
}

void lay_out_columns(const ReceiptLine& line, int columns, const PrintedLine& look, std::vector<PrintedLine>& out) {
  const auto put = [&](std::string text) {
    PrintedLine printed = look;
    printed.text = std::move(text);
    out.push_back(std::move(printed));
  };
  const int right = width_of(line.right);
  if (width_of(line.left) + right + 1 <= columns || (line.left.empty() && right <= columns)) {
    put(line.left + blanks(columns - width_of(line.left) - right) + line.right);
    return;
  }
  std::vector<std::string> rows = wrapped(line.left, columns);
  const bool fits_last = width_of(rows.back()) + right + 1 <= columns;
  const std::string last = fits_last ? rows.back() : std::string();
  if (fits_last) rows.pop_back();
  for (std::string& row : rows) put(std::move(row));
  if (right <= columns) {
    put(last + blanks(columns - width_of(last) - right) + line.right);
    return;
  }
  for (std::string& row : wrapped(line.right, columns)) put(std::move(row));
}

std::string dashes(int columns) {
  return std::string(static_cast<std::size_t>(columns), '-');
}

}  // namespace

std::vector<std::string> wrapped(std::string_view text, int columns) {
  const std::size_t blank = std::min(text.find_first_not_of(' '), text.size());
  const std::string indent = blanks(std::min(static_cast<int>(blank), columns / 2));
  columns -= static_cast<int>(indent.size());
  std::vector<std::string> rows;
  std::string row;
  for (const std::string& word : split(text.substr(blank), ' ')) {
    const bool fits = width_of(row) + (row.empty() ? 0 : 1) + width_of(word) <= columns;
    if (fits) {
      row += (row.empty() ? "" : " ") + word;
      continue;
    }
    if (!row.empty()) rows.push_back(std::move(row));
    std::string_view rest = word;
    while (width_of(rest) > columns) rows.push_back(take_front(rest, columns));
    row = rest;
  }
  if (!row.empty() || rows.empty()) rows.push_back(std::move(row));
  for (std::string& each : rows) each.insert(0, indent);
  return rows;
}

std::vector<PrintedLine> lay_out(const domain::PaperDocument& document, int columns) {
  columns = std::clamp(columns, kMinColumns, kMaxColumns);
  std::vector<PrintedLine> out;
  for (const ReceiptLine& line : document.lines) {
    const int size = std::clamp(line.size, 1, 2);
    PrintedLine look{line.kind, line.align, line.bold, size, {}};
    switch (line.kind) {
      case ReceiptLineKind::text:
        for (std::string& row : wrapped(line.left, columns / size)) {
          look.text = std::move(row);
          out.push_back(look);
        }
        break;
      case ReceiptLineKind::columns:
        look.kind = ReceiptLineKind::text;
        look.align = domain::Align::left;
        lay_out_columns(line, columns / size, look, out);
        break;
      case ReceiptLineKind::rule:
        look = {ReceiptLineKind::rule, domain::Align::left, false, 1, dashes(columns)};
        out.push_back(look);
        break;
      case ReceiptLineKind::feed:
        look.size = std::clamp(line.size, 1, 20);
        [[fallthrough]];
      case ReceiptLineKind::qr:
      case ReceiptLineKind::barcode:
      case ReceiptLineKind::logo:
        look.text = line.left;
        out.push_back(look);
        break;
    }
  }
  return out;
}

}  // namespace till::net
