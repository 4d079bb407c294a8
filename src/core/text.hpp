// Small rules about text that several rooms share. Pure; UTF-8 throughout.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace till {

bool is_valid_utf8(std::string_view text);
std::string trimmed(std::string_view text);
std::vector<std::string> split(std::string_view text, char separator);
// Lower case for ASCII, Latin-1, Greek and Cyrillic letters: enough for searching a catalogue.
std::string lowered(std::string_view text);
// Cuts at a code point so that at most `max_code_points` remain.
std::string clipped(std::string_view text, std::size_t max_code_points);
std::size_t code_points(std::string_view text);

// Card data never enters (PCI DSS 3.3): any run of 13 to 19 digits, spaces and dashes between them allowed, that passes
// the Luhn check (ISO/IEC 7812-1 annex B) and starts like a payment card keeps its last four digits, the rest become '*'.
// EAN-13 and other item codes that happen to pass Luhn are told apart by their leading digit and length where possible.
std::string mask_card_numbers(std::string_view text);

}  // namespace till
