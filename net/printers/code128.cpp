#include "net/printers/code128.hpp"

#include <algorithm>
#include <array>

namespace till::net {
namespace {

constexpr std::size_t kMaxLength = 80;
constexpr int kToC = 99, kToB = 100, kStartB = 104, kStartC = 105, kStop = 106, kModulus = 103;

// Table 1 of the standard: widths of each symbol's bars and spaces.
constexpr std::array<const char*, 107> kWidths{
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213", "221312",
    "231212", "112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132", "221231", "213212",
    "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211", "212123", "212321", "232121",
    "111323", "131123", "131321", "112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331",
    "132131", "113123", "113321", "133121", "313121", "211331", "231131", "213113", "213311", "213131", "311123",
    "311321", "331121", "312113", "312311", "332111", "314111", "221411", "431111", "111224", "111422", "121124",
    "121421", "141122", "141221", "112214", "112412", "122114", "122411", "142112", "142211", "241211", "221114",
    "413111", "241112", "134111", "111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112",
    "421211", "212141", "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311",
    "113141", "114131", "311141", "411131", "211412", "211214", "211232", "2331112"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t count = 0;
  while (at + count < text.size() && is_digit(text[at + count])) ++count;
  return count;
}

}  // namespace

Status check_code128(std::string_view text) {
  const bool printable = std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; });
  if (!text.empty() && text.size() <= kMaxLength && printable) return {};
  return invalid("a CODE128 bar code takes 1 to 80 plain letters, digits and signs");
}

std::vector<Code128Run> code128_runs(std::string_view text) {
  std::vector<Code128Run> runs;
  const auto put = [&](bool pairs, int value) {
    if (runs.empty() || runs.back().pairs != pairs) runs.push_back({pairs, {}});
    runs.back().values.push_back(value);
  };
  for (std::size_t at = 0; at < text.size();) {
    std::size_t digits = digits_at(text, at);
    if (digits < 4) {
      put(false, text[at++] - ' ');
      continue;
    }
    for (; digits >= 2; digits -= 2, at += 2) put(true, (text[at] - '0') * 10 + (text[at + 1] - '0'));
  }
  return runs;
}

Result<std::vector<int>> code128_bars(std::string_view text) {
  TRY(check_code128(text));
  std::vector<int> symbols;
  for (const Code128Run& run : code128_runs(text)) {
    const int change = symbols.empty() ? (run.pairs ? kStartC : kStartB) : (run.pairs ? kToC : kToB);
    symbols.push_back(change);
    symbols.insert(symbols.end(), run.values.begin(), run.values.end());
  }
  int sum = symbols.front();
  for (std::size_t i = 1; i < symbols.size(); ++i) sum += symbols[i] * static_cast<int>(i);
  symbols.push_back(sum % kModulus);
  symbols.push_back(kStop);
  std::vector<int> bars;
  for (const int symbol : symbols) {
    for (const char* width = kWidths[static_cast<std::size_t>(symbol)]; *width != 0; ++width)
      bars.push_back(*width - '0');
  }
  return bars;
}

}  // namespace till::net
