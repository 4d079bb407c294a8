#include "domain/entry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace till::domain {
namespace {

constexpr std::size_t kMaxTyped = 32;
constexpr std::ptrdiff_t kMaxQuantityDigits = 3;
constexpr std::int64_t kShownAtOnce = 99'000;  // a larger quantity waits for enter

std::ptrdiff_t integer_digits(const std::string& typed) {
  return std::find(typed.begin(), typed.end(), '.') - typed.begin();
}

// Empty for "", "." and zero.
std::optional<Quantity> quantity_of(const std::string& typed) {
  if (integer_digits(typed) > kMaxQuantityDigits) return std::nullopt;
  const auto quantity = parse_quantity(typed.ends_with('.') ? typed + "0" : typed);
  if (!quantity || quantity->milli <= 0) return std::nullopt;
  return *quantity;
}

EntryEffect refused(std::string sentence) {
  EntryEffect out;
  out.kind = EntryEffect::Kind::refused;
  out.sentence = std::move(sentence);
  return out;
}

EntryEffect effect(EntryEffect::Kind kind) {
  EntryEffect out;
  out.kind = kind;
  return out;
}

}  // namespace

EntryEffect Entry::on(const EntryEvent& event) {
  using Kind = EntryEvent::Kind;
  switch (event.kind) {
    case Kind::digit:
      return on_key(event.digit);
    case Kind::decimal:
      return on_key('.');
    case Kind::times:
      return on_times();
    case Kind::enter:
      return on_enter();
    case Kind::clear:
      return on_clear();
    case Kind::backspace:
      return on_backspace();
    case Kind::scan:
      return on_scan(event.code);
  }
  return {};
}

EntryEffect Entry::on_key(char c) {
  const bool point = typed_.find('.') != std::string::npos;
  if (c == '.' ? point : (c < '0' || c > '9')) return {};
  if (typed_.size() >= kMaxTyped) return refused("that is too long for an item's number; press clear");
  typed_ += c;
  return after_scan_ ? quantity_typed() : EntryEffect{};
}

EntryEffect Entry::quantity_typed() {
  if (integer_digits(typed_) > kMaxQuantityDigits) {
    after_scan_ = false;
    return effect(EntryEffect::Kind::restore_quantity);
  }
  const auto quantity = quantity_of(typed_);
  if (!quantity || quantity->milli > kShownAtOnce) return effect(EntryEffect::Kind::restore_quantity);
  auto out = effect(EntryEffect::Kind::set_quantity);
  out.quantity = *quantity;
  return out;
}

EntryEffect Entry::on_times() {
  if (typed_.empty()) return {};
  const auto quantity = quantity_of(typed_);
  const bool was_shown = after_scan_;
  typed_.clear();
  if (!quantity) return refused("that is not a quantity; type up to three digits, then times");
  multiplier_ = quantity;
  after_scan_ = false;
  return was_shown ? effect(EntryEffect::Kind::restore_quantity) : EntryEffect{};
}

EntryEffect Entry::on_scan(const std::string& code) {
  auto out = effect(EntryEffect::Kind::add);
  out.code = code;
  out.quantity = multiplier_.value_or(Quantity{});
  const auto pending = quantity_of(typed_);
  const bool used = after_scan_ && pending && pending->milli <= kShownAtOnce;
  if (!typed_.empty() && !used) out.sentence = fmt::format("{} was not used; press times to multiply a scan", typed_);
  typed_.clear();
  multiplier_.reset();
  after_scan_ = true;
  return out;
}

EntryEffect Entry::on_enter() {
  const auto typed = std::exchange(typed_, {});
  if (after_scan_) {
    after_scan_ = false;
    const auto quantity = quantity_of(typed);
    if (!quantity || quantity->milli <= kShownAtOnce) return {};
    auto out = effect(EntryEffect::Kind::set_quantity);
    out.quantity = *quantity;
    return out;
  }
  if (typed.empty() && multiplier_) return refused("scan an item or type its number after the quantity");
  if (typed.empty()) return {};
  auto out = effect(EntryEffect::Kind::submit);
  out.text = multiplier_ ? format_quantity(*multiplier_) + "*" + typed : typed;
  multiplier_.reset();
  return out;
}

EntryEffect Entry::on_backspace() {
  if (typed_.empty()) {
    multiplier_.reset();
    return {};
  }
  typed_.pop_back();
  return after_scan_ ? quantity_typed() : EntryEffect{};
}

EntryEffect Entry::on_clear() {
  const bool shown = after_scan_ && !typed_.empty();
  typed_.clear();
  multiplier_.reset();
  return shown ? effect(EntryEffect::Kind::restore_quantity) : EntryEffect{};
}

std::string Entry::display() const {
  if (!multiplier_) return typed_;
  return format_quantity(*multiplier_) + " x" + (typed_.empty() ? "" : " " + typed_);
}

void Entry::line_added() {
  typed_.clear();
  multiplier_.reset();
  after_scan_ = true;
}

void Entry::reset() {
  *this = Entry();
}

std::optional<Quantity> Entry::take_multiplier() {
  return std::exchange(multiplier_, std::nullopt);
}

}  // namespace till::domain
