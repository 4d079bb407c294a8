#include "domain/tax_engine.hpp"

#include <fmt/format.h>

#include "domain/pricing.hpp"

namespace till::domain {
namespace {

constexpr std::int64_t kHundredPercent = 100 * kPercentMicro;

Rational rate_of(const Tax& tax) {
  return ratio(tax.rate_micro, kHundredPercent);
}

bool alike(const Tax& a, const Tax& b) {
  return a.kind == b.kind && a.included == b.included && a.adds_to_base == b.adds_to_base;
}

class Evaluation {
 public:
  Evaluation(const TaxedAmount& line, const std::vector<const Tax*>& taxes)
      : line_(line),
        taxes_(taxes),
        group_(taxes.size()),
        known_(taxes.size()),
        shift_(taxes.size()),
        base_shift_(taxes.size()),
        amounts_(taxes.size()) {
    make_groups();
  }

  Result<LineTaxes> run() {
    const std::size_t n = taxes_.size();
    for (std::size_t i = n; i-- > 0;)
      if (taxes_[i]->kind == TaxKind::fixed) TRY(settle(i, fixed_amount(*taxes_[i])));
    for (std::size_t i = n; i-- > 0;)
      if (!known_[i] && taxes_[i]->included) TRY(settle(i, included_amount(i)));
    for (std::size_t i = 0; i < n; ++i)
      if (!known_[i]) TRY(settle(i, excluded_amount(i)));
    return result();
  }

 private:
  // From the last tax back: a tax joins the group behind it when they are alike, unless that group adds to the base and
  // the tax behind sees what this one would add.
  void make_groups() {
    for (std::size_t i = taxes_.size(); i-- > 0;) {
      const bool last = i + 1 == taxes_.size();
      const bool joins =
          !last && alike(*taxes_[i], *taxes_[i + 1]) && (!taxes_[i]->adds_to_base || taxes_[i + 1]->on_plain_base);
      group_[i] = last ? 0 : group_[i + 1] + (joins ? 0 : 1);
    }
  }

  Rational fixed_amount(const Tax& tax) const {
    const Rational amount = ratio(tax.amount_micro, 1'000'000) * line_.minor_per_main * line_.quantity;
    return line_.negative_price ? Rational(-amount) : amount;
  }

  Rational group_rate(std::size_t of) const {
    Rational sum = 0;
    for (std::size_t i = 0; i < taxes_.size(); ++i)
      if (group_[i] == group_[of]) sum += rate_of(*taxes_[i]);
    return sum;
  }

  Result<Rational> included_amount(std::size_t i) const {
    const Rational base = line_.amount + shift_[i], rate = rate_of(*taxes_[i]), together = group_rate(i);
    if (taxes_[i]->kind == TaxKind::division) {
      if (together > 1) return invalid("its included division taxes come to more than 100 %; lower a rate");
      return Rational(base * rate);
    }
    if (together <= -1) return invalid("its included taxes come to -100 % or less; raise a rate");
    return Rational(base * rate / (1 + together));
  }

  Result<Rational> excluded_amount(std::size_t i) const {
    const Rational base = line_.amount + shift_[i], rate = rate_of(*taxes_[i]);
    if (taxes_[i]->kind == TaxKind::percent) return Rational(base * rate);
    const Rational together = group_rate(i);
    if (together >= 1) return invalid("its division taxes come to 100 % or more; lower a rate");
    return Rational(base * rate / (1 - together));
  }

  Status settle(std::size_t i, const Result<Rational>& amount) {
    const Rational exact = TRY(amount);
    const auto rounded = round_half_away(exact);
    if (!rounded)
      return invalid(
          fmt::format("tax '{}' is past what a till can count; lower the price or the rate", taxes_[i]->code));
    amounts_[i] = line_.round_each ? Rational(*rounded) : exact;
    known_[i] = true;
    for (std::size_t other = 0; other < taxes_.size(); ++other) {
      const int sign = effect_on(i, other);
      if (sign == 0) continue;
      if (!known_[other]) shift_[other] += sign * amounts_[i];
      base_shift_[other] += sign * amounts_[i];
    }
    return {};
  }

  // What tax `i`, now known, does to the base of another group: groups count down towards the later taxes.
  int effect_on(std::size_t i, std::size_t other) const {
    if (group_[other] == group_[i]) return 0;
    const bool later = group_[other] < group_[i];
    const bool sees = taxes_[i]->adds_to_base && !taxes_[other]->on_plain_base;
    if (!taxes_[i]->included) return later && sees ? 1 : 0;
    return later && sees ? 0 : -1;
  }

  LineTaxes result() const {
    LineTaxes out{line_.amount, {}, amounts_};
    for (std::size_t i = 0; i < taxes_.size(); ++i) {
      Rational base = line_.amount + base_shift_[i];
      if (taxes_[i]->included) {
        out.net -= amounts_[i];
        for (std::size_t j = 0; j < taxes_.size(); ++j)
          if (group_[j] == group_[i]) base -= amounts_[j];
      }
      out.bases.push_back(base);
    }
    return out;
  }

  const TaxedAmount& line_;
  const std::vector<const Tax*>& taxes_;
  std::vector<std::size_t> group_;
  std::vector<bool> known_;
  std::vector<Rational> shift_, base_shift_, amounts_;
};

}  // namespace

Result<LineTaxes> evaluate_taxes(const TaxedAmount& line, const std::vector<const Tax*>& taxes) {
  return Evaluation(line, taxes).run();
}

Status check_tax(const Tax& tax) {
  const auto bad = [&](std::string_view why) { return invalid(fmt::format("tax '{}' {}", tax.code, why)); };
  if (tax.kind == TaxKind::fixed) {
    if (tax.amount_micro > kMaxRateMicro * 1000 || tax.amount_micro < -kMaxRateMicro * 1000)
      return bad("has an amount past 1000000; correct it");
    return {};
  }
  if (tax.rate_micro > kMaxRateMicro || tax.rate_micro < -kMaxRateMicro)
    return bad("has a rate past 1000 %; correct it");
  if (tax.kind == TaxKind::division) {
    if (tax.rate_micro > kHundredPercent || (tax.rate_micro == kHundredPercent && !tax.included))
      return bad("is a division tax, whose rate must be below 100 %; correct it");
  } else if (tax.included && tax.rate_micro <= -kHundredPercent) {
    return bad("is included, so its rate must be above -100 %; correct it");
  }
  return {};
}

}  // namespace till::domain
