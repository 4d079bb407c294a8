#include "domain/rational.hpp"

namespace till::domain {
namespace mp = boost::multiprecision;

std::int64_t truncated(const Rational& value) {
  return static_cast<std::int64_t>(mp::cpp_int(mp::numerator(value) / mp::denominator(value)));
}

std::optional<std::int64_t> round_half_away(const Rational& value) {
  const mp::cpp_int top = mp::abs(mp::numerator(value)), bottom = mp::denominator(value);
  const mp::cpp_int magnitude = (2 * top + bottom) / (2 * bottom);
  if (magnitude > kMaxMinor) return std::nullopt;
  const auto rounded = static_cast<std::int64_t>(magnitude);
  return value < 0 ? -rounded : rounded;
}

Rational minor_per_main(const Currency& currency) {
  std::int64_t scale = 1;
  for (int i = 0; i < currency.digits; ++i) scale *= 10;
  return ratio(scale, currency.unit_num);
}

}  // namespace till::domain
