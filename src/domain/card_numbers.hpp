// Card data never enters (PCI DSS): a number that could be a payment card's (13 to 19 digits, Luhn) keeps its last four
// digits only, in every text of every record, whoever wrote it and wherever it came from. The replica asks here for all
// that is stored. Codes, which are digits by nature, are named below and stay as they are. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <type_traits>

#include "core/fields.hpp"
#include "core/text.hpp"
#include "domain/entities/documents.hpp"
#include "domain/entities/people.hpp"

namespace till::domain {

// Fields whose digits mean something else: barcodes, telephone and tax numbers, addresses of printers, most settings.
bool is_code_field(std::string_view field);

namespace detail {

struct CardNumberMask {
  template <class... T>
  void operator()(Field<T>... f) {
    (mask(f), ...);
  }
  template <class T>
  void mask(Field<T>& f) {
    if constexpr (std::is_same_v<T, std::string>) {
      if (!is_code_field(f.name)) f.value = mask_card_numbers(f.value);
    } else if constexpr (std::is_same_v<T, std::vector<SaleLine>>) {
      for (auto& line : f.value) line.name = mask_card_numbers(line.name);
    } else if constexpr (std::is_same_v<T, std::vector<Tender>>) {
      for (auto& tender : f.value) {
        tender.reference = mask_card_numbers(tender.reference);
        tender.brand = mask_card_numbers(tender.brand);
      }
    }
  }
};

}  // namespace detail

// Settings that people read: the shop's name and address, the receipt's footer, names of departments.
bool is_text_setting(std::string_view key);

template <class Entity>
Entity without_card_numbers(Entity entity) {
  detail::CardNumberMask mask;
  entity.serialize(mask);
  if constexpr (std::is_same_v<Entity, Setting>) {
    if (is_text_setting(entity.key)) entity.value = mask_card_numbers(entity.value);
  }
  return entity;
}

}  // namespace till::domain
