// Retail symbols by their digits: EAN-13, EAN-8, UPC-A, UPC-E, GTIN-14 (ITF-14), and PLU codes. Check digits by GS1
// General Specifications 7.9.1; UPC-E expansion by 5.2.2.4.2. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace till::domain {

enum class Symbology : std::uint8_t { ean13, ean8, upc_a, upc_e, gtin14, plu, gs1, other };
std::string_view to_string(Symbology symbology);  // "EAN-13", "UPC-E", ...

// Of digits without their check digit, any length; '0' to '9'. Invalid for other characters.
Result<char> check_digit(std::string_view digits);
bool has_right_check_digit(std::string_view digits);

// UPC-E as 6 digits (number system 0 understood), 7 (number system first) or 8 (with check digit) to UPC-A. Six and
// seven digits give eleven without check digit; eight give twelve, the check digit verified.
Result<std::string> expand_upc_e(std::string_view digits);

struct RetailCode {
  Symbology symbology = Symbology::other;
  std::string digits;  // as scanned
  std::string item;    // what to look up: UPC-E expanded to UPC-A with its check digit, otherwise as scanned
};

// By length; invalid with "check digit" in the sentence when it is wrong, or for a length that no symbol has. Eight
// digits are EAN-8 unless only their reading as UPC-E is right.
Result<RetailCode> read_retail_code(std::string_view digits);

// Every spelling under which a catalogue may hold the same item: as given, UPC-A with and without the zero that makes
// it EAN-13, GTIN-14 with indicator 0 stripped, UPC-E expanded. The code as given comes first.
std::vector<std::string> lookup_candidates(std::string_view code);

}  // namespace till::domain
