// Walking through UTF-8 one character at a time. Bytes that are not UTF-8 come out as U+FFFD, one for each byte, so
// that a walk always ends. Pure; any thread.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace till::net {

constexpr char32_t kReplacement = 0xfffd;

// The character at `at`, which must be inside the text; moves `at` behind it.
char32_t next_character(std::string_view text, std::size_t& at);
void append_utf8(std::string& text, char32_t character);

}  // namespace till::net
