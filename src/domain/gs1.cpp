#include "domain/gs1.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/decimal.hpp"
#include "domain/barcode.hpp"

namespace till::domain {
namespace {

constexpr char kSeparator = '\x1d';
constexpr std::size_t kMaxCode = 512;
constexpr std::size_t kMaxElements = 64;

enum class Content : std::uint8_t { text, digits, date, gtin, decimal, price_with_currency };

struct Identifier {
  std::string_view ai;  // 'n' at the end: a digit that counts decimals
  Content content;
  std::size_t shortest, longest;
  std::string_view title;
};

// GS1 General Specifications, section 3.2, release 24: the identifiers that retail and food trade use.
constexpr auto kIdentifiers = std::to_array<Identifier>({
    {"00", Content::gtin, 18, 18, "SSCC"},
    {"01", Content::gtin, 14, 14, "GTIN"},
    {"02", Content::gtin, 14, 14, "Content GTIN"},
    {"03", Content::gtin, 14, 14, "Made-to-order GTIN"},
    {"10", Content::text, 1, 20, "Batch or lot"},
    {"11", Content::date, 6, 6, "Production date"},
    {"12", Content::date, 6, 6, "Due date"},
    {"13", Content::date, 6, 6, "Packaging date"},
    {"15", Content::date, 6, 6, "Best before"},
    {"16", Content::date, 6, 6, "Sell by"},
    {"17", Content::date, 6, 6, "Expiry"},
    {"20", Content::digits, 2, 2, "Variant"},
    {"21", Content::text, 1, 20, "Serial number"},
    {"22", Content::text, 1, 20, "Consumer variant"},
    {"235", Content::text, 1, 28, "Third-party serial"},
    {"240", Content::text, 1, 30, "Additional product id"},
    {"241", Content::text, 1, 30, "Customer part number"},
    {"242", Content::digits, 1, 6, "Made-to-order variation"},
    {"243", Content::text, 1, 20, "Packaging component"},
    {"250", Content::text, 1, 30, "Secondary serial"},
    {"251", Content::text, 1, 30, "Source reference"},
    {"253", Content::text, 13, 30, "Document type"},
    {"254", Content::text, 1, 20, "Location extension"},
    {"255", Content::digits, 13, 25, "Coupon number"},
    {"30", Content::digits, 1, 8, "Count"},
    {"37", Content::digits, 1, 8, "Contained items"},
    {"390n", Content::decimal, 1, 15, "Amount payable"},
    {"391n", Content::price_with_currency, 4, 18, "Amount payable with currency"},
    {"392n", Content::decimal, 1, 15, "Price"},
    {"393n", Content::price_with_currency, 4, 18, "Price with currency"},
    {"394n", Content::decimal, 4, 4, "Coupon percentage"},
    {"395n", Content::decimal, 6, 6, "Price per unit"},
    {"400", Content::text, 1, 30, "Order number"},
    {"401", Content::text, 1, 30, "Consignment"},
    {"402", Content::digits, 17, 17, "Shipment"},
    {"403", Content::text, 1, 30, "Route"},
    {"410", Content::digits, 13, 13, "Ship to"},
    {"411", Content::digits, 13, 13, "Bill to"},
    {"412", Content::digits, 13, 13, "Purchased from"},
    {"413", Content::digits, 13, 13, "Ship for"},
    {"414", Content::digits, 13, 13, "Location"},
    {"415", Content::digits, 13, 13, "Pay to"},
    {"416", Content::digits, 13, 13, "Production location"},
    {"417", Content::digits, 13, 13, "Party"},
    {"420", Content::text, 1, 20, "Ship to postcode"},
    {"421", Content::text, 4, 12, "Ship to postcode with country"},
    {"422", Content::digits, 3, 3, "Country of origin"},
    {"423", Content::digits, 3, 15, "Country of initial processing"},
    {"424", Content::digits, 3, 3, "Country of processing"},
    {"425", Content::digits, 3, 15, "Country of disassembly"},
    {"426", Content::digits, 3, 3, "Country of full process"},
    {"427", Content::text, 1, 3, "Subdivision of origin"},
    {"7001", Content::digits, 13, 13, "NATO stock number"},
    {"7002", Content::text, 1, 30, "Meat cut"},
    {"7003", Content::digits, 10, 10, "Expiry with time"},
    {"7004", Content::digits, 1, 4, "Active potency"},
    {"7005", Content::text, 1, 12, "Catch area"},
    {"7006", Content::date, 6, 6, "First freeze date"},
    {"7007", Content::digits, 6, 12, "Harvest date"},
    {"7008", Content::text, 1, 3, "Aquatic species"},
    {"7009", Content::text, 1, 10, "Fishing gear"},
    {"7010", Content::text, 1, 2, "Production method"},
    {"7020", Content::text, 1, 20, "Refurbishment lot"},
    {"7021", Content::text, 1, 20, "Functional status"},
    {"7022", Content::text, 1, 20, "Revision"},
    {"7023", Content::text, 1, 30, "Assembly id"},
    {"703n", Content::text, 4, 30, "Processor"},
    {"710", Content::text, 1, 20, "Healthcare number DE"},
    {"711", Content::text, 1, 20, "Healthcare number FR"},
    {"712", Content::text, 1, 20, "Healthcare number ES"},
    {"713", Content::text, 1, 20, "Healthcare number BR"},
    {"714", Content::text, 1, 20, "Healthcare number PT"},
    {"715", Content::text, 1, 20, "Healthcare number US"},
    {"716", Content::text, 1, 20, "Healthcare number IT"},
    {"8001", Content::digits, 14, 14, "Roll dimensions"},
    {"8002", Content::text, 1, 20, "Mobile serial"},
    {"8003", Content::text, 14, 30, "Returnable asset"},
    {"8004", Content::text, 1, 30, "Individual asset"},
    {"8005", Content::digits, 6, 6, "Price per unit of measure"},
    {"8006", Content::digits, 18, 18, "Component"},
    {"8007", Content::text, 1, 34, "IBAN"},
    {"8008", Content::digits, 8, 12, "Production time"},
    {"8009", Content::text, 1, 50, "Sensor indicator"},
    {"8010", Content::text, 1, 30, "Component part"},
    {"8011", Content::digits, 1, 12, "Component serial"},
    {"8012", Content::text, 1, 20, "Software version"},
    {"8013", Content::text, 1, 25, "Model number"},
    {"8017", Content::digits, 18, 18, "Service provider"},
    {"8018", Content::digits, 18, 18, "Service recipient"},
    {"8019", Content::digits, 1, 10, "Service instance"},
    {"8020", Content::text, 1, 25, "Payment slip"},
    {"8026", Content::digits, 18, 18, "Content component"},
    {"8110", Content::text, 1, 70, "Coupon"},
    {"8111", Content::digits, 4, 4, "Loyalty points"},
    {"8112", Content::text, 1, 70, "Paperless coupon"},
    {"8200", Content::text, 1, 70, "Product address"},
    {"90", Content::text, 1, 30, "Internal"},
});

constexpr Identifier kTradeMeasure{"", Content::decimal, 6, 6, "Measure"};
constexpr Identifier kNetWeight{"", Content::decimal, 6, 6, "Net weight (kg)"};
constexpr Identifier kCompanyInternal{"", Content::text, 1, 90, "Company internal"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool all_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), is_digit);
}

// The 82 characters of GS1 AI encodable character set 82 (General Specifications, figure 7.11-1).
bool is_encodable(char c) {
  return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
         std::string_view("!\"%&'()*+,-./:;<=>?_").find(c) != std::string_view::npos;
}

struct Found {
  Identifier identifier;
  std::size_t size;  // digits of the identifier itself
};

bool matches(std::string_view code, const Identifier& identifier) {
  const auto ai = identifier.ai;
  if (code.size() < ai.size()) return false;
  for (std::size_t i = 0; i < ai.size(); ++i)
    if (ai[i] == 'n' ? !is_digit(code[i]) : code[i] != ai[i]) return false;
  return true;
}

// 310n-316n, 320n-329n, 330n-337n, 340n-349n, 350n-357n, 360n-369n.
bool is_measure(std::string_view code) {
  if (code.size() < 4 || !all_digits(code.substr(0, 4)) || code[0] != '3') return false;
  switch (code[1]) {
    case '1':
      return code[2] <= '6';
    case '3':
    case '5':
      return code[2] <= '7';
    case '2':
    case '4':
    case '6':
      return true;
    default:
      return false;
  }
}

Result<Found> identify(std::string_view code) {
  if (is_measure(code)) return Found{code.starts_with("310") ? kNetWeight : kTradeMeasure, 4};
  for (const auto& identifier : kIdentifiers)
    if (matches(code, identifier)) return Found{identifier, identifier.ai.size()};
  if (code.size() >= 2 && code[0] == '9' && code[1] >= '1' && code[1] <= '9') return Found{kCompanyInternal, 2};
  return invalid(
      fmt::format("the code has an unknown application identifier at '{}'; it cannot be used here", code.substr(0, 4)));
}

// Identifiers whose length is known to every reader and which need no separator (General Specifications,
// figure 7.8.4-2).
bool ends_by_itself(std::string_view ai) {
  const auto two = ai.substr(0, 2);
  return two <= "04" || (two >= "11" && two <= "20") || (two >= "31" && two <= "36") || two == "41";
}

Status interpret(const Identifier& identifier, int reference_year, Gs1Element& element) {
  const auto bad = [&](std::string_view why) {
    return invalid(fmt::format("({}) {} '{}' {}", element.ai, element.title, element.raw.substr(0, 40), why));
  };
  const auto& raw = element.raw;
  if (raw.size() < identifier.shortest) return bad("is cut short; scan the code again");
  if (raw.size() > identifier.longest) return bad("is too long; scan the code again");
  if (!std::all_of(raw.begin(), raw.end(), is_encodable)) return bad("has a character that GS1 codes do not allow");
  if (identifier.content == Content::text) return {};
  if (!all_digits(raw)) return bad("must be all digits; scan the code again");
  const int decimals = element.ai.back() - '0';
  switch (identifier.content) {
    case Content::gtin:
      if (!has_right_check_digit(raw)) return bad("has the wrong check digit; scan the code again");
      break;
    case Content::date: {
      const auto date = gs1_date(raw, reference_year);
      if (!date) return bad("is not a date; scan the code again");
      element.value = *date;
      break;
    }
    case Content::price_with_currency:
      element.currency = raw.substr(0, 3);
      element.value = format_decimal(std::stoll(raw.substr(3)), decimals);
      break;
    case Content::decimal:
      if (identifier.longest == 6 && decimals > 5) return bad("has more decimals than digits; scan the code again");
      element.value = format_decimal(std::stoll(raw), decimals);
      break;
    default:
      break;
  }
  return {};
}

class Parser {
 public:
  explicit Parser(int reference_year) : reference_year_(reference_year) {}

  Status plain(std::string_view code) {
    std::size_t at = 0;
    while (at < code.size()) {
      if (code[at] == kSeparator) {
        ++at;
        continue;
      }
      const auto found = TRY(identify(code.substr(at)));
      const auto ai = code.substr(at, found.size);
      at += found.size;
      const auto end = std::min(code.find(kSeparator, at), code.size());
      auto size = end - at;
      if (ends_by_itself(ai)) size = std::min(size, found.identifier.longest);
      TRY(element(found.identifier, ai, code.substr(at, size)));
      at += size;
    }
    return {};
  }

  // "(01)...(10)...": a value may hold brackets, so that only "(digits)" that names an identifier ends one.
  Status bracketed(std::string_view code) {
    std::size_t at = 0;
    while (at < code.size()) {
      const auto close = code.find(')', at);
      if (code[at] != '(' || close == std::string_view::npos)
        return invalid(
            "the brackets around an application identifier are not closed; write it like (01)04006381333931");
      const auto ai = code.substr(at + 1, close - at - 1);
      const auto found = TRY(identify(ai));
      if (found.size != ai.size())
        return invalid(fmt::format("({}) is not an application identifier; correct it", ai.substr(0, 10)));
      auto end = close + 1;
      while (end < code.size() && !opens(code.substr(end))) ++end;
      TRY(element(found.identifier, ai, code.substr(close + 1, end - close - 1)));
      at = end;
    }
    return {};
  }

  std::vector<Gs1Element> take() { return std::move(elements_); }

 private:
  static bool opens(std::string_view rest) {
    const auto close = rest.find(')');
    if (rest[0] != '(' || close == std::string_view::npos || close < 3 || close > 5) return false;
    const auto found = identify(rest.substr(1, close - 1));
    return found && found->size == close - 1;
  }

  Status element(const Identifier& identifier, std::string_view ai, std::string_view raw) {
    Gs1Element out{std::string(ai), std::string(identifier.title), std::string(raw), std::string(raw), {}};
    TRY(interpret(identifier, reference_year_, out));
    for (const auto& before : elements_) {
      if (before.ai != out.ai) continue;
      if (before.raw != out.raw)
        return invalid(fmt::format("({}) is in the code twice with different content; scan it again", ai));
      return {};
    }
    if (elements_.size() >= kMaxElements) return invalid("the code has too many parts; scan it again");
    elements_.push_back(std::move(out));
    return {};
  }

  const int reference_year_;
  std::vector<Gs1Element> elements_;
};

std::string_view without_symbology(std::string_view code) {
  for (const std::string_view prefix : {"]C1", "]d2", "]Q3", "]e0", "]J1"})
    if (code.starts_with(prefix)) return code.substr(prefix.size());
  return code;
}

int days_in(int year, int month) {
  constexpr std::array<int, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : days[static_cast<std::size_t>(month - 1)];
}

}  // namespace

bool looks_like_gs1(std::string_view code) {
  return without_symbology(code).size() != code.size() || (!code.empty() && (code[0] == kSeparator || code[0] == '('));
}

Result<std::vector<Gs1Element>> parse_gs1(std::string_view code, int reference_year) {
  if (code.size() > kMaxCode) return invalid("the code is too long to be a GS1 code; scan it again");
  const auto content = without_symbology(code);
  Parser parser(reference_year);
  if (content.starts_with('(')) {
    TRY(parser.bracketed(content));
  } else {
    TRY(parser.plain(content));
  }
  auto elements = parser.take();
  if (elements.empty()) return invalid("the code is empty; scan it again");
  return elements;
}

Result<std::string> gs1_date(std::string_view yymmdd, int reference_year) {
  if (yymmdd.size() != 6 || !all_digits(yymmdd))
    return invalid(fmt::format("'{}' is not a date of six digits YYMMDD", yymmdd.substr(0, 20)));
  const auto two = [&](std::size_t at) { return (yymmdd[at] - '0') * 10 + (yymmdd[at + 1] - '0'); };
  int year = reference_year / 100 * 100 + two(0);
  if (year - reference_year >= 51) year -= 100;
  if (year - reference_year <= -50) year += 100;
  const int month = two(2);
  if (month < 1 || month > 12) return invalid(fmt::format("'{}' has no such month", yymmdd));
  const int day = two(4) == 0 ? days_in(year, month) : two(4);
  if (day > days_in(year, month)) return invalid(fmt::format("'{}' has no such day", yymmdd));
  return fmt::format("{:04}-{:02}-{:02}", year, month, day);
}

}  // namespace till::domain
