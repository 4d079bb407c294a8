// Text files of other programs, as UTF-8. Found from the bytes: a byte order mark, else UTF-16 when every second byte
// is zero, else UTF-8 when the bytes are valid, else Windows-1252 (of which ISO-8859-1 is the printable part; what
// spreadsheets of Western Europe write). Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace till::app {

enum class TextEncoding : std::uint8_t { utf8, utf16_le, utf16_be, windows_1252 };

struct DecodedText {
  std::string utf8;  // without byte order marks
  TextEncoding encoding = TextEncoding::utf8;
};

// Invalid with a sentence when the bytes are no text: broken UTF-16, or a zero byte.
Result<DecodedText> decode_text(std::string bytes);
std::string_view to_string(TextEncoding encoding);  // "Windows-1252"

}  // namespace till::app
