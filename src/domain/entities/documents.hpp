// What has happened: sales and refunds, stock moves, shifts, cash movements. Immutable once committed (a
// shift is two documents: its opening and its closing). What was printed is stored; nothing here is computed again.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/fields.hpp"
#include "core/id.hpp"
#include "domain/entities/audit.hpp"
#include "domain/money.hpp"

namespace till::domain {

struct TaxAmount {
  Id tax;
  std::string code;
  std::string name;
  std::int64_t rate_micro = 0;
  Money base;    // what the tax was computed on, after discounts
  Money amount;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(tax, code, name, rate_micro, base, amount);
  }
};

enum class LineKind : std::uint8_t { item = 0, deposit = 1, department = 2, void_of = 3 };

struct SaleLine {
  std::string line_id;       // unique in the document, stable: "a", "1"
  LineKind kind = LineKind::item;
  Id product;                // nil for an open department sale
  std::string sku;
  std::string barcode;       // as scanned, empty when tapped
  std::string name;
  Quantity quantity;         // negative: a return
  std::string unit;          // "", "kg", "l", "m"
  Money unit_price;          // as charged, before discount
  Money list_price;          // before a special; equal to unit_price otherwise
  Money discount;            // this line's own discount, positive lowers the price
  Money document_discount;   // its share of the document's discount
  Money net;
  std::vector<TaxAmount> taxes;
  Money total;               // what the customer pays for the line, document discount taken off
  std::string department;
  std::string cites_line;    // refund: the line of the cited sale; void: the line taken back
  Id approved_by;            // the override's second person, or nil

  template <class Archive>
  void serialize(Archive& archive) {
    archive(line_id, kind, product, sku, barcode, name, quantity, unit, unit_price, list_price, discount,
            document_discount, net, taxes, total, department, cites_line, approved_by);
  }
};

enum class TenderKind : std::uint8_t { cash = 0, card = 1, voucher = 2 };

struct Tender {
  TenderKind kind = TenderKind::cash;
  Money amount;              // counted towards the sale, change taken off
  Money given;               // what was handed over
  Money rounding;            // cash rounding that came with it; due = total + rounding
  std::string reference;     // external terminal's reference or voucher number
  std::string brand;         // card
  std::string last4;         // card

  template <class Archive>
  void serialize(Archive& archive) {
    archive(kind, amount, given, rounding, reference, brand, last4);
  }
};

enum class SaleKind : std::uint8_t { sale = 0, refund = 1 };

struct Sale {
  static constexpr std::uint16_t kEntity = 20;
  Id id;
  SaleKind kind = SaleKind::sale;
  std::string receipt;       // "K7QF-000042": series and number
  std::string series;
  std::int64_t number = 0;   // without gap in its series
  UtcTime at;
  Id device;
  std::string terminal;      // its name
  Id shift;
  Id user;
  std::string user_name;
  Id customer;
  std::string customer_name;
  Currency currency;
  std::string tax_rounding;  // "line" or "document"
  std::vector<SaleLine> lines;
  std::vector<TaxAmount> taxes;
  Money net, tax, total;
  Money discount;            // of the whole document
  Money rounding;            // of the cash part
  Money due;                 // total + rounding
  Money paid;                // counted: equals due
  Money change;
  std::vector<Tender> tenders;
  Id cites;                  // refund: the sale it pays back
  std::string cites_receipt;
  std::string note;
  Id order;                  // the order that it pays, or nil

  template <class Archive>
  void serialize(Archive& archive) {
    archive(field(1, "kind", kind), field(2, "receipt", receipt), field(3, "series", series),
            field(4, "number", number), field(5, "at", at.us), field(6, "device", device),
            field(7, "terminal", terminal), field(8, "shift", shift), field(9, "user", user),
            field(10, "user_name", user_name), field(11, "customer", customer),
            field(12, "customer_name", customer_name), field(13, "currency", currency),
            field(14, "tax_rounding", tax_rounding), field(16, "lines", lines), field(17, "taxes", taxes),
            field(18, "net", net), field(19, "tax", tax), field(20, "total", total), field(21, "discount", discount),
            field(22, "rounding", rounding), field(23, "due", due), field(24, "paid", paid),
            field(25, "change", change), field(26, "tenders", tenders), field(27, "cites", cites),
            field(28, "cites_receipt", cites_receipt), field(29, "note", note),
            field(30, "order_id", order));
  }
};

// A signed change of one product's stock. Stock is the last count and the moves that it had not seen; without a count,
// the sum of all.
struct StockMove {
  static constexpr std::uint16_t kEntity = 21;
  Id id;
  Id product;
  std::int64_t delta_milli = 0;
  std::string reason;        // "sale", "refund", "delivery", "waste"
  Id document;
  UtcTime at;
  Id store;                  // whose stock it moves; nil in a shop with one branch

  template <class Archive>
  void serialize(Archive& archive) {
    archive(field(1, "product", product), field(2, "delta_milli", delta_milli), field(3, "reason", reason),
            field(4, "document", document), field(5, "at", at.us), field(6, "store", store));
  }
};

// What somebody counted. Two numbers make it exact wherever it arrives: `counted_milli`, and `moved_milli`, the sum of
// the moves of that product in that store that the counting terminal had, taken in the count's own transaction. The stock
// is then counted_milli + (sum of all moves - moved_milli): the moves that the count had not seen are added, those that
// it had are in what was counted. Of several counts the one with the highest (order_us, id) is the base
// (domain/stock.hpp).
struct StockCount {
  static constexpr std::uint16_t kEntity = 24;
  Id id;
  Id product;
  std::int64_t counted_milli = 0;
  std::int64_t moved_milli = 0;
  std::int64_t expected_milli = 0;  // the stock there before it; counted - expected is the difference
  std::string note;
  Id user;
  std::string user_name;
  UtcTime at;                 // what the clock on the wall said
  std::int64_t order_us = 0;  // later than every count of the product that its author had seen
  Id store;                   // whose stock was counted

  template <class Archive>
  void serialize(Archive& archive) {
    archive(field(1, "product", product), field(2, "counted_milli", counted_milli),
            field(3, "moved_milli", moved_milli), field(4, "expected_milli", expected_milli), field(5, "note", note),
            field(6, "user", user), field(7, "user_name", user_name), field(8, "at", at.us),
            field(9, "order_us", order_us), field(10, "store", store));
  }
};

enum class ShiftEventKind : std::uint8_t { opened = 0, moved = 1, counted = 2, closed = 3, no_sale = 4 };

// One thing that happened in a shift. A shift is the set of its events; its Z numbers are per device, without gap.
struct ShiftEvent {
  static constexpr std::uint16_t kEntity = 22;
  Id id;
  Id shift;
  ShiftEventKind kind = ShiftEventKind::opened;
  Id device;
  std::string terminal;
  Id user;
  std::string user_name;
  UtcTime at;
  Money amount;              // opened: the float; moved: in (+) or out (-); counted, closed: counted cash
  Money expected;            // closed: what should have been there
  std::int64_t z_number = 0; // closed
  std::string reason;
  std::string report;        // closed: the Z report as printed
  std::int64_t journal_sequence = 0;  // closed: where the device's audit journal stood, and its hash there
  Bytes journal_hash;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(field(1, "shift", shift), field(2, "kind", kind), field(3, "device", device),
            field(4, "terminal", terminal), field(5, "user", user), field(6, "user_name", user_name),
            field(7, "at", at.us), field(8, "amount", amount), field(9, "expected", expected),
            field(10, "z_number", z_number), field(11, "reason", reason), field(12, "report", report),
            field(13, "journal_sequence", journal_sequence), field(14, "journal_hash", journal_hash));
  }
};

// A terminal of the tenant, as the others see it.
struct Device {
  static constexpr std::uint16_t kEntity = 7;
  Id id;
  std::string name;          // "Till 2, front"
  std::string code;          // receipt series prefix
  Bytes signing_key;         // Ed25519 public
  Bytes sealing_key;         // X25519 public
  std::string version;
  bool revoked = false;
  Id store;                  // the branch it stands in, or nil

  template <class Archive>
  void serialize(Archive& archive) {
    archive(field(1, "name", name), field(2, "code", code), field(3, "signing_key", signing_key),
            field(4, "sealing_key", sealing_key), field(5, "version", version), field(6, "revoked", revoked),
            field(7, "store", store));
  }
};

}  // namespace till::domain
