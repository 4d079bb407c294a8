#include "domain/tender_suggestions.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "domain/rational.hpp"

namespace till::domain {
namespace {

constexpr std::size_t kKeys = 3;

// Notes and the coins worth a key, in hundredths of the main unit, rising.
struct Cash {
  std::string_view code;
  std::vector<std::int64_t> pieces;
};

const std::vector<std::int64_t>& pieces_of(std::string_view code) {
  static const std::array<Cash, 8> table{{
      {"EUR", {500, 1000, 2000, 5000, 10000, 20000}},
      {"GBP", {500, 1000, 2000, 5000}},
      {"USD", {100, 500, 1000, 2000, 5000, 10000}},
      {"CHF", {500, 1000, 2000, 5000, 10000, 20000}},
      {"SEK", {2000, 5000, 10000, 20000, 50000, 100000}},
      {"PLN", {1000, 2000, 5000, 10000, 20000}},
      {"JPY", {100000, 500000, 1000000}},
      {"CLP", {100000, 200000, 500000, 1000000, 2000000}},
  }};
  static const std::vector<std::int64_t> usual{500, 1000, 2000, 5000, 10000, 20000, 50000, 100000};
  const auto it = std::find_if(table.begin(), table.end(), [&](const Cash& cash) { return cash.code == code; });
  return it == table.end() ? usual : it->pieces;
}

std::int64_t next_multiple(std::int64_t amount, std::int64_t piece) {
  return (amount / piece + 1) * piece;
}

// One note, or the fewest of one kind with at most one smaller note: nobody hands over nine fives.
bool is_handed_over(std::int64_t amount, const std::vector<std::int64_t>& pieces) {
  constexpr int kMostNotes = 3;
  int notes = 0;
  for (auto piece = pieces.rbegin(); piece != pieces.rend() && amount > 0; ++piece) {
    const bool largest = piece == pieces.rbegin();
    const auto count = amount / *piece;
    amount %= *piece;
    notes += largest && count > 0 ? 1 : static_cast<int>(count);  // a stack of the largest counts as one
  }
  return amount == 0 && notes <= kMostNotes;
}

}  // namespace

TenderSuggestions suggest_tenders(Money due, const Currency& currency) {
  TenderSuggestions out{due, {}};
  if (due.minor <= 0) return out;
  const Rational per_main = minor_per_main(currency);
  std::vector<std::int64_t> pieces;
  for (const auto hundredths : pieces_of(currency.code)) {
    const Rational minor = ratio(hundredths, 100) * per_main;
    if (boost::multiprecision::denominator(minor) == 1) pieces.push_back(truncated(minor));
  }
  std::vector<std::int64_t> amounts;
  for (const auto piece : pieces)
    if (const auto amount = next_multiple(due.minor, piece); is_handed_over(amount, pieces)) amounts.push_back(amount);
  std::sort(amounts.begin(), amounts.end());
  amounts.erase(std::unique(amounts.begin(), amounts.end()), amounts.end());
  for (std::size_t i = 0; i < std::min(kKeys, amounts.size()); ++i) out.notes.push_back({amounts[i]});
  return out;
}

}  // namespace till::domain
