#include "net/printers/escpos.hpp"

#include <algorithm>
#include <initializer_list>
#include <string>

#include "domain/barcode.hpp"
#include "net/printers/code128.hpp"

namespace till::net {
namespace {

constexpr int kEsc = 0x1b, kGs = 0x1d, kLf = 0x0a;
constexpr std::size_t kMaxQrBytes = 2000;
constexpr int kMaxRasterWidth = 2048, kMaxRasterHeight = 4096;

bool all_digits(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

Result<std::string> complete_gtin(std::string_view code, std::size_t length, std::string_view name) {
  if (!all_digits(code) || (code.size() != length && code.size() != length - 1)) {
    return invalid(std::string(name) + " needs " + std::to_string(length) + " digits, but \"" +
                   std::string(code.substr(0, 40)) + "\" has " + std::to_string(code.size()) + " characters");
  }
  const char check = TRY(domain::check_digit(code.substr(0, length - 1)));
  if (code.size() == length && code.back() != check) {
    return invalid(std::string(code) + " is not a valid " + std::string(name) + ": its last digit should be " + check);
  }
  return std::string(code.substr(0, length - 1)) + check;
}

// The content bytes of GS k with system 73.
std::string code128_content(std::string_view code) {
  std::string content;
  for (const Code128Run& run : code128_runs(code)) {
    content += {'{', run.pairs ? 'C' : 'B'};
    for (const int value : run.values) {
      content.push_back(static_cast<char>(run.pairs ? value : value + ' '));
      if (content.back() == '{' && !run.pairs) content.push_back('{');
    }
  }
  return content;
}

Status in_range(int value, int low, int high, std::string_view what) {
  if (value >= low && value <= high) return {};
  return invalid(std::string(what) + " must be between " + std::to_string(low) + " and " + std::to_string(high) +
                 ", not " + std::to_string(value));
}

}  // namespace

void EscPos::put(std::initializer_list<int> bytes) {
  for (const int b : bytes) out_.push_back(static_cast<std::uint8_t>(b));
}

Status EscPos::init() {
  put({kEsc, '@'});
  page_ = CodePage::cp437;
  return {};
}

Status EscPos::feed(int lines) {
  TRY(in_range(lines, 0, 255, "the number of lines to feed"));
  put({kEsc, 'd', lines});
  return {};
}

Status EscPos::bold(bool on) {
  put({kEsc, 'E', on ? 1 : 0});
  return {};
}

Status EscPos::underline(bool on) {
  put({kEsc, '-', on ? 1 : 0});
  return {};
}

Status EscPos::align(Align align) {
  put({kEsc, 'a', static_cast<int>(align)});
  return {};
}

Status EscPos::size(int width, int height) {
  TRY(in_range(width, 1, 8, "the width of characters"));
  TRY(in_range(height, 1, 8, "the height of characters"));
  put({kGs, '!', (width - 1) << 4 | (height - 1)});
  return {};
}

Status EscPos::cut(int lines_before) {
  TRY(in_range(lines_before, 0, 255, "the number of lines before the cut"));
  put({kGs, 'V', 'A', lines_before});
  return {};
}

Status EscPos::drawer(int pin, int on_ms, int off_ms) {
  TRY(in_range(pin, 0, 1, "the drawer's pin"));
  TRY(in_range(on_ms, 2, 510, "the length of the drawer's pulse in ms"));
  TRY(in_range(off_ms, 2, 510, "the pause after the drawer's pulse in ms"));
  put({kEsc, 'p', '0' + pin, on_ms / 2, off_ms / 2});
  return {};
}

Status EscPos::text(std::string_view utf8) {
  for (const CodePageRun& run : code_page_runs(utf8, page_)) {
    if (run.page != page_) put({kEsc, 't', static_cast<int>(run.page)});
    page_ = run.page;
    out_.insert(out_.end(), run.bytes.begin(), run.bytes.end());
  }
  return {};
}

Status EscPos::line(std::string_view utf8) {
  TRY(text(utf8));
  put({kLf});
  return {};
}

Status EscPos::barcode(BarcodeKind kind, std::string_view code, int height_dots, int module_dots) {
  TRY(in_range(height_dots, 0, 255, "the height of a bar code in dots"));
  if (module_dots != 0) TRY(in_range(module_dots, 2, 6, "the width of a bar in dots"));
  std::string content;
  int system = 0;
  if (kind == BarcodeKind::code128) {
    TRY(check_code128(code));
    system = 73;
    content = code128_content(code);
  } else {
    system = kind == BarcodeKind::ean13 ? 67 : 68;
    content =
        kind == BarcodeKind::ean13 ? TRY(complete_gtin(code, 13, "EAN-13")) : TRY(complete_gtin(code, 8, "EAN-8"));
  }
  if (height_dots != 0) put({kGs, 'h', height_dots});
  if (module_dots != 0) put({kGs, 'w', module_dots});
  put({kGs, 'k', system, static_cast<int>(content.size())});
  out_.insert(out_.end(), content.begin(), content.end());
  return {};
}

Status EscPos::qr(std::string_view content, int module_dots, QrLevel level) {
  TRY(in_range(module_dots, 1, 16, "the size of a QR code's squares in dots"));
  if (content.empty() || content.size() > kMaxQrBytes) return invalid("a QR code takes 1 to 2000 bytes");
  const int stored = static_cast<int>(content.size()) + 3;
  put({kGs, '(', 'k', 4, 0, '1', 'A', '2', 0});
  put({kGs, '(', 'k', 3, 0, '1', 'C', module_dots});
  put({kGs, '(', 'k', 3, 0, '1', 'E', '0' + static_cast<int>(level)});
  put({kGs, '(', 'k', stored & 0xff, stored >> 8, '1', 'P', '0'});
  out_.insert(out_.end(), content.begin(), content.end());
  put({kGs, '(', 'k', 3, 0, '1', 'Q', '0'});
  return {};
}

Status EscPos::raster(const Raster& image) {
  TRY(in_range(image.width_dots, 1, kMaxRasterWidth, "the width of a picture in dots"));
  TRY(in_range(image.height_dots, 1, kMaxRasterHeight, "the height of a picture in dots"));
  const auto row_bytes = static_cast<int>(image.row_bytes());
  if (image.bits.size() != image.row_bytes() * static_cast<std::size_t>(image.height_dots)) {
    return invalid("the picture's bytes do not match its width and height");
  }
  put({kGs, 'v', '0', 0, row_bytes & 0xff, row_bytes >> 8, image.height_dots & 0xff, image.height_dots >> 8});
  out_.insert(out_.end(), image.bits.begin(), image.bits.end());
  return {};
}

Bytes drawer_pulse_job(int pin, int on_ms, int off_ms) {
  EscPos job;
  const Status made = job.drawer(std::clamp(pin, 0, 1), std::clamp(on_ms, 2, 510), std::clamp(off_ms, 2, 510));
  return made ? job.take() : Bytes{};
}

}  // namespace till::net
