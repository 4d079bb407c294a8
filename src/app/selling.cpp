#include "app/selling.hpp"

#include <fmt/format.h>

#include "app/journal.hpp"
#include "app/order_paid.hpp"
#include "app/shop_state.hpp"
#include "app/store_here.hpp"
#include "core/text.hpp"
#include "domain/sale_builder.hpp"
#include "storage/baskets.hpp"
#include "storage/meta.hpp"
#include "storage/print_jobs.hpp"
#include "storage/sales.hpp"
#include "storage/search.hpp"
#include "storage/series.hpp"
#include "storage/shifts.hpp"
#include "storage/sync_queries.hpp"
#include "storage/tables.hpp"

namespace till::app {
namespace {

using domain::Sale;
using SaleMaker = std::function<Result<Sale>(Sale header)>;

Result<Id> require_open_shift(ShopState& state, storage::Connection& conn) {
  const auto shift = TRY(storage::open_shift(conn, state.device()));
  if (!shift) return invalid("the shift is closed; open one first (menu: Shift, or: tillctl shift open)");
  return shift->shift;
}

Result<Sale> header_for(ShopState& state, storage::Connection& conn, const Actor& actor) {
  Sale header;
  header.id = new_id(state.clock, state.random);
  header.at = state.clock.now();
  header.device = state.device();
  header.terminal = state.terminal;
  header.shift = TRY(require_open_shift(state, conn));
  header.user = actor.user;
  header.user_name = actor.name;
  return header;
}

// The series is the terminal's code; a log that could not be continued (a restored folder, a copy) numbers in a series
// of its own, so that no number is given twice.
Result<std::string> receipt_series(storage::Connection& conn) {
  const auto code = TRY(storage::meta_text(conn, "terminal.code")).value_or("TILL");
  const auto incarnation = TRY(storage::log_identity(conn)).incarnation;
  const auto first = TRY(storage::meta_integer(conn, "terminal.first_incarnation"));
  if (!first || *first == static_cast<std::int64_t>(incarnation)) return code;
  ByteWriter bytes;
  bytes.u32(incarnation);
  return code + "." + to_base32(bytes.bytes()).substr(0, 4);
}

Status number_receipt(storage::Transaction& tx, Sale& sale) {
  sale.series = TRY(receipt_series(tx));
  sale.number = TRY(storage::take_number(tx, sale.series));
  sale.receipt = fmt::format("{}-{:06}", sale.series, sale.number);
  return {};
}

void mask_card_data(Sale& sale) {
  for (auto& tender : sale.tenders) {
    tender.reference = mask_card_numbers(tender.reference);
    tender.brand = mask_card_numbers(tender.brand);
    if (tender.last4.size() > 4) tender.last4 = tender.last4.substr(tender.last4.size() - 4);
  }
}

Status move_stock(ShopState& state, storage::Transaction& tx, const Sale& sale) {
  const auto here = TRY(store_here(tx, state));
  for (const auto& line : sale.lines) {
    if (line.product.is_nil()) continue;
    const auto product = TRY(storage::load<domain::Product>(tx, line.product));
    if (!product || !product->track_stock) continue;
    domain::StockMove move;
    move.id = new_id(state.clock, state.random);
    move.product = line.product;
    move.delta_milli = -line.quantity.milli;
    move.reason = sale.kind == domain::SaleKind::refund ? "refund" : "sale";
    move.document = sale.id;
    move.at = sale.at;
    move.store = here;
    TRY(state.replica->add(tx, move));
  }
  return {};
}

Status queue_receipt(storage::Transaction& tx, const Sale& sale) {
  storage::PrintJob job;
  job.printer = "receipt";
  job.kind = "receipt";
  job.title = sale.receipt;
  job.document = sale.id;
  job.created = sale.at;
  TRY(storage::add_print_job(tx, job));
  return {};
}

JournalText journal_of(const Sale& sale) {
  const bool refunding = sale.kind == domain::SaleKind::refund;
  return {refunding ? "refund" : "sale", sale.receipt,
          fmt::format("{} {}{}", domain::format_money(sale.total, sale.currency), sale.currency.code,
                      refunding ? " for " + sale.cites_receipt : "")};
}

Result<Sale> commit(ShopState& state, storage::Transaction& tx, const Actor& actor, const SaleMaker& make) {
  auto sale = TRY(make(TRY(header_for(state, tx, actor))));
  TRY(number_receipt(tx, sale));
  mask_card_data(sale);
  TRY(domain::check_sale(sale));
  if (!sale.order.is_nil()) TRY(order_is_paid(state, tx, actor, sale));
  TRY(state.replica->add(tx, sale));
  TRY(move_stock(state, tx, sale));
  TRY(write_journal(state, tx, actor, journal_of(sale)));
  TRY(queue_receipt(tx, sale));
  return sale;
}

Result<domain::CatalogueItem> item_from(storage::Connection& conn, const ShopState& state, domain::Product found) {
  domain::CatalogueItem item;
  auto product = TRY(priced_here(conn, state, std::move(found)));
  const auto taxes_of = [&](const domain::Product& p, std::vector<domain::Tax>& out) -> Status {
    for (const auto& id : p.taxes) {
      const auto tax = TRY(storage::load<domain::Tax>(conn, id));
      if (!tax)
        return corrupt("the product " + p.name + " has a tax that is not known yet; try again after the next sync");
      out.push_back(*tax);
    }
    return {};
  };
  TRY(taxes_of(product, item.taxes));
  if (!product.deposit.is_nil()) {
    item.deposit = TRY(storage::load<domain::Product>(conn, product.deposit));
    if (item.deposit) {
      item.deposit = TRY(priced_here(conn, state, std::move(*item.deposit)));
      TRY(taxes_of(*item.deposit, item.deposit_taxes));
    }
  }
  item.product = std::move(product);
  return item;
}

Result<std::optional<domain::CatalogueItem>> look_up(ShopState& state, std::string_view code) {
  return state.db->read([&](storage::Connection& conn) -> Result<std::optional<domain::CatalogueItem>> {
    auto found = TRY(storage::find_by_code(conn, code));
    if (found.empty()) return std::optional<domain::CatalogueItem>{};
    if (found.size() > 1)
      return invalid(fmt::format("the code {} belongs to '{}' and to '{}'; tap the right one, and have one corrected",
                                 code, found[0].name, found[1].name));
    return std::optional(TRY(item_from(conn, state, std::move(found.front()))));
  });
}

Result<Sale> pay_back(Shop& shop, const Actor& actor, const std::string& receipt,
                      const domain::RefundRequest& request) {
  auto& state = shop.state();
  const auto sale = TRY(sale_by_receipt(shop, receipt));
  return change(state, [&](storage::Transaction& tx) {
    return commit(state, tx, actor, [&](Sale header) -> Result<Sale> {
      return domain::make_refund(sale, TRY(storage::refunds_of(tx, sale.id)), request, std::move(header));
    });
  });
}

}  // namespace

Result<Sale> finalise(Shop& shop, const Actor& actor, const domain::Basket& basket,
                      const std::vector<domain::TenderRequest>& tenders) {
  TRY(require_right(shop, actor, domain::Right::sell));
  auto& state = shop.state();
  return change(state, [&](storage::Transaction& tx) -> Result<Sale> {
    // With the sale, not after it: a power cut in between would offer a sold ticket for selling again.
    TRY(storage::clear_open_basket(tx));
    return commit(state, tx, actor, [&](Sale header) { return basket.to_sale(std::move(header), tenders); });
  });
}

Result<Sale> finalise(Shop& shop, const Actor& actor, const domain::BasketDocument& document) {
  TRY(require_right(shop, actor, domain::Right::sell));
  auto& state = shop.state();
  return change(state, [&](storage::Transaction& tx) {
    return commit(state, tx, actor, [&](Sale header) { return domain::to_sale(document, std::move(header)); });
  });
}

Result<Sale> finalise_order(Shop& shop, const Actor& actor, const domain::Basket& basket,
                            const std::vector<domain::TenderRequest>& tenders) {
  TRY(require_right(shop, actor, domain::Right::sell));
  auto& state = shop.state();
  return change(state, [&](storage::Transaction& tx) {
    return commit(state, tx, actor, [&](Sale header) { return basket.to_sale(std::move(header), tenders); });
  });
}

Result<Sale> refund(Shop& shop, const Actor& actor, const std::string& receipt, const domain::RefundRequest& request) {
  TRY(require_right(shop, actor, domain::Right::refund, receipt));
  return pay_back(shop, actor, receipt, request);
}

Result<Sale> void_sale(Shop& shop, const Actor& actor, const std::string& receipt) {
  TRY(require_right(shop, actor, domain::Right::void_last_sale, receipt));
  domain::RefundRequest request;
  request.note = "voided";
  return pay_back(shop, actor, receipt, request);
}

Result<Sale> sale_by_receipt(Shop& shop, const std::string& receipt) {
  auto found = TRY(shop.state().db->read([&](storage::Connection& conn) { return storage::find_sale(conn, receipt); }));
  if (!found) return invalid("there is no receipt '" + receipt + "'; check the number, it looks like K7QF-000042");
  return std::move(*found);
}

Result<Sale> last_sale_here(Shop& shop) {
  auto& state = shop.state();
  auto found = TRY(state.db->read([&](storage::Connection& conn) { return storage::last_sale(conn, state.device()); }));
  if (!found) return invalid("nothing has been sold on this terminal yet");
  return std::move(*found);
}

Result<std::vector<Sale>> refunds_of_sale(Shop& shop, const Sale& sale) {
  return shop.state().db->read([&](storage::Connection& conn) { return storage::refunds_of(conn, sale.id); });
}

Result<domain::CatalogueItem> item_of_product(Shop& shop, const Id& product) {
  auto& state = shop.state();
  return state.db->read([&](storage::Connection& conn) -> Result<domain::CatalogueItem> {
    auto found = TRY(storage::load<domain::Product>(conn, product));
    if (!found || found->lifecycle != domain::Lifecycle::active) return invalid("this product is not sold any more");
    return item_from(conn, state, std::move(*found));
  });
}

Result<domain::CatalogueItem> item_as_ordered(Shop& shop, const Id& product) {
  auto& state = shop.state();
  return state.db->read([&](storage::Connection& conn) -> Result<domain::CatalogueItem> {
    auto found = TRY(storage::load<domain::Product>(conn, product));
    if (!found) return invalid("a product of this order has not arrived here yet; try again after the next sync");
    found->available = true;
    found->lifecycle = domain::Lifecycle::active;
    return item_from(conn, state, std::move(*found));
  });
}

domain::CatalogueLookup catalogue_lookup(Shop& shop) {
  auto& state = shop.state();
  domain::CatalogueLookup lookup;
  lookup.item = [&state](std::string_view code) { return look_up(state, code); };
  lookup.department = [&state](std::string_view number) -> Result<std::optional<domain::Department>> {
    for (const auto& department : state.settings()->departments)
      if (department.number == number) return std::optional(department);
    return std::optional<domain::Department>{};
  };
  return lookup;
}

}  // namespace till::app
