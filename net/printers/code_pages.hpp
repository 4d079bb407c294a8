// The code pages that receipt printers share, and which of them can print a run of characters. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.hpp"

namespace till::net {

// The values are the n of ESC t n in Epson's table, which the clones follow.
enum class CodePage : std::uint8_t { cp437 = 0, cp1252 = 16, cp866 = 17, cp858 = 19, cp1253 = 47 };

struct CodePageRun {
  CodePage page = CodePage::cp437;
  Bytes bytes;
};

// The byte of a character on a page; ASCII is the same on all.
std::optional<std::uint8_t> byte_on_page(CodePage page, char32_t character);
char32_t character_on_page(CodePage page, std::uint8_t byte);
// Plain letters for a character that no page has ("ł" is "l", "№" is "No."); empty when there is none.
std::string_view transliterated(char32_t character);

// The text with every character that no page has replaced by its letters, or '?'; control characters are left out. What
// is laid out in columns must go through this first, because letters may be more than the character was.
std::string paper_text(std::string_view utf8);

// Splits text into runs that stay on one page as long as it serves, starting on `current`; the same replacements.
std::vector<CodePageRun> code_page_runs(std::string_view utf8, CodePage current);

}  // namespace till::net
