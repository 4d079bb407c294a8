// GS1 element strings (GS1 General Specifications, section 3): application identifiers in plain form with FNC1 as
// U+001D, after a symbology identifier (]C1 ]d2 ]Q3 ]e0), or in brackets "(01)...(10)...". Pure; foreign bytes, so
// bounded.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"

namespace till::domain {

struct Gs1Element {
  std::string ai;        // "3102": with its decimals digit
  std::string title;     // "Net weight (kg)"
  std::string raw;       // as in the code
  std::string value;     // "20.04", "2013-10-18", otherwise raw
  std::string currency;  // ISO 4217 numeric, for the prices that carry one
};

// True for a symbology identifier, a leading FNC1 or brackets.
bool looks_like_gs1(std::string_view code);
// Invalid: an unknown identifier, a field cut short or too long, characters outside the GS1 set, a wrong check digit of
// 00, 01, 02, an impossible date, the same identifier twice with different content, more than 512 bytes.
Result<std::vector<Gs1Element>> parse_gs1(std::string_view code, int reference_year);
// YYMMDD to "2015-10-20"; day 00 is the last of the month. The century is the one within -49 and +50 years of
// reference_year.
Result<std::string> gs1_date(std::string_view yymmdd, int reference_year);

}  // namespace till::domain
