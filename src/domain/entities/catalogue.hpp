// What a shop sells: taxes, categories, products. Plain structs; `kEntity` numbers them on the wire and in the log (never
// reuse one), field numbers likewise. All are last-writer-per-field rows; deletion is the state `lifecycle`.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/fields.hpp"
#include "core/id.hpp"
#include "domain/money.hpp"

namespace till::domain {

// Stored as one byte; the values are part of the record format.
enum class Lifecycle : std::uint8_t { active = 0, archived = 1, deleted = 2 };

enum class TaxKind : std::uint8_t { percent = 0, fixed = 1, division = 2 };

struct Tax {
  static constexpr std::uint16_t kEntity = 3;
  Id id;
  std::string name;          // "VAT 21 %", printed
  std::string code;          // short key in basket files: "vat21"
  TaxKind kind = TaxKind::percent;
  std::int64_t rate_micro = 0;  // percent and division: millionths of a percent (21 % = 21'000'000); may be negative
  std::int64_t amount_micro = 0;  // fixed, per unit sold: millionths of the currency's main unit (1.00 = 1'000'000)
  bool included = false;
  bool adds_to_base = false;
  bool on_plain_base = false;
  std::string letter;        // mark on the receipt, "A"
  Lifecycle lifecycle = Lifecycle::active;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(field(1, "name", name), field(2, "code", code), field(3, "kind", kind), field(4, "rate_micro", rate_micro),
            field(5, "amount_micro", amount_micro), field(6, "included", included),
            field(7, "adds_to_base", adds_to_base), field(8, "on_plain_base", on_plain_base),
            field(9, "letter", letter), field(15, "lifecycle", lifecycle));
  }
};

struct Category {
  static constexpr std::uint16_t kEntity = 2;
  Id id;
  std::string name;
  Id parent;                 // nil at the top
  std::uint32_t colour_rgb = 0x4a6fa5;
  std::string icon;          // a name from assets/icons, "bread"
  std::int32_t position = 0;
  Lifecycle lifecycle = Lifecycle::active;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(field(1, "name", name), field(2, "parent", parent), field(3, "colour_rgb", colour_rgb),
            field(4, "icon", icon), field(5, "position", position), field(15, "lifecycle", lifecycle));
  }
};

enum class SellUnit : std::uint8_t { piece = 0, kilogram = 1, litre = 2, metre = 3 };

struct Product {
  static constexpr std::uint16_t kEntity = 1;
  Id id;
  std::string sku;
  std::string name;
  Id category;
  Money price;                       // per unit, as the taxes' `included` says
  std::vector<Id> taxes;             // in the order they apply
  std::vector<std::string> barcodes; // GTINs and PLUs as scanned, check digit included; the first is printed
  SellUnit unit = SellUnit::piece;   // only pieces must be whole
  Id deposit;                        // a product sold along with each piece (bottle deposit), or nil
  Money special_price;               // valid when has_special
  bool has_special = false;
  bool available = true;
  bool track_stock = true;
  std::int64_t low_stock_milli = 0;  // alert below this; 0: never
  Quantity tare{0};                  // of the container, for weighed goods
  std::int32_t minimum_age = 0;      // years
  std::uint32_t colour_rgb = 0;      // 0: the category's
  std::string icon;                  // empty: the category's
  std::int32_t position = 0;         // among the tiles of its category; 0: not a tile
  Id supplier;                       // or nil
  Id picture;                        // a media file, or nil
  Lifecycle lifecycle = Lifecycle::active;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(field(1, "sku", sku), field(2, "name", name), field(3, "category", category), field(4, "price", price),
            field(5, "taxes", taxes), field(6, "barcodes", barcodes), field(7, "unit", unit),
            field(8, "deposit", deposit), field(9, "special_price", special_price),
            field(10, "has_special", has_special), field(11, "available", available),
            field(12, "track_stock", track_stock), field(13, "low_stock_milli", low_stock_milli),
            field(14, "tare", tare), field(15, "lifecycle", lifecycle), field(16, "minimum_age", minimum_age),
            field(17, "colour_rgb", colour_rgb), field(18, "icon", icon), field(19, "position", position),
            field(20, "supplier", supplier), field(21, "picture", picture));
  }
};

}  // namespace till::domain
