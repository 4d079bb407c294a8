#include "app/data/text_encoding.hpp"

#include <iconv.h>

#include <algorithm>
#include <array>

#include "core/text.hpp"

namespace till::app {
namespace {

constexpr std::string_view kMarkUtf8 = "\xef\xbb\xbf";
constexpr std::string_view kMarkUtf16Le = "\xff\xfe";
constexpr std::string_view kMarkUtf16Be = "\xfe\xff";
constexpr std::size_t kLookedAtBytes = 1024;

tl::unexpected<Error> not_text() {
  return invalid("this is not a text file; save the table as CSV or JSON and try again");
}

// A table without a mark is mostly ASCII: in UTF-16 every second byte of it is zero, always on the same side.
TextEncoding without_mark(std::string_view bytes) {
  const auto looked_at = bytes.substr(0, std::min(bytes.size(), kLookedAtBytes));
  std::array<std::size_t, 2> zeros{};
  for (std::size_t i = 0; i < looked_at.size(); ++i)
    if (looked_at[i] == '\0') ++zeros[i % 2];
  const auto half = looked_at.size() / 2;
  if (half > 0 && bytes.size() % 2 == 0) {
    if (zeros[1] * 2 > half && zeros[0] == 0) return TextEncoding::utf16_le;
    if (zeros[0] * 2 > half && zeros[1] == 0) return TextEncoding::utf16_be;
  }
  return is_valid_utf8(bytes) ? TextEncoding::utf8 : TextEncoding::windows_1252;
}

class Converter {
 public:
  explicit Converter(const char* from) : handle_(::iconv_open("UTF-8", from)) {}
  ~Converter() {
    if (is_open()) ::iconv_close(handle_);
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  [[nodiscard]] bool is_open() const { return handle_ != reinterpret_cast<iconv_t>(-1); }

  Result<std::string> convert(std::string_view bytes) {
    std::string utf8;
    utf8.reserve(bytes.size() + bytes.size() / 8);
    std::array<char, 16 * 1024> piece{};
    auto* in = const_cast<char*>(bytes.data());  // iconv only reads
    auto left = bytes.size();
    while (left > 0) {
      char* out = piece.data();
      auto room = piece.size();
      const auto done = ::iconv(handle_, &in, &left, &out, &room);
      utf8.append(piece.data(), piece.size() - room);
      if (done == static_cast<std::size_t>(-1) && room == piece.size()) return not_text();
    }
    return utf8;
  }

 private:
  iconv_t handle_;
};

// Windows gives five bytes no meaning; some programs put the control characters of ISO-8859-1 there.
void fill_the_gaps(std::string& bytes) {
  for (auto& c : bytes)
    if (std::string_view("\x81\x8d\x8f\x90\x9d").find(c) != std::string_view::npos) c = '?';
}

Result<std::string> converted(std::string_view bytes, const char* from) {
  Converter converter(from);
  if (!converter.is_open())
    return fail(ErrorKind::permanent, "this PC cannot read the file's characters; save it as UTF-8 and try again",
                std::string("iconv_open ") + from);
  return converter.convert(bytes);
}

}  // namespace

Result<DecodedText> decode_text(std::string bytes) {
  DecodedText text;
  const std::string_view seen = bytes;
  if (seen.starts_with(kMarkUtf8)) {
    // Programs add a mark to what has one already.
    while (bytes.starts_with(kMarkUtf8)) bytes.erase(0, kMarkUtf8.size());
    text.encoding = is_valid_utf8(bytes) ? TextEncoding::utf8 : TextEncoding::windows_1252;
  } else if (seen.starts_with(kMarkUtf16Le) || seen.starts_with(kMarkUtf16Be)) {
    text.encoding = seen.starts_with(kMarkUtf16Le) ? TextEncoding::utf16_le : TextEncoding::utf16_be;
    bytes.erase(0, 2);
  } else {
    text.encoding = without_mark(bytes);
  }
  switch (text.encoding) {
    case TextEncoding::utf8:
      text.utf8 = std::move(bytes);
      break;
    case TextEncoding::utf16_le:
      text.utf8 = TRY(converted(bytes, "UTF-16LE"));
      break;
    case TextEncoding::utf16_be:
      text.utf8 = TRY(converted(bytes, "UTF-16BE"));
      break;
    case TextEncoding::windows_1252:
      fill_the_gaps(bytes);
      text.utf8 = TRY(converted(bytes, "WINDOWS-1252"));
      break;
  }
  if (text.utf8.find('\0') != std::string::npos) return not_text();
  return text;
}

std::string_view to_string(TextEncoding encoding) {
  switch (encoding) {
    case TextEncoding::utf8:
      return "UTF-8";
    case TextEncoding::utf16_le:
    case TextEncoding::utf16_be:
      return "UTF-16";
    case TextEncoding::windows_1252:
      return "Windows-1252";
  }
  return "?";
}

}  // namespace till::app
