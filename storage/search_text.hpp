// How names are compared when searching: lower case, without the accents of Latin and Greek letters, words apart.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace till::storage {

// "Crème Brûlée–12%" is "creme brulee 12%": signs that are not letters in any script are spaces.
std::string folded(std::string_view text);
// Runs of letters and digits of a folded text.
std::vector<std::string> words_of(std::string_view folded_text);
// Every three code points in a row; none for a shorter word.
std::vector<std::string> trigrams_of(std::string_view word);

}  // namespace till::storage
