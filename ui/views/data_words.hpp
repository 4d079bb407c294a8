// What columns of imported files are called on the screen, in the chosen language.
#pragma once

#include <string>

namespace till::ui {

// "More barcodes" for "more_barcodes"; the key itself where it has no words.
std::string column_word(const std::string& key);
// "CSV, separated by ; (Windows-1252)" in the chosen language.
std::string format_words(const std::string& format);

}  // namespace till::ui
