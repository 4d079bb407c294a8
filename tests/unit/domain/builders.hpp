// Small makers of domain values for the tests of this room.
#pragma once

#include <string>
#include <vector>

#include "domain/basket.hpp"
#include "domain/pricing.hpp"

namespace till::domain::testing_tools {

inline Id id_of(std::uint8_t n) {
  Id id;
  id.bytes[0] = n;
  return id;
}

inline Tax percent_tax(std::string code, std::int64_t percent, bool included) {
  Tax tax;
  tax.id = id_of(static_cast<std::uint8_t>(100 + percent));
  tax.code = tax.name = std::move(code);
  tax.rate_micro = percent * kPercentMicro;
  tax.included = included;
  return tax;
}

inline CatalogueItem item(std::uint8_t n, std::string name, std::int64_t price_minor) {
  CatalogueItem out;
  out.product.id = id_of(n);
  out.product.sku = "S" + std::to_string(n);
  out.product.name = std::move(name);
  out.product.price = {price_minor};
  out.taxes = {percent_tax("vat21", 21, true)};
  return out;
}

inline AddOptions of(std::int64_t milli) {
  AddOptions options;
  options.quantity = {milli};
  return options;
}

inline TenderRequest cash(std::optional<std::int64_t> minor = {}) {
  TenderRequest out;
  if (minor) out.amount = Money{*minor};
  return out;
}

inline TenderRequest card(std::optional<std::int64_t> minor = {}) {
  auto out = cash(minor);
  out.kind = TenderKind::card;
  out.reference = "T-1";
  out.brand = "VISA";
  out.last4 = "4242";
  return out;
}

inline Sale header(std::string receipt = "K7QF-000001") {
  Sale out;
  out.id = id_of(200);
  out.receipt = std::move(receipt);
  out.series = "K7QF";
  out.number = 1;
  out.at = {1'790'000'000'000'000};
  out.terminal = "Till 1";
  out.user_name = "Ann";
  return out;
}

}  // namespace till::domain::testing_tools
