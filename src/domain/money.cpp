#include "domain/money.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "core/decimal.hpp"

namespace till::domain {
namespace {

// ISO 4217:2015 list one. Those with two decimals, in one string; the others by their number of decimals.
constexpr std::string_view kTwoDecimals =
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF "
    "CHW "
    "CNY COP COU CRC CUC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG "
    "HUF "
    "IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN "
    "MXV "
    "MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SLL SOS "
    "SRD "
    "SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG ZWL";
constexpr std::string_view kNoDecimals = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
constexpr std::string_view kThreeDecimals = "BHD IQD JOD KWD LYD OMR TND";
constexpr std::string_view kFourDecimals = "CLF UYW";

bool lists(std::string_view table, std::string_view code) {
  for (std::size_t at = 0; at < table.size(); at += 4)
    if (table.substr(at, 3) == code) return true;
  return false;
}

}  // namespace

Result<Currency> currency_of(std::string_view code) {
  if (code.size() == 3) {
    if (lists(kTwoDecimals, code)) return Currency{std::string(code), 1, 2};
    if (lists(kNoDecimals, code)) return Currency{std::string(code), 1, 0};
    if (lists(kThreeDecimals, code)) return Currency{std::string(code), 1, 3};
    if (lists(kFourDecimals, code)) return Currency{std::string(code), 1, 4};
  }
  return invalid(fmt::format("'{}' is not a currency code; use three capital letters of ISO 4217 such as EUR",
                             code.substr(0, 20)));
}

Result<Money> parse_money(std::string_view text, const Currency& currency, std::string_view what) {
  const auto scaled = TRY(parse_decimal(text, currency.digits, what));
  if (scaled % currency.unit_num != 0)
    return invalid(fmt::format("{} '{}' is not a multiple of {} {}", what, text.substr(0, 40),
                               format_decimal(currency.unit_num, currency.digits), currency.code));
  const Money money{scaled / currency.unit_num};
  if (money.minor > kMaxMinor || money.minor < -kMaxMinor)
    return invalid(fmt::format("{} '{}' is too large", what, text.substr(0, 40)));
  return money;
}

std::string format_money(Money money, const Currency& currency) {
  return format_decimal(money.minor * currency.unit_num, currency.digits);
}

std::string display_money(Money money, const Currency& currency) {
  auto text = format_money(money, currency);
  const std::size_t first = text[0] == '-' ? 1 : 0;
  const std::size_t point = std::min(text.find('.'), text.size());
  for (std::size_t at = point; at > first + 3; at -= 3) text.insert(at - 3, ",");
  return text;
}

Result<Quantity> parse_quantity(std::string_view text, std::string_view what) {
  const Quantity quantity{TRY(parse_decimal(text, 3, what))};
  if (quantity.milli > kMaxQuantityMilli || quantity.milli < -kMaxQuantityMilli)
    return invalid(fmt::format("{} '{}' is too large; at most {} at a time", what, text.substr(0, 40),
                               format_decimal_short(kMaxQuantityMilli, 3)));
  return quantity;
}

std::string format_quantity(Quantity quantity) {
  return format_decimal_short(quantity.milli, 3);
}

}  // namespace till::domain
