// Every text that a person reads goes through `tr`. English is built in: the key is the English text. Other languages
// come from assets/translations/<code>.csv, lines of "English","Translation" (RFC 4180). Window's thread only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace till::ui {

// The text in the chosen language, or the English one. The pointer lives until the next `use_language`.
const char* tr(const char* english);
// With the first "%s" replaced; for texts that carry a name or a number.
std::string tr(const char* english, std::string_view value);
// A short text of the till with one number in it ("2 waiting", "saved 0.30"): looked up with "%s" in the number's
// place.
std::string tr_number(std::string_view text);
// A sentence of the till with names and numbers in it: looked up with "%s" in the place of what stands between ' and of
// each word with a digit or an underscore, which the translation takes in the same order. What such a sentence begins
// with ("the special price '%s' ...", "the position must ...") may be translated apart from the rest ("%s must ...").
std::string tr_sentence(std::string_view text);

// "en" needs no file. On an error the language stays as it was.
Status use_language(std::string_view code, const std::string& translations_folder);
// Every key that `tr` was asked for since the start and the language lacks; for the test of a translation.
std::vector<std::string> missing_translations();

}  // namespace till::ui
