#include "domain/settlement.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "core/text.hpp"

namespace till::domain {
namespace {

std::string_view name_of(TenderKind kind) {
  switch (kind) {
    case TenderKind::cash:
      return "cash";
    case TenderKind::card:
      return "card";
    case TenderKind::voucher:
      return "voucher";
  }
  return "?";
}

// A total of any sign is settled as its magnitude and mirrored back, so that a return comes out as its sale did.
class Settling {
 public:
  Settling(Money total, const std::optional<CashRounding>& cash_rounding, const Currency& currency)
      : sign_(total.minor < 0 ? -1 : 1),
        left_(sign_ * total.minor),
        cash_rounding_(cash_rounding),
        currency_(currency) {}

  Status take(const TenderRequest& request) {
    Tender tender;
    tender.kind = request.kind;
    tender.reference = mask_card_numbers(request.reference);
    tender.brand = request.brand;
    tender.last4 = request.last4;
    TRY(check(request));
    if (request.kind == TenderKind::cash) {
      TRY(take_cash(request, tender));
    } else {
      TRY(take_other(request, tender));
    }
    left_ += tender.rounding.minor - tender.amount.minor;
    change_ += tender.given.minor - tender.amount.minor;
    rounding_ += tender.rounding.minor;
    paid_ += tender.amount.minor;
    tenders_.push_back(mirrored(tender));
    return {};
  }

  Settlement result(Money total) {
    Settlement out;
    out.rounding = {sign_ * rounding_};
    out.due = total + out.rounding;
    out.paid = {sign_ * paid_};
    out.change = {sign_ * change_};
    out.remaining = {sign_ * left_};
    out.tenders = std::move(tenders_);
    return out;
  }

 private:
  Status check(const TenderRequest& request) const {
    if (request.last4.size() > 4 || request.brand.size() > 40 || request.reference.size() > 100)
      return invalid(
          "a card tender records the brand, the last four digits and the terminal's reference; shorten them");
    if (!request.amount) return {};
    const auto given = sign_ * request.amount->minor;
    if (given < 0)
      return invalid(
          sign_ > 0
              ? fmt::format("a {} tender must not be negative; write what was handed over", name_of(request.kind))
              : fmt::format("money is paid out here; write the {} tender as a negative amount", name_of(request.kind)));
    if (given > kMaxMinor) return invalid(fmt::format("the {} tender is too large; correct it", name_of(request.kind)));
    if (given > 0 && left_ == 0)
      return invalid(fmt::format("nothing is left to pay; leave out the {} tender", name_of(request.kind)));
    return {};
  }

  Status take_cash(const TenderRequest& request, Tender& tender) const {
    const auto rounded = cash_rounding_ ? round_cash({left_}, *cash_rounding_).minor : left_;
    const auto given = request.amount ? sign_ * request.amount->minor : rounded;
    tender.given = {given};
    const bool exact_coins = given >= left_ && given < rounded;
    if (given == left_ || exact_coins) {
      tender.amount = {left_};
    } else if (given >= rounded) {
      tender.amount = {rounded};
      tender.rounding = {rounded - left_};
    } else {
      tender.amount = {given};
    }
    if (sign_ < 0 && given > tender.amount.minor)
      return invalid(fmt::format("{} in cash is more than the {} that is to be paid out; lower it",
                                 format_money({given}, currency_), format_money(tender.amount, currency_)));
    return {};
  }

  Status take_other(const TenderRequest& request, Tender& tender) const {
    const auto given = request.amount ? sign_ * request.amount->minor : left_;
    if (given > left_)
      return invalid(fmt::format("the {} tender of {} is more than the {} that is left to pay; lower it",
                                 name_of(request.kind), format_money({given}, currency_),
                                 format_money({left_}, currency_)));
    tender.amount = tender.given = {given};
    return {};
  }

  Tender mirrored(Tender tender) const {
    for (Money* money : {&tender.amount, &tender.given, &tender.rounding}) money->minor *= sign_;
    return tender;
  }

  const std::int64_t sign_;
  std::int64_t left_, change_ = 0, rounding_ = 0, paid_ = 0;
  const std::optional<CashRounding>& cash_rounding_;
  const Currency& currency_;
  std::vector<Tender> tenders_;
};

}  // namespace

std::string to_string(RoundingMode mode) {
  switch (mode) {
    case RoundingMode::nearest:
      return "nearest";
    case RoundingMode::up:
      return "up";
    case RoundingMode::down:
      return "down";
  }
  return "?";
}

Result<RoundingMode> rounding_mode_of(std::string_view text) {
  for (const auto mode : {RoundingMode::nearest, RoundingMode::up, RoundingMode::down})
    if (to_string(mode) == text) return mode;
  return invalid(fmt::format("the cash rounding mode '{}' is not known; use nearest, up or down", text.substr(0, 20)));
}

Result<std::optional<CashRounding>> parse_cash_rounding(std::string_view text, const Currency& currency) {
  const auto clean = trimmed(text);
  if (clean.empty() || clean == "none") return std::optional<CashRounding>{};
  const auto blank = clean.find(' ');
  CashRounding out;
  out.unit = TRY(parse_money(clean.substr(0, blank), currency, "the cash rounding unit"));
  if (out.unit.minor <= 0) return invalid("the cash rounding unit must be more than zero, such as 0.05");
  if (blank != std::string::npos) out.mode = TRY(rounding_mode_of(trimmed(clean.substr(blank + 1))));
  return std::optional<CashRounding>{out};
}

Money round_cash(Money amount, const CashRounding& rounding) {
  const auto unit = rounding.unit.minor;
  const auto magnitude = std::abs(amount.minor);
  const auto below = magnitude / unit * unit, rest = magnitude - below;
  bool up = false;
  switch (rounding.mode) {
    case RoundingMode::nearest:
      up = 2 * rest >= unit;
      break;  // half away from zero
    case RoundingMode::up:
      up = rest > 0;
      break;
    case RoundingMode::down:
      break;
  }
  const auto rounded = below + (up ? unit : 0);
  return {amount.minor < 0 ? -rounded : rounded};
}

Money cash_due(Money total, const std::optional<CashRounding>& cash_rounding) {
  return cash_rounding ? round_cash(total, *cash_rounding) : total;
}

Result<Settlement> settle(Money total, const std::vector<TenderRequest>& tenders,
                          const std::optional<CashRounding>& cash_rounding, const Currency& currency) {
  if (tenders.size() > kMaxTenders)
    return invalid(fmt::format("there are more than {} tenders; combine some", kMaxTenders));
  if (cash_rounding && cash_rounding->unit.minor <= 0)
    return invalid("the cash rounding unit must be more than zero, such as 0.05");
  Settling settling(total, cash_rounding, currency);
  for (std::size_t i = 0; i < tenders.size(); ++i)
    if (auto taken = settling.take(tenders[i]); !taken)
      return fail(taken.error().context(fmt::format("tender {}", i + 1)));
  return settling.result(total);
}

}  // namespace till::domain
