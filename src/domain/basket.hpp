// The open sale on the screen: a value that is repriced on every change and always holds a price. Pure data, no clock,
// no catalogue; `serialize` keeps it over a restart and while it is parked. A change that is refused leaves it as it
// was.
//
// Lines only grow at the end and are voided, not erased: a void is a line of its own with the negative quantity, so
// that what was taken back can be seen. A line taken back cannot be changed any more. Equal lines merge, those with a
// quantity price stay one by one ("2 for 2.00" of 1.65: 1.65, then 0.35). One thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "domain/catalogue_item.hpp"
#include "domain/pricing.hpp"
#include "domain/settlement.hpp"

namespace till::domain {

constexpr Quantity kConfirmAbove{99'000};    // more than 99 of something is asked about first
constexpr Quantity kMaxQuantity{9'999'000};  // more than 9,999 on one line is refused

struct BasketLine {
  std::string line_id;  // "1", "2", ...
  LineKind kind = LineKind::item;
  Id product;
  std::string sku, barcode, name;
  SellUnit unit = SellUnit::piece;
  Quantity quantity;  // negative: a return, or a void
  std::int64_t unit_price_micro = 0;
  std::int64_t list_price_micro = 0;  // before a special
  std::vector<Id> taxes;              // of Basket::taxes
  Discount discount;
  QuantityPrice quantity_price;
  std::string department;
  std::string parent;      // a deposit: the line it goes along with
  std::string cites_line;  // a void: the line taken back
  Quantity voided{0};      // how much of this line void lines took back, same sign as quantity
  Money label_total;       // a price label's amount; the line costs exactly this
  bool has_label = false;
  std::int32_t minimum_age = 0;
  Id approved_by;  // an override's second person

  [[nodiscard]] bool is_void() const { return kind == LineKind::void_of; }
  [[nodiscard]] bool is_return() const { return !is_void() && quantity.milli < 0; }
  [[nodiscard]] Quantity left() const { return {quantity.milli - voided.milli}; }

  template <class Archive>
  void serialize(Archive& archive) {
    archive(field(1, "line_id", line_id), field(2, "kind", kind), field(3, "product", product), field(4, "sku", sku),
            field(5, "barcode", barcode), field(6, "name", name), field(7, "unit", unit),
            field(8, "quantity", quantity), field(9, "unit_price_micro", unit_price_micro),
            field(10, "list_price_micro", list_price_micro), field(11, "taxes", taxes), field(12, "discount", discount),
            field(13, "quantity_price", quantity_price), field(14, "department", department),
            field(15, "parent", parent), field(16, "cites_line", cites_line), field(17, "voided", voided),
            field(18, "label_total", label_total), field(19, "has_label", has_label),
            field(20, "minimum_age", minimum_age), field(21, "approved_by", approved_by));
  }
};

struct BasketTax {
  Tax tax;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(field(1, "id", tax.id), field(2, "tax", tax));
  }
};

// One line as the ticket shows it.
struct TicketLine {
  std::string line_id, name, detail;  // detail: "2 x 1.65", "0.95 kg x 2.40", "-10 %"
  Quantity quantity;
  std::string unit;
  std::int64_t unit_price_micro = 0;
  Money total;  // of the line, its own discount taken off, before the document's
  Money saved;  // by a special or a quantity price; negative on a void
  Money discount;
  bool is_void = false, is_return = false, is_deposit = false, taken_back = false;
};

struct AddOptions {
  Quantity quantity;    // negative: a return
  std::string barcode;  // as scanned
  Discount discount;
  std::optional<Money> price;        // another price per unit than the catalogue's (right price_change)
  std::optional<Money> label_total;  // from a price label: what the line costs, whatever the unit price says
  Quantity tare{0};        // taken off a weighed quantity; the caller passes the product's own for gross weights
  bool confirmed = false;  // an unusual quantity was asked about
};

// Where a shop's rules enter.
struct BasketRules {
  Currency currency;
  TaxRounding tax_rounding = TaxRounding::line;
  std::optional<CashRounding> cash_rounding;

  template <class Archive>
  void serialize(Archive& archive) {
    auto stored = cash_rounding.value_or(CashRounding{});  // a unit of zero stands for none
    archive(field(1, "currency", currency), field(2, "tax_rounding", tax_rounding), field(3, "cash_rounding", stored));
    cash_rounding = stored.unit.minor > 0 ? std::optional(stored) : std::nullopt;
  }
};

class Basket {
 public:
  explicit Basket(BasketRules rules = {}) : rules_(std::move(rules)) {}

  // Each returns the id of the line that it made or enlarged.
  Result<std::string> add(const CatalogueItem& item, const AddOptions& options = {});
  // An open amount in a department; `unit_price` per piece.
  Result<std::string> add_department(const Department& department, Money unit_price, Quantity quantity = {},
                                     const Discount& discount = {});
  Status set_quantity(std::string_view line_id, Quantity quantity, bool confirmed = false);
  // Of the last thing added only, also when it merged into an earlier line: scan, 2, scan, 2 are four pieces. Empty:
  // back to what was added.
  Status set_last_quantity(std::optional<Quantity> quantity, bool confirmed = false);
  Status set_unit_price(std::string_view line_id, Money price, const Id& approved_by = {});
  Status set_line_discount(std::string_view line_id, const Discount& discount, const Id& approved_by = {});
  Status set_document_discount(const Discount& discount);
  // Takes back a whole line or some of it; its deposit goes with it. Returns the void line's id.
  Result<std::string> void_line(std::string_view line_id, std::optional<Quantity> quantity = {},
                                const Id& approved_by = {});
  // The last thing added: the last scan's quantity, then line by line backwards.
  Result<std::string> void_last(const Id& approved_by = {});
  // The line of a product (by product id) that can still be taken back, latest first; empty if none.
  [[nodiscard]] std::string line_of(const Id& product) const;

  void set_customer(const Id& id, std::string name) { customer_ = id, customer_name_ = std::move(name); }
  void set_note(std::string note);                              // card numbers are masked
  void set_name(std::string name) { name_ = std::move(name); }  // of a parked sale
  void set_order(const Id& order) { order_ = order; }           // the order that the sale will pay

  [[nodiscard]] const BasketRules& rules() const { return rules_; }
  [[nodiscard]] const std::vector<BasketLine>& lines() const { return lines_; }
  [[nodiscard]] const BasketLine* line(std::string_view line_id) const;
  [[nodiscard]] const PricedDocument& price() const { return priced_; }
  [[nodiscard]] const Discount& document_discount() const { return document_discount_; }
  [[nodiscard]] const Id& customer() const { return customer_; }
  [[nodiscard]] const std::string& customer_name() const { return customer_name_; }
  [[nodiscard]] const std::string& note() const { return note_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const Id& order() const { return order_; }
  [[nodiscard]] const std::string& last_line() const { return last_line_; }
  [[nodiscard]] bool empty() const { return lines_.empty(); }
  [[nodiscard]] Money total() const { return priced_.total; }
  [[nodiscard]] Money saved() const;               // by specials and quantity prices, voids taken off
  [[nodiscard]] std::int32_t minimum_age() const;  // the highest of what is not taken back
  [[nodiscard]] std::vector<TicketLine> ticket() const;

  [[nodiscard]] Result<Settlement> settle(const std::vector<TenderRequest>& tenders) const;
  // See sale_builder.hpp for `header`. Invalid while something remains to be paid, or with no lines.
  [[nodiscard]] Result<Sale> to_sale(Sale header, const std::vector<TenderRequest>& tenders) const;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(field(1, "rules", rules_), field(2, "lines", lines_), field(3, "taxes", taxes_),
            field(4, "document_discount", document_discount_), field(5, "customer", customer_),
            field(6, "customer_name", customer_name_), field(7, "note", note_), field(8, "name", name_),
            field(9, "last_line", last_line_), field(10, "last_quantity", last_quantity_),
            field(11, "next_line", next_line_), field(12, "last_added", last_added_));
  }
  // After decoding: prices again; invalid if the bytes describe an impossible basket.
  Status restore();

 private:
  using Change = std::function<Result<std::string>(Basket&)>;
  Result<std::string> changed(const Change& change);  // on a copy, which becomes this if it can be priced
  Status changed_line(std::string_view line_id, const std::function<Status(BasketLine&)>& change);
  Status reprice();
  [[nodiscard]] PriceRequest request() const;
  [[nodiscard]] BasketLine* find(std::string_view line_id);
  [[nodiscard]] Result<BasketLine*> changeable(std::string_view line_id);
  Result<std::string> put(BasketLine line);  // merges or appends
  Status put_deposit(const CatalogueItem& item, const std::string& parent, Quantity quantity);
  std::vector<Id> remember(const std::vector<Tax>& taxes);
  std::string new_line_id();
  std::string append_void(BasketLine& line, Quantity quantity, const std::string& parent, const Id& approved_by);

  BasketRules rules_;
  std::vector<BasketLine> lines_;
  std::vector<BasketTax> taxes_;
  Discount document_discount_;
  Id customer_;
  std::string customer_name_, note_, name_;
  Id order_;  // encode_basket keeps it
  std::string last_line_;
  Quantity last_quantity_{0};  // of the last thing added, as it is now
  Quantity last_added_{0};     // and as it was added
  std::int64_t next_line_ = 1;
  PricedDocument priced_;  // of the above; not stored
};

// More than kConfirmAbove of one thing: the screen asks, then repeats with `confirmed`.
bool needs_confirmation(Quantity quantity);

// A parked sale's bytes and back.
Bytes encode_basket(const Basket& basket);
Result<Basket> decode_basket(ByteView bytes);

}  // namespace till::domain
