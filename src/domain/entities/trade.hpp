// Whom the shop buys from, what it asks on which list and when, and its branches. Last-writer-per-field rows like the
// catalogue; deletion is the state `lifecycle`. Field numbers are never reused.
#pragma once

#include <cstdint>
#include <string>

#include "core/clock.hpp"
#include "core/fields.hpp"
#include "core/id.hpp"
#include "domain/entities/catalogue.hpp"
#include "domain/money.hpp"

namespace till::domain {

struct Supplier {
  static constexpr std::uint16_t kEntity = 8;
  Id id;
  std::string name;
  std::string contact;  // the person to ask for
  std::string phone;
  std::string email;
  std::string tax_number;
  std::string note;
  Lifecycle lifecycle = Lifecycle::active;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(field(1, "name", name), field(2, "contact", contact), field(3, "phone", phone), field(4, "email", email),
            field(5, "tax_number", tax_number), field(6, "note", note), field(15, "lifecycle", lifecycle));
  }
};

// What a product costs on a list for a while. How it meets Product.price is domain/price_list.hpp.
struct Price {
  static constexpr std::uint16_t kEntity = 9;
  Id id;
  Id product;
  std::string list;     // "", the list of every shop that names none; "happy hour", "airport"
  Money amount;         // per unit, as the product's taxes say
  UtcTime valid_from;   // inclusive
  UtcTime valid_until;  // exclusive; zero: until further notice
  Lifecycle lifecycle = Lifecycle::active;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(field(1, "product", product), field(2, "list", list), field(3, "amount", amount),
            field(4, "valid_from", valid_from.us), field(5, "valid_until", valid_until.us),
            field(15, "lifecycle", lifecycle));
  }
};

// A branch. Terminals name theirs (Device.store); a shop with one branch needs none.
struct Store {
  static constexpr std::uint16_t kEntity = 10;
  Id id;
  std::string name;
  std::string code;        // short, "K2"
  std::string price_list;  // empty: the shop's
  Lifecycle lifecycle = Lifecycle::active;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(field(1, "name", name), field(2, "code", code), field(3, "price_list", price_list),
            field(15, "lifecycle", lifecycle));
  }
};

}  // namespace till::domain
