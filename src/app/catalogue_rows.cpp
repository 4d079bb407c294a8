#include "app/catalogue_rows.hpp"

#include <algorithm>
#include <tuple>

#include "app/row_edit.hpp"
#include "domain/barcode.hpp"
#include "storage/duplicates.hpp"
#include "storage/search.hpp"

namespace till::app {
namespace {

using domain::Category;
using domain::Lifecycle;
using domain::Product;
using domain::Tax;

constexpr std::size_t kMaxBarcodes = 50;
constexpr std::size_t kMaxCode = 40;
constexpr std::int64_t kMaxRateMicro = 1'000'000'000;  // 1000 %

bool is_amount(domain::Money money) {
  return money.minor >= 0 && money.minor <= domain::kMaxMinor;
}

Status require_free_codes(storage::Connection& conn, const Product& product) {
  std::vector<std::string> codes = product.barcodes;
  codes.push_back(product.sku);
  for (const auto& code : codes)
    for (const auto& other : TRY(storage::find_by_code(conn, code)))
      if (other.id != product.id) return invalid("the code " + code + " belongs to '" + other.name + "' already");
  return {};
}

template <class E>
Status require_named(storage::Connection& conn, const Id& now, const Id& before, const char* what) {
  if (now == before || now.is_nil()) return {};
  TRY(existing_row<E>(conn, now, what));
  return {};
}

Result<bool> is_referred_to(storage::Connection& conn, const Id& product) {
  return TRY(conn.integer("SELECT EXISTS (SELECT 1 FROM stock_move WHERE product = ?1) "
                          "OR EXISTS (SELECT 1 FROM stock_count WHERE product = ?1) "
                          "OR EXISTS (SELECT 1 FROM product WHERE deposit = ?1 AND lifecycle = 0) "
                          "OR EXISTS (SELECT 1 FROM order_event WHERE product = ?1) "
                          "OR EXISTS (SELECT 1 FROM sale_line WHERE product = ?1)",
                          product))
             .value_or(0) != 0;
}

Result<std::int64_t> products_with(storage::Connection& conn, const char* sql, const Id& id) {
  return TRY(conn.integer(sql, id)).value_or(0);
}

}  // namespace

// What it named before may be gone by now; only what is new must be there.
Status check_product(storage::Connection& conn, const Product& product) {
  TRY(check_product_values(product));
  const auto before = TRY(storage::load<Product>(conn, product.id)).value_or(Product{});
  TRY(require_named<Category>(conn, product.category, before.category, "category"));
  TRY(require_named<Product>(conn, product.deposit, before.deposit, "deposit"));
  TRY(require_named<domain::Supplier>(conn, product.supplier, before.supplier, "supplier"));
  TRY(require_named<domain::MediaFile>(conn, product.picture, before.picture, "picture"));
  if (product.taxes != before.taxes)
    for (const auto& tax : product.taxes) TRY(existing_row<Tax>(conn, tax, "tax"));
  return require_free_codes(conn, product);
}

Status check_product_values(const Product& p) {
  if (p.sku.empty() || p.sku.size() > kMaxCode) return invalid("give the product an SKU of 1 to 40 characters");
  if (p.name.empty()) return invalid("give the product a name");
  if (!is_amount(p.price) || !is_amount(p.special_price)) return invalid("the price is out of range; please check it");
  if (p.minimum_age < 0 || p.minimum_age > 99) return invalid("the minimum age must be 0 to 99 years");
  if (p.low_stock_milli < 0) return invalid("the alert level cannot be negative");
  if (p.barcodes.size() > kMaxBarcodes) return invalid("a product has at most 50 barcodes");
  for (const auto& code : p.barcodes)
    if (code.empty() || code.size() > kMaxCode || code != trimmed(code))
      return invalid("the barcode '" + clipped(code, 40) + "' cannot be one; check it");
  return {};
}

Result<Id> save_product(Shop& shop, const Actor& actor, Product product) {
  const JournalText text{"product.save", product.sku, product.name};
  return save_row(shop, actor, domain::Right::catalogue_edit, std::move(product), text, check_product);
}

Result<Lifecycle> remove_product(Shop& shop, const Actor& actor, const Id& product) {
  Lifecycle end = Lifecycle::deleted;
  TRY(edit_row<Product>(shop, actor, domain::Right::catalogue_edit, product, "product",
                        [&](storage::Transaction& tx, Product& row) -> Result<JournalText> {
                          end = TRY(is_referred_to(tx, product)) ? Lifecycle::archived : Lifecycle::deleted;
                          row.lifecycle = end;
                          return JournalText{"product.remove", row.sku, row.name};
                        }));
  return end;
}

Result<std::vector<Category>> categories(Shop& shop) {
  auto all = TRY(kept_rows<Category>(shop));
  std::ranges::sort(all, {}, [](const Category& c) { return std::make_tuple(c.position, c.name, c.id); });
  return all;
}

Result<Category> category_named(Shop& shop, const std::string& name_or_id) {
  return row_named<Category>(shop, name_or_id, "category");
}

Result<Id> save_category(Shop& shop, const Actor& actor, Category category) {
  if (trimmed(category.name).empty()) return invalid("give the category a name");
  const JournalText text{"category.save", category.name, {}};
  return save_row(shop, actor, domain::Right::catalogue_edit, std::move(category), text,
                  [](storage::Connection& conn, Category& row) -> Status {
                    if (row.parent == row.id) return invalid("a category cannot lie in itself");
                    if (!row.parent.is_nil()) TRY(existing_row<Category>(conn, row.parent, "category"));
                    return require_free_name(conn, row, "category");
                  });
}

Status remove_category(Shop& shop, const Actor& actor, const Id& category) {
  return edit_row<Category>(
      shop, actor, domain::Right::catalogue_edit, category, "category",
      [&](storage::Transaction& tx, Category& row) -> Result<JournalText> {
        const auto used =
            TRY(products_with(tx, "SELECT count(*) FROM product WHERE lifecycle = 0 AND category = ?1", category));
        if (used > 0) return invalid(std::to_string(used) + " products are in " + row.name + "; move them first");
        row.lifecycle = Lifecycle::deleted;
        return JournalText{"category.remove", row.name, {}};
      });
}

Result<std::vector<Tax>> taxes(Shop& shop) {
  return kept_rows<Tax>(shop);
}

Result<Tax> tax_named(Shop& shop, const std::string& code_or_name_or_id) {
  for (auto& tax : TRY(kept_rows<Tax>(shop)))
    if (tax.code == code_or_name_or_id) return tax;
  return row_named<Tax>(shop, code_or_name_or_id, "tax");
}

Result<Id> save_tax(Shop& shop, const Actor& actor, Tax tax) {
  if (trimmed(tax.name).empty() || trimmed(tax.code).empty())
    return invalid("give the tax a name, as it is printed, and a short code");
  if (tax.rate_micro < -kMaxRateMicro || tax.rate_micro > kMaxRateMicro)
    return invalid("the rate is out of range; give percent, such as 21");
  if (tax.kind == domain::TaxKind::division && tax.rate_micro >= 100'000'000)
    return invalid("a division tax must stay below 100 percent");
  const JournalText text{"tax.save", tax.code, tax.name};
  return save_row(shop, actor, domain::Right::catalogue_edit, std::move(tax), text,
                  [](storage::Connection& conn, Tax& row) -> Status {
                    for (const auto& other : TRY(kept_rows<Tax>(conn)))
                      if (other.id != row.id && other.code == row.code)
                        return invalid("the code " + row.code + " belongs to " + other.name + " already");
                    return {};
                  });
}

Status remove_tax(Shop& shop, const Actor& actor, const Id& tax) {
  return edit_row<Tax>(shop, actor, domain::Right::catalogue_edit, tax, "tax",
                       [&](storage::Transaction& tx, Tax& row) -> Result<JournalText> {
                         const auto used = TRY(products_with(
                             tx, "SELECT count(*) FROM product WHERE lifecycle = 0 AND instr(taxes, ?1) > 0", tax));
                         if (used > 0)
                           return invalid(std::to_string(used) + " products have " + row.name + "; change them first");
                         row.lifecycle = Lifecycle::deleted;
                         return JournalText{"tax.remove", row.code, row.name};
                       });
}

Result<domain::Customer> customer_named(Shop& shop, const std::string& name_or_id) {
  return row_named<domain::Customer>(shop, name_or_id, "customer");
}

Status remove_customer(Shop& shop, const Actor& actor, const Id& customer) {
  return edit_row<domain::Customer>(shop, actor, domain::Right::customers_edit, customer, "customer",
                                    [&](storage::Transaction&, domain::Customer& row) -> Result<JournalText> {
                                      row.lifecycle = Lifecycle::deleted;
                                      return JournalText{"customer.remove", to_string(customer), {}};
                                    });
}

Result<std::vector<DuplicateCode>> duplicates(Shop& shop, std::size_t max_of_each) {
  const auto found = TRY(
      shop.state().db->read([&](storage::Connection& conn) { return storage::find_duplicates(conn, max_of_each); }));
  std::vector<DuplicateCode> all;
  for (const auto& duplicate : found) {
    DuplicateCode code{duplicate.what, duplicate.value, duplicate.owner.name, {}, {}};
    for (const auto& row : duplicate.flagged) {
      code.flagged.push_back(row.name);
      code.flagged_ids.push_back(row.id);
    }
    all.push_back(std::move(code));
  }
  return all;
}

}  // namespace till::app
