// Customers, users and their roles, and settings: last-writer-per-field rows like the catalogue.
#pragma once

#include <cstdint>
#include <string>

#include "core/fields.hpp"
#include "core/id.hpp"
#include "core/bytes.hpp"
#include "domain/entities/catalogue.hpp"

namespace till::domain {

struct Customer {
  static constexpr std::uint16_t kEntity = 4;
  Id id;
  std::string name;
  std::string phone;
  std::string email;
  std::string tax_number;
  std::string card_code;  // loyalty card as scanned
  std::string note;
  Lifecycle lifecycle = Lifecycle::active;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(field(1, "name", name), field(2, "phone", phone), field(3, "email", email),
            field(4, "tax_number", tax_number), field(5, "card_code", card_code), field(6, "note", note),
            field(15, "lifecycle", lifecycle));
  }
};

// What each role may do is domain/permissions.hpp.
enum class Role : std::uint8_t { cashier = 0, supervisor = 1, manager = 2, owner = 3 };

struct User {
  static constexpr std::uint16_t kEntity = 5;
  Id id;
  std::string name;        // unique in the shop; what --user takes
  Role role = Role::cashier;
  Bytes pin_verifier;      // scrypt with its salt and parameters; made and checked by security/pin
  std::uint32_t colour_rgb = 0x4a6fa5;
  Lifecycle lifecycle = Lifecycle::active;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(field(1, "name", name), field(2, "role", role), field(3, "pin_verifier", pin_verifier),
            field(4, "colour_rgb", colour_rgb), field(15, "lifecycle", lifecycle));
  }
};

// One key of the shop's settings ("shop.name", "receipt.footer", "cash_rounding"). The id derives from the key.
struct Setting {
  static constexpr std::uint16_t kEntity = 6;
  Id id;
  std::string key;
  std::string value;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(field(1, "key", key), field(2, "value", value));
  }
};

}  // namespace till::domain
