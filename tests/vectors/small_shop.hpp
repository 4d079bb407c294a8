// A catalogue of a few items for the input cases; prices include 10 % tax.
#pragma once

#include <map>

#include "domain/barcode.hpp"
#include "domain/till_input.hpp"

namespace till::vectors {

inline Id small_id(std::uint8_t n) {
  Id id;
  id.bytes[15] = n;
  return id;
}

inline domain::Tax small_tax() {
  domain::Tax tax;
  tax.id = small_id(1);
  tax.code = tax.name = "vat10";
  tax.rate_micro = 10 * domain::kPercentMicro;
  tax.included = true;
  return tax;
}

inline std::map<std::string, domain::CatalogueItem> small_catalogue() {
  using domain::SellUnit;
  std::map<std::string, domain::CatalogueItem> out;
  std::uint8_t next = 10;
  const auto add = [&](const std::string& code, const std::string& name, std::int64_t price,
                       SellUnit unit = SellUnit::piece) {
    domain::CatalogueItem item;
    item.product.id = small_id(next++);
    item.product.sku = item.product.name = name;
    item.product.price = {price};
    item.product.unit = unit;
    item.taxes = {small_tax()};
    return out[code] = item;
  };
  add("4011", "Bananas", 119, SellUnit::kilogram);
  add("5", "Sweet", 5);
  add("4006381333931", "Pen", 100);
  add("0036000291452", "Tissue", 200);
  add("COFFEE", "Coffee", 229);
  out["COFFEE"].product.has_special = true;
  out["COFFEE"].product.special_price = {199};
  add("SOAP", "Soap", 165);
  out["SOAP"].quantity_price = {2, {200}};
  add("HAM", "Ham", 1000, SellUnit::kilogram);
  out["HAM"].product.tare = {50};
  const auto label = [&](const std::string& twelve) { return twelve + *domain::check_digit(twelve); };
  out[label("210020000000")] = out["HAM"];
  add(label("220010000000"), "Cheese", 2000, SellUnit::kilogram);
  add("COLA", "Cola", 150);
  const auto deposit = add("DEPOSIT", "Deposit", 25);
  out["COLA"].deposit = deposit.product;
  out["COLA"].deposit_taxes = deposit.taxes;
  return out;
}

inline domain::InputContext small_shop() {
  domain::InputContext context;
  context.rules = {{domain::EmbeddedKind::weight, "21.....{NNDDD}"}, {domain::EmbeddedKind::price, "22.....{NNNDD}"}};
  context.lookup.item = [items =
                             small_catalogue()](std::string_view code) -> Result<std::optional<domain::CatalogueItem>> {
    const auto it = items.find(std::string(code));
    if (it == items.end()) return std::optional<domain::CatalogueItem>{};
    return std::optional{it->second};
  };
  context.lookup.department = [](std::string_view number) -> Result<std::optional<domain::Department>> {
    if (number != "10") return std::optional<domain::Department>{};
    return std::optional{domain::Department{"10", "Grocery", {small_tax()}}};
  };
  return context;
}

}  // namespace till::vectors
